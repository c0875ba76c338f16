"""Print every role with what it may, as an auditor reads it: a table in Markdown. Roles of the state's own are among them."""

from __future__ import annotations

import argparse

from config.ready import ready


def arguments(parser: argparse.ArgumentParser) -> None:
    del parser


def run(options: argparse.Namespace) -> int:
    ready("command")
    from tracing.access.queries.roles import as_markdown, every_role

    print(as_markdown(every_role()), end="")
    return 0
