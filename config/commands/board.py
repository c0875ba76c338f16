"""The supervisor's board: the moments that it counts.

contact board rebuild      make every moment anew from the tables: after rows came in behind the journal
"""

from __future__ import annotations

import argparse

from config.ready import ready


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="rebuild")
    verbs.add_parser("rebuild", help="make every moment anew; the program may go on meanwhile")


def run(options: argparse.Namespace) -> int:
    ready("command")
    from tracing.reporting.upkeep import rebuild

    print(f"{rebuild(print):,} cases")
    return 0
