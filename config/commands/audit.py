"""The journal: is everything as it was written, what may be erased of it, and taking it out for an auditor.

contact audit verify                                   walk both chains; exit code 1 when something was altered or removed
contact audit erase [--before 2021-01-01] [--dry-run]  erase old values whose retention is over, as the profile's retention.toml says
contact audit export --since 2026-11-01 --until 2026-12-01 [--format fhir|csv]
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

from config.ready import Stop, ready


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="verify|erase|export")
    verify = verbs.add_parser("verify", help="walk the chains of entries and looks and say what does not fit")
    verify.add_argument("--json", action="store_true", help="one JSON object")
    erase = verbs.add_parser("erase", help="erase what fields held before, where the retention is over")
    erase.add_argument("--before", type=_day, help="nothing from this day on, even where the retention is over")
    erase.add_argument("--retention", type=Path, help="another retention.toml than the profile's")
    erase.add_argument("--dry-run", action="store_true", help="say only what would be erased until when")
    export = verbs.add_parser("export", help="who did or saw what, when, from where, why, by key: to the standard output")
    export.add_argument("--since", type=_day, required=True, help="first day (UTC)")
    export.add_argument("--until", type=_day, required=True, help="the day after the last (UTC)")
    export.add_argument("--format", choices=["fhir", "csv"], default="fhir", help="FHIR R4 AuditEvent, one in a line; or CSV")


def run(options: argparse.Namespace) -> int:
    ready("command")
    if options.verb == "erase":
        return _erase(options)
    return _export(options) if options.verb == "export" else _verify(options)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it as 2026-11-22") from None


def _start(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _verify(options: argparse.Namespace) -> int:
    from tracing.journal.models import Entry, Look
    from tracing.journal.queries import last_look_sealed, last_sealed
    from tracing.journal.verifying import verify, verify_looks

    faults = [*verify(), *verify_looks()]
    sealed, waiting = last_sealed(), Entry.objects.filter(number__isnull=True).count()
    looks, unsealed = last_look_sealed(), Look.objects.filter(number__isnull=True).count()
    if options.json:
        told = {"whole": not faults, "sealed": sealed, "waiting": waiting, "faults": faults}
        print(json.dumps(told | {"looks_sealed": looks, "looks_waiting": unsealed}))
        return 1 if faults else 0
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        print(f"The journal is not whole: {len(faults)} fault(s).", file=sys.stderr)
        return 1
    print(f"The journal is whole: {sealed:,} entries sealed, {waiting:,} waiting for the sealer.")
    print(f"Looks are whole: {looks:,} sealed, {unsealed:,} waiting for the sealer.")
    return 0


def _erase(options: argparse.Namespace) -> int:
    from django.conf import settings
    from django.utils import timezone

    from tracing.journal.actor import job
    from tracing.journal.erasing import erase_old_values
    from tracing.journal.rules import RetentionWrong, erasable_until

    file = options.retention or settings.PROFILES / settings.PROFILE / "retention.toml"
    at = timezone.now()
    try:
        until = erasable_until(at, tomllib.loads(Path(file).read_text(encoding="utf-8")).get("old_values", {}))
    except (OSError, ValueError) as wrong:
        why = wrong if isinstance(wrong, RetentionWrong | tomllib.TOMLDecodeError) else type(wrong).__name__
        raise Stop("CT155", f"The retention in {file} cannot be read: {why}. Nothing was erased.", 2) from None
    if options.before is not None:
        until = {kind: min(instant, _start(options.before)) for kind, instant in until.items()}
    if options.dry_run:
        for kind, instant in sorted(until.items()):
            print(f"{kind}: what was changed before {instant:%Y-%m-%d}")
        return 0
    total: dict[str, int] = {}
    while erased := erase_old_values(until=until, by=job("contact audit erase"), at=at):
        for kind, count in erased.items():  # type: ignore[union-attr]
            total[kind] = total.get(kind, 0) + count
    for kind, count in sorted(total.items()):
        print(f"{kind}: {count:,} erased")
    print(f"{sum(total.values()):,} in all. The entries and their digests stay: `contact audit verify` proves the chain.")
    return 0


def _export(options: argparse.Namespace) -> int:
    from tracing.access.auditing import everything
    from tracing.journal.events import csv_lines
    from tracing.journal.fhir import ndjson

    events = everything(since=_start(options.since), until=_start(options.until))
    lines: Iterable[str] = ndjson(events) if options.format == "fhir" else csv_lines(events)
    for line in lines:
        sys.stdout.write(line)
    return 0
