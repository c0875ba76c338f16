"""Reviews of roles: what is open, what is overdue, what was said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q

from tracing.access.granting import Granting
from tracing.access.models import AccessReview, ReviewLine
from tracing.access.queries import staff_names
from tracing.access.queries.accounts import Line, lines
from tracing.access.rules.reviewing import is_overdue
from tracing.journal.action import ACTING_ROLE, role


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One review in the list."""

    review: AccessReview
    all: int
    decided: int
    closed_by: str
    state: str
    """ "open", "overdue", "closed" """


@dataclass(frozen=True, slots=True)
class Decided:
    """One line of a review: the membership as it is now, and what was said."""

    line: ReviewLine
    of: Line
    by: str


def reviews(asking: Granting, *, state: str = "", quarter: str = "") -> list[ReviewRow]:
    """Of the units administered: the newest quarter first, the overdue on top of it."""
    units = asking.units
    with role(ACTING_ROLE):
        rows = AccessReview.objects.select_related("unit").annotate(
            all=Count("lines"), decided=Count("lines", filter=~Q(lines__decision=""))
        )
        rows = rows if units is None else rows.filter(unit__in=units)
        rows = rows.filter(quarter=quarter) if quarter else rows
        found = list(rows.order_by("-quarter", "unit__sort_key", "unit__code"))
    names = staff_names(row.closed_by for row in found)
    today = asking.at.date()
    told = [
        ReviewRow(row, row.all, row.decided, names.get(row.closed_by, ""), _state(row, is_overdue(row.due_on, bool(row.closed_at), today)))  # type: ignore[attr-defined]
        for row in found
    ]
    return [row for row in told if not state or row.state == state]


def _state(row: AccessReview, overdue: bool) -> str:
    return "closed" if row.closed_at else "overdue" if overdue else "open"


def review(asking: Granting, key: UUID) -> AccessReview | None:
    """One review of a unit administered."""
    with role(ACTING_ROLE):
        row = AccessReview.objects.select_related("unit").filter(pk=key).first()
    return row if row is not None and (asking.units is None or row.unit_id in asking.units) else None


def review_lines(asking: Granting, of: AccessReview) -> Sequence[Decided]:
    with role(ACTING_ROLE):
        rows = list(
            ReviewLine.objects.filter(review=of).select_related("membership__role", "membership__unit", "membership__user")
        )
    told = {line.membership.pk: line for line in lines([row.membership for row in rows], asking.at)}
    names = staff_names(row.by for row in rows)
    found = [Decided(row, told[row.membership_id], names.get(row.by, "")) for row in rows]
    return sorted(found, key=lambda one: (one.line.decision != "", one.of.who, one.of.membership.role.name))
