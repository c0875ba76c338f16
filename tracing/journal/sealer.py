"""The sealer: numbers finished entries and looks and chains them, seconds after they were written.

They are written without a number because transactions commit out of order; whoever follows the journal follows the number, which
only ever grows among committed entries. One sealer at a time for each of the two chains: an advisory lock sees to it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from tracing.journal.models import Entry, Look, LookSeal, Seal

LOCK: Final = 0x5EA1
LOOKS_LOCK: Final = 0x5EA2
GENESIS: Final = bytes(32)


def _whence(row: Entry | Look) -> list[Any]:
    """From where it came, only where that is known: rows from before it was kept have the form they were sealed in."""
    return [[row.address or "", row.session or ""]] if row.address or row.session else []


def _bytes(columns: list[Any]) -> bytes:
    return json.dumps(columns, sort_keys=True, separators=(",", ":")).encode()


def entry_bytes(entry: Entry) -> bytes:
    """The canonical form that is chained: every column but the old values, in fixed order."""
    return _bytes(
        [
            str(entry.id), entry.at.isoformat(), entry.verb, entry.actor_kind, str(entry.actor_id or ""), entry.actor_name,
            entry.subject_kind, str(entry.subject_id or ""), str(entry.person_id or ""), entry.disease, entry.codes,
            list(entry.changed), bytes(entry.old_digest or b"").hex(), entry.number, *_whence(entry),
        ]
    )  # fmt: skip


def look_bytes(look: Look) -> bytes:
    """The canonical form of a look: every column, in fixed order."""
    return _bytes(
        [
            str(look.id), look.at.isoformat(), str(look.actor_id or ""), look.page, look.purpose,
            [str(person) for person in look.persons], look.number, *_whence(look),
        ]
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """A table that is chained: where its rows and its seals stand, and the form in which a row is chained."""

    name: str
    one: str
    rows: Any
    seals: Any
    form: Callable[[Any], bytes]
    lock: int

    @property
    def table(self) -> str:
        return str(self.rows.model._meta.db_table)


ENTRIES: Final = Kept("entries", "an entry", Entry.objects, Seal.objects, entry_bytes, LOCK)
LOOKS: Final = Kept("looks", "a look", Look.objects, LookSeal.objects, look_bytes, LOOKS_LOCK)


def chain(previous: bytes, rows: Iterable[Any], form: Callable[[Any], bytes] = entry_bytes) -> bytes:
    """SHA-256 over the previous digest and each row's canonical form, in order of number."""
    digest = hashlib.sha256(previous)
    for row in rows:
        digest.update(form(row))
    return digest.digest()


def seal(*, at: datetime, limit: int = 5_000, kept: Kept = ENTRIES) -> int:
    """Number and chain up to `limit` finished rows; returns how many. 0 also when another sealer is at work."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [kept.lock])
        if not cursor.fetchone()[0]:
            return 0
        rows: Sequence[Any] = list(kept.rows.filter(number__isnull=True).order_by("at", "id")[:limit])
        if not rows:
            return 0
        newest = kept.seals.order_by("-first").first()
        first = (newest.last if newest else 0) + 1
        for number, row in enumerate(rows, first):
            row.number = number
        cursor.execute(
            f"UPDATE {kept.table} e SET number = n.number FROM unnest(%s::uuid[], %s::timestamptz[], %s::bigint[]) AS n(id, at, number)"
            " WHERE e.id = n.id AND e.at = n.at",
            [[row.id for row in rows], [row.at for row in rows], [row.number for row in rows]],
        )
        previous = bytes(newest.digest) if newest else GENESIS
        kept.seals.create(
            first=first, last=first + len(rows) - 1, at=at, previous=previous, digest=chain(previous, rows, kept.form)
        )
        return len(rows)
