"""What reviewers did with a possible match or a pair, step by step."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tracing.base.ids import uuid7
from tracing.journal.actor import Actor
from tracing.people.models import Duplicate, Match, ReviewStep


def keep_step(row: Match | Duplicate, what: str, *, by: Actor, at: datetime, **more: Any) -> ReviewStep:
    """Kept beside the entry of the journal that the action writes."""
    of_match = isinstance(row, Match)
    made = ReviewStep(
        id=uuid7(), item=row.pk, of_match=of_match, what=what, waited_since=row.at if isinstance(row, Match) else row.found_at,
        at=at, by=by.id, **({"unit_id": row.unit_id} | more),
    )  # fmt: skip
    made.save(force_insert=True)
    return made
