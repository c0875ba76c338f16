"""(e) What the journal costs: bytes on disk, indexes included, for 1,000 users who each open a page every twenty seconds, all day.

A sample is written as the pages and actions write it, sealed and vacuumed batch by batch as it happens over a day, measured, and
multiplied. What is assumed about the day stands in the rows: how many pages show how many people, and how many changes a page leads
to. Both bytes per row and rows per day are printed, so that another assumption can be reckoned with a pencil.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

from tests.benchmarks.server import fresh

USERS: Final = 1_000
PAGES_EACH: Final = 8 * 3600 // 20
"""Eight hours, a page every twenty seconds: 1,440."""
PERSONS_SHOWN: Final = ((1, 60), (25, 30), (0, 10))
"""Persons on the page, and of how many pages in a hundred: a person or a case, a list, my day or a form."""
ENTRIES_PER_PAGE: Final = 0.5
"""A call is about ten pages and leaves about five entries: taken, attempted, interview, dates, contact named."""
PEOPLE: Final = 200_000
BATCH: Final = 10_000


def run(*, looks: int = 40_000, entries: int = 40_000, environment: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """Rows {name, value, unit, ratio, note}. Without `environment` (of a migrated, empty database) it brings its own server."""
    with ExitStack() as stack:
        place = dict(environment) if environment is not None else stack.enter_context(fresh())
        said = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.journal_bytes", "--inside", str(looks), str(entries)],
            env={**os.environ, **place, "CONTACT_PROCESS": "owner"}, check=True, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
    measured = json.loads(said.stdout.splitlines()[-1])
    pages = USERS * PAGES_EACH
    look, entry = measured["look"] / looks, measured["entry"] / entries
    per_day = pages * look + pages * ENTRIES_PER_PAGE * entry
    shown = ", ".join(f"{share} % with {count or 'no'} person{'s' if count != 1 else ''}" for count, share in PERSONS_SHOWN)
    return [
        _row(
            "Journal and looks of 1,000 users in a day", per_day / 2**30, "GiB",
            f"{pages:,} pages, {round(pages * ENTRIES_PER_PAGE):,} entries; reckoned from {looks:,} looks and {entries:,} entries",
        ),
        _row("Bytes of one look, indexes included", look, "bytes", f"{measured['look_table'] / looks:.0f} of it the row; {shown}"),
        _row(
            "Bytes of one entry, indexes included", entry, "bytes",
            f"{measured['entry_table'] / entries:.0f} of it the row itself, sealed and vacuumed as over a day",
        ),
        _row("The same in 250 working days", per_day * 250 / 2**40, "TiB", "partitions by month: old ones can be moved away whole"),
    ]  # fmt: skip


def _row(name: str, value: float, unit: str, note: str) -> dict[str, Any]:
    return {"name": name, "value": round(value, 2) if value < 100 else round(value), "unit": unit, "ratio": None, "note": note}


def _measure(looks: int, entries: int) -> dict[str, int]:
    """Write the sample and ask how large the tables are. Inside a process whose Django is this database's owner."""
    import django

    django.setup()
    from django.db import connection

    from tracing.base.ids import uuid7
    from tracing.journal.models import Entry, Look
    from tracing.journal.sealer import seal

    chance = Random(7)
    people = [uuid7() for _ in range(PEOPLE)]
    staff = [uuid7() for _ in range(USERS)]
    start = datetime.now(UTC)
    shown = [count for count, share in PERSONS_SHOWN for _ in range(share)]

    def at(number: int) -> datetime:
        return start + timedelta(seconds=number)

    for first in range(0, looks, BATCH):
        Look.objects.bulk_create(
            Look(
                at=at(number), actor_id=chance.choice(staff), page=chance.choice(("call", "case", "list.cases")), purpose="work",
                persons=chance.sample(people, chance.choice(shown)),
            )
            for number in range(first, min(first + BATCH, looks))
        )  # fmt: skip
        _vacuum()
    changes: tuple[tuple[str, str, dict[str, Any], list[str]], ...] = (
        ("task.taken", "task", {"priority": 640}, []),
        ("task.attempted", "task", {"outcome": "no_answer", "attempts": 2}, []),
        ("person.changed", "person", {}, ["phone", "language"]),
        ("case.interviewed", "case", {"kind": "complete"}, ["symptomatic", "onset_on"]),
        ("case.isolation_set", "case", {"rule": "covid19/ISO-2021-12"}, ["isolation"]),
    )
    for first in range(0, entries, BATCH):
        made = []
        for number in range(first, min(first + BATCH, entries)):
            verb, kind, codes, changed = changes[number % len(changes)]
            made.append(
                Entry(
                    at=at(number), verb=verb, actor_kind="staff", actor_id=chance.choice(staff), subject_kind=kind,
                    subject_id=uuid7(), person_id=chance.choice(people), disease="covid19", codes=codes, changed=changed,
                )
            )  # fmt: skip
        Entry.objects.bulk_create(made)
        while seal(at=start):
            pass
        _vacuum()
    sizes: dict[str, int] = {}
    with connection.cursor() as cursor:
        for name, table in (("look", "journal_look"), ("entry", "journal_entry")):
            cursor.execute(
                "SELECT sum(pg_total_relation_size(relid)), sum(pg_relation_size(relid)) FROM pg_partition_tree(%s) WHERE isleaf",
                [table],
            )
            total, alone = cursor.fetchone()
            sizes |= {name: int(total), f"{name}_table": int(alone)}
    return sizes


def _vacuum() -> None:
    """As autovacuum does between batches; it also moves new keys out of the GIN index's waiting list."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM journal_look, journal_entry")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--inside", nargs=2, type=int, metavar=("LOOKS", "ENTRIES"))
    parser.add_argument("--sample", type=int, default=40_000)
    options = parser.parse_args()
    if options.inside:
        print(json.dumps(_measure(*options.inside)))
    else:
        for row in run(looks=options.sample, entries=options.sample):
            print(row)
