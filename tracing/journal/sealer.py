"""The sealer: numbers finished entries and chains them, seconds after they were written.

Entries are written without a number because transactions commit out of order; whoever follows the journal follows the number, which
only ever grows among committed entries. One sealer at a time: an advisory lock sees to it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from tracing.journal.models import Entry, Seal

LOCK: Final = 0x5EA1
GENESIS: Final = bytes(32)


def entry_bytes(entry: Entry) -> bytes:
    """The canonical form that is chained: every column but the old values, in fixed order."""
    return json.dumps(
        [
            str(entry.id), entry.at.isoformat(), entry.verb, entry.actor_kind, str(entry.actor_id or ""), entry.actor_name,
            entry.subject_kind, str(entry.subject_id or ""), str(entry.person_id or ""), entry.disease, entry.codes,
            list(entry.changed), bytes(entry.old_digest or b"").hex(), entry.number,
        ],
        sort_keys=True, separators=(",", ":"),
    ).encode()  # fmt: skip


def chain(previous: bytes, entries: Sequence[Entry]) -> bytes:
    """SHA-256 over the previous digest and each entry's canonical form, in order of number."""
    digest = hashlib.sha256(previous)
    for entry in entries:
        digest.update(entry_bytes(entry))
    return digest.digest()


def seal(*, at: datetime, limit: int = 5_000) -> int:
    """Number and chain up to `limit` finished entries; returns how many. 0 also when another sealer is at work."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        entries = list(Entry.objects.filter(number__isnull=True).order_by("at", "id")[:limit])
        if not entries:
            return 0
        newest = Seal.objects.order_by("-first").first()
        first = (newest.last if newest else 0) + 1
        for number, entry in enumerate(entries, first):
            entry.number = number
        cursor.execute(
            "UPDATE journal_entry e SET number = n.number FROM unnest(%s::uuid[], %s::timestamptz[], %s::bigint[]) AS n(id, at, number)"
            " WHERE e.id = n.id AND e.at = n.at",
            [[e.id for e in entries], [e.at for e in entries], [e.number for e in entries]],
        )
        previous = bytes(newest.digest) if newest else GENESIS
        Seal.objects.create(
            first=first, last=first + len(entries) - 1, at=at, previous=previous, digest=chain(previous, entries)
        )
        return len(entries)


def verify() -> list[str]:
    """Walk the chain; returns what is wrong in plain words, [] when every sealed entry stands as it was sealed."""
    faults: list[str] = []
    previous, expected = GENESIS, 1
    for link in Seal.objects.order_by("first").iterator():
        if link.first != expected:
            faults.append(f"seal {link.first}: expected to begin at {expected}; a seal is missing")
        if bytes(link.previous) != previous:
            faults.append(f"seal {link.first}: does not follow the one before it")
        entries = list(Entry.objects.filter(number__gte=link.first, number__lte=link.last).order_by("number"))
        if len(entries) != link.last - link.first + 1:
            faults.append(f"seal {link.first}: {link.last - link.first + 1} entries sealed, {len(entries)} found")
        elif chain(bytes(link.previous), entries) != bytes(link.digest):
            faults.append(f"seal {link.first}: an entry between {link.first} and {link.last} was altered")
        previous, expected = bytes(link.digest), link.last + 1
    if Entry.objects.filter(number__gte=expected).exists():
        faults.append(f"entries from {expected} on have numbers and no seal; the last seal is missing")
    return faults
