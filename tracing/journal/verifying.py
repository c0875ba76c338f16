"""Whether everything in the journal stands as it was written. Reads all of it and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db import connection

from tracing.journal.actions import digest_disclosure, digest_old
from tracing.journal.models import Disclosure, OldValues
from tracing.journal.sealer import ENTRIES, GENESIS, LOOKS, Kept, chain

__all__ = ["verify", "verify_looks"]

DISCLOSED = "disclosure.made"


def verify() -> list[str]:
    """What is wrong with entries, old values and disclosures, in plain words; [] when all stand as they were sealed."""
    return [*_walk(ENTRIES), *_without_entry()]


def verify_looks() -> list[str]:
    """What is wrong with looks; [] when every sealed look stands as it was sealed."""
    return list(_walk(LOOKS))


def _walk(kept: Kept) -> Iterator[str]:
    previous, expected = GENESIS, 1
    name = "seal" if kept is ENTRIES else f"seal of {kept.name}"
    for link in kept.seals.order_by("first").iterator():
        if link.first != expected:
            yield f"{name} {link.first}: expected to begin at {expected}; a seal is missing"
        if bytes(link.previous) != previous:
            yield f"{name} {link.first}: does not follow the one before it"
        rows = list(kept.rows.filter(number__gte=link.first, number__lte=link.last).order_by("number"))
        if len(rows) != link.last - link.first + 1:
            yield f"{name} {link.first}: {link.last - link.first + 1} {kept.name} sealed, {len(rows)} found"
        elif chain(bytes(link.previous), rows, kept.form) != bytes(link.digest):
            yield f"{name} {link.first}: {kept.one} between {link.first} and {link.last} was altered"
        if kept is ENTRIES:
            yield from _beside(rows)
        previous, expected = bytes(link.digest), link.last + 1
    if kept.rows.filter(number__gte=expected).exists():
        yield f"{kept.name} from {expected} on have numbers and no seal; the last seal is missing"


def _beside(entries: list[Any]) -> Iterator[str]:
    """What entries vouch for by a digest: old values, where they were not erased, and disclosures."""
    digests = {entry.pk: entry for entry in entries if entry.old_digest is not None}
    for old in OldValues.objects.filter(pk__in=digests) if digests else ():
        erased = not old.salt and not old.values
        if not erased and digest_old(bytes(old.salt), old.values) != bytes(digests[old.pk].old_digest):
            yield f"entry {digests[old.pk].number}: its old values were altered"
    told = {entry.subject_id: entry for entry in entries if entry.verb == DISCLOSED}
    found: dict[UUID, Disclosure] = Disclosure.objects.in_bulk(list(told)) if told else {}
    for key, entry in told.items():
        if key not in found:
            yield f"entry {entry.number}: its disclosure was removed"
        elif digest_disclosure(found[key]) != entry.codes.get("digest"):
            yield f"entry {entry.number}: its disclosure was altered"


def _without_entry() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.id FROM journal_disclosure d WHERE NOT EXISTS"
            " (SELECT FROM journal_entry e WHERE e.subject_id = d.id AND e.verb = %s) ORDER BY d.id LIMIT 20",
            [DISCLOSED],
        )
        return [f"disclosure {row[0]}: no entry vouches for it" for row in cursor.fetchall()]
