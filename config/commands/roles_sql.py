"""Print the SQL that makes the database's four roles, for an administrator of databases to read and run."""

from __future__ import annotations

import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--database", default="contact", help="name of the database (contact)")


def run(options: argparse.Namespace) -> int:
    from config.roles import roles_sql

    print(roles_sql(options.database), end="")
    return 0
