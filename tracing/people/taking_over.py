"""What is open about people in a unit that was closed: matches nobody has settled, restrictions, emergency access not yet reviewed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.jurisdictions.closing import Ending, heir
from tracing.people.models import EmergencyAccess, Match, Restriction

OPEN: Final[tuple[tuple[type[Match] | type[Restriction] | type[EmergencyAccess], Q, str], ...]] = (
    (Match, Q(settled_at__isnull=True, outcome="possible"), "match"),
    (Restriction, Q(ended_at__isnull=True), "restriction"),
    (EmergencyAccess, Q(verdict=""), "emergency_access"),
)
"""Table, what of it is open, what the journal calls it."""


@action
def hand_over_people(*, endings: Mapping[UUID, Ending], most: int = 500, by: Actor, at: datetime) -> int | Unchanged:
    """Up to `most` open rows of units that have ended go to whoever took over; returns how many."""
    done = 0
    for model, still_open, kind in OPEN:
        rows = list(_rows(model).select_for_update(no_key=True).filter(still_open, unit__in=endings).order_by("pk")[: most - done])
        for row in rows:
            before, row.unit_id = row.unit_id, heir(row.unit_id, None, endings)
            record("person.taken_over", by=by, at=at, subject=(kind, row.pk), person=row.person_id,
                   codes={"from": str(before), "to": str(row.unit_id)})  # fmt: skip
        if rows:
            _rows(model).bulk_update(rows, ["unit"])
        done += len(rows)
    return done or UNCHANGED


def open_about_people(unit: UUID) -> int:
    """How much of it there is. A count alone; the caller has checked that it may be told."""
    return sum(_rows(model).filter(still_open, unit=unit).count() for model, still_open, _kind in OPEN)


def _rows(model: type[Match] | type[Restriction] | type[EmergencyAccess]) -> QuerySet:  # type: ignore[type-arg]
    return model._default_manager.all()
