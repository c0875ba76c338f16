"""Erasing what fields held before, at the end of its retention. The entries stay, with the digest of what is gone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import connection

from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record

# The entry says when; the old values have no date of their own.
_ERASE = """
DELETE FROM journal_oldvalues WHERE entry_id IN (
    SELECT o.entry_id FROM journal_oldvalues o JOIN journal_entry e ON e.id = o.entry_id
    WHERE e.subject_kind = %s AND e.at < %s LIMIT %s
)
"""


@action
def erase_old_values(*, until: Mapping[str, datetime], by: Actor, at: datetime, limit: int = 5_000) -> dict[str, int] | Unchanged:
    """Erase old values of each kind of subject before its instant, at most `limit` of a kind at a time. How many of each."""
    erased: dict[str, int] = {}
    with connection.cursor() as cursor:
        for kind, before in sorted(until.items()):
            cursor.execute(_ERASE, [kind, before, limit])
            if cursor.rowcount:
                erased[kind] = cursor.rowcount
    if not erased:
        return UNCHANGED
    record(
        "old_values.erased", by=by, at=at, subject=("journal", None),
        codes={"erased": erased, "until": {kind: until[kind].isoformat() for kind in erased}},
    )  # fmt: skip
    return erased
