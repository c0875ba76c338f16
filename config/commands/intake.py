"""Laboratory reports.

Without a database:
  contact intake read PATH… --format jsonl    one JSON object per message (docs/intake-read.md)
  contact intake explain FILE                 the same for a person to read

With the database:
  contact intake receive PATH…                store files as deliveries; a worker reads and files them
  contact intake status                       what came, what was filed, what is held
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from importlib.util import find_spec


def arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="what", required=True, metavar="read | explain | receive | status …")
    read = actions.add_parser("read", help="read files without a database, print one JSON object per message")
    read.add_argument("paths", nargs="+", metavar="PATH", help="file or folder; - is standard input")
    read.add_argument("--format", choices=["jsonl"], default="jsonl")
    explain = actions.add_parser("explain", help="read one file without a database, for a person")
    explain.add_argument("path", metavar="FILE")
    if find_spec("tracing.intake.cli"):
        import_module("tracing.intake.cli").arguments(actions)


def run(options: argparse.Namespace) -> int:
    if options.what in ("read", "explain"):
        # No Django here: this is also the tool of an interface engineer at a laboratory.
        from tracing.intake import face

        if options.what == "read":
            return int(face.read_command(options.paths, options.format, sys.stdout) or 0)
        return int(face.explain_command(options.path, sys.stdout) or 0)
    from config.ready import ready

    ready("command")
    return int(import_module("tracing.intake.cli").run(options) or 0)
