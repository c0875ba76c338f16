"""What `contact intake receive | status | source` do once Django is ready. See `cli.py`."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tracing.intake import queries
from tracing.intake.actions.reading import read_delivery
from tracing.intake.actions.receiving import NothingReceived, receive
from tracing.intake.actions.sources import (
    SourceCodeTaken,
    SourceCodeWrong,
    activate_source,
    add_source,
    make_key,
    revoke_key,
)
from tracing.intake.filing_in_sets import file_some
from tracing.intake.models import Source
from tracing.intake.queries import NoProfile, state_unit
from tracing.intake.rules import ALARMS
from tracing.intake.taking import TROUBLES, take_file
from tracing.journal.actor import Actor
from tracing.jurisdictions.models import Unit

Now = Callable[[], datetime]
BY_HAND = "by-hand"
"""The sender of files for which none was named: made on first use."""


def _by() -> Actor:
    return Actor("machine", None, f"command {os.environ.get('USER', '')}".strip()[:60])


def _complain(text: str) -> None:
    print(f"contact intake: {text}", file=sys.stderr)


def receive_paths(options: argparse.Namespace, *, now: Now) -> int:
    """Every file, each in a transaction of its own. What was received before is known by its bytes and changes nothing."""
    try:
        source = _source(options.source, now)
    except NoProfile:
        _complain("no state's profile is loaded yet. Run `contact profile load` first.")
        return 1
    if source is None:
        _complain(f"there is no sender {options.source!r}. `contact intake source list` shows them, `… source add` makes one.")
        return 2
    new = again = failed = 0
    told = time.monotonic()
    for path in _files(options.paths):
        try:
            receipt, trouble = _receive(path, source, now)
        except OSError as error:
            receipt, trouble = None, error.strerror or "cannot be read"
        if receipt is None:
            failed += 1
            _complain(f"{path}: {trouble}")
        elif receipt.duplicate:
            again += 1
        else:
            new += 1
        if time.monotonic() - told > 2:
            told = time.monotonic()
            print(f"  {new + again + failed} files …", flush=True)
    print(f"{new} received, {again} known already, {failed} not received.", flush=True)
    if options.now:
        _read_and_file(now)
    return 1 if failed else 0


def _source(code: str, now: Now) -> Source | None:
    found = queries.source_by_code(code)
    if found is None and code == BY_HAND:
        name = "Files received by command"
        return add_source(code=code, name=name, unit=state_unit(), expected_every_hours=24 * 365, folder="", by=_by(), at=now())
    return found


def _receive(path: str, source: Source, now: Now) -> tuple[Any, str]:
    if path == "-":
        try:
            chunks = iter(lambda: sys.stdin.buffer.read(2**18), b"")
            return receive(source=source, chunks=chunks, channel="command", name="", by=_by(), at=now()), ""
        except NothingReceived:
            return None, TROUBLES["file_empty"]
    taken = take_file(Path(path), source=source, channel="command", by=_by(), at=now(), limit=None)
    if taken is None:
        return None, "it is not there, or it changed while it was read"
    return taken.receipt, TROUBLES.get(taken.trouble, "")


def _files(paths: list[str]) -> Iterator[str]:
    """Files as named; of folders the files in them and below, in order, hidden ones left out."""
    for given in paths:
        path = Path(given)
        if given == "-" or not path.is_dir():
            yield given
            continue
        for folder, below, names in os.walk(path):
            below[:] = sorted(name for name in below if not name.startswith("."))
            yield from (os.path.join(folder, name) for name in sorted(names) if not name.startswith("."))


def _read_and_file(now: Now) -> None:
    by = _by()
    while deliveries := queries.unread_deliveries(before=now(), limit=100):
        if not [row for row in deliveries if read_delivery(delivery=row, by=by, at=now())]:
            break
    filed, told = 0, time.monotonic()
    while taken := file_some(by=by, at=now()):
        filed += taken
        if time.monotonic() - told > 2:
            told = time.monotonic()
            print(f"  {filed} messages …", flush=True)
    print(f"{filed} messages taken up. `contact intake status` shows what became of them.")


def show_status(options: argparse.Namespace, *, now: Now) -> int:
    """in = waiting + filed + held + set aside. Exit code 1 when it is not so: then reports are missing."""
    status = queries.status()
    if options.format == "json":
        print(json.dumps(_status_face(status), indent=2))
    else:
        _print_status(status, now())
    return 0 if status.total.agree else 1


def _status_face(status: queries.Status) -> dict[str, Any]:
    def face(counts: queries.Counts) -> dict[str, int]:
        return {name.rstrip("_"): number for name, number in asdict(counts).items()}

    return {
        **face(status.total),
        "agree": status.total.agree,
        "unread_deliveries": status.unread,
        "oldest_waiting_at": status.oldest_waiting_at.isoformat() if status.oldest_waiting_at else None,
        "sources": {code: face(counts) for code, counts in status.sources},
    }


def _print_status(status: queries.Status, at: datetime) -> None:
    width = max([len(code) for code, _ in status.sources] + [5])
    names = ("in", "waiting", "filed", "held", "set aside")
    print(f"{'':<{width}}" + "".join(f"{name:>11}" for name in names))
    for code, counts in (*status.sources, ("total", status.total)):
        print(f"{code:<{width}}" + "".join(f"{number:>11,}" for number in asdict(counts).values()))
    if status.unread:
        print(f"\n{status.unread:,} of the waiting are deliveries that nobody has read yet; each may hold many messages.")
    if status.oldest_waiting_at:
        minutes = int((at - status.oldest_waiting_at).total_seconds() // 60)
        print(f"The oldest has waited for {minutes} minutes. Does a worker run? `contact work` starts one.")
    if not status.total.agree:
        print("\nTHE COUNTS DO NOT AGREE: reports are missing. Keep the database as it is and tell whoever looks after it.")


def manage_sources(options: argparse.Namespace, *, now: Now) -> int:
    at = now()
    if options.source_what == "list":
        return _list_sources(options, at)
    if options.source_what == "add":
        return _add_source(options, at)
    source = queries.source_by_code(options.code)
    if source is None:
        _complain(f"there is no sender {options.code!r}.")
        return 2
    if options.source_what == "confirm":
        print("Confirmed." if activate_source(source=source, by=_by(), at=at) else "It was confirmed before.")
        return 0
    if options.revoke:
        keys = queries.live_keys(source, hint=options.revoke)
        for key in keys:
            revoke_key(key=key, by=_by(), at=at)
        print(f"{len(keys)} keys revoked.")
        return 0 if keys else 2
    made = make_key(source=source, lasts=timedelta(days=options.days), by=_by(), at=at)
    print(made.key)
    print(f"Ends on {made.row.expires_at:%Y-%m-%d}. It is not shown again: hand it to the sender safely.", file=sys.stderr)
    return 0


def _add_source(options: argparse.Namespace, at: datetime) -> int:
    try:
        unit = Unit.objects.filter(code=options.unit).first() if options.unit else state_unit()
    except NoProfile:
        _complain("no state's profile is loaded yet. Run `contact profile load` first.")
        return 1
    if unit is None:
        _complain(f"there is no unit {options.unit!r}.")
        return 2
    try:
        add_source(
            code=options.code, name=options.name, unit=unit, expected_every_hours=options.every_hours,
            tests_open_cases=options.tests_open_cases, surveillance=options.surveillance, folder=options.folder,
            pull_every_minutes=options.pull_every_minutes or 60, next_pull_at=at if options.pull_every_minutes else None,
            by=_by(), at=at,
        )  # fmt: skip
    except SourceCodeWrong:
        _complain("a code is made of 1 to 60 small letters, digits and hyphens.")
        return 2
    except SourceCodeTaken:
        _complain(f"there is a sender {options.code!r} already.")
        return 2
    print(f"Added. `contact intake source key {options.code}` makes its key.")
    return 0


def _list_sources(options: argparse.Namespace, at: datetime) -> int:
    views = queries.all_sources_with_alarms(at)
    if options.format == "json":
        rows = [
            {
                "code": view.source.code, "name": view.source.name, "active": view.source.active,
                "last_at": view.figures.last_at.isoformat() if view.figures.last_at else None,
                "points": view.score.points,
                "alarms": [{"alarm": raised.alarm, **dict(raised.facts)} for raised in view.alarms],
            }
            for view in views
        ]  # fmt: skip
        print(json.dumps(rows, indent=2))
        return 0
    for view in views:
        last = f"{view.figures.last_at:%Y-%m-%d %H:%M} UTC" if view.figures.last_at else "never"
        points = "" if view.score.points is None else f", {view.score.points} of 100 points"
        print(f"{view.source.code}: {view.source.name} (last {last}{points})")
        for raised in view.alarms:
            facts = ", ".join(f"{name} {value}" for name, value in raised.facts)
            print(f"  ! {ALARMS[raised.alarm]}{f' ({facts})' if facts else ''}")
    return 0
