"""For developers: Django's own commands, as the owner of the tables (makemigrations, shell, test data …)."""

from __future__ import annotations

import argparse

from config.ready import ready


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs=argparse.REMAINDER, metavar="COMMAND …", help="`help` lists Django's commands")


def run(options: argparse.Namespace) -> int:
    ready("owner", embedded=True)
    from django.core.management import execute_from_command_line

    execute_from_command_line(["contact manage", *(options.words or ["help"])])
    return 0
