"""The journal's seals: is every entry as it was written? `verify` walks the whole chain and changes nothing.

Exit code 0 when the journal is whole, 1 when an entry or a seal was altered or removed.
"""

from __future__ import annotations

import argparse
import json
import sys

from config.ready import ready


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="verify")
    verify = verbs.add_parser("verify", help="walk the chain of seals and say what does not fit")
    verify.add_argument("--json", action="store_true", help="one JSON object")


def run(options: argparse.Namespace) -> int:
    ready("command")
    from tracing.journal.models import Entry
    from tracing.journal.queries import last_sealed
    from tracing.journal.sealer import verify

    faults = verify()
    sealed, waiting = last_sealed(), Entry.objects.filter(number__isnull=True).count()
    if options.json:
        print(json.dumps({"whole": not faults, "sealed": sealed, "waiting": waiting, "faults": faults}))
        return 1 if faults else 0
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        print(f"The journal is not whole: {len(faults)} seal(s) do not fit.", file=sys.stderr)
        return 1
    print(f"The journal is whole: {sealed:,} entries sealed, {waiting:,} waiting for the sealer.")
    return 0
