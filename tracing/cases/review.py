"""What reports propose about cases, the cases of people who may be one, and the lines of facilities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from tracing.access.viewer import Viewer
from tracing.cases.models import Case, FacilityLine, Proposal

EXACT: Final = 1000
DAYS: Final = 14


def proposals() -> QuerySet[Proposal]:
    """Every proposal: pages load one through `desk.page.load`, which asks who looks."""
    return Proposal.objects.select_related(
        "case__person", "case__unit", "case__town", "case__closure", "unit", "to_unit", "to_town"
    )


def open_proposals(viewer: Viewer, kind: str = "") -> QuerySet[Proposal]:
    """Those that nobody has answered, oldest first."""
    rows = proposals().visible_to(viewer).filter(answer="")  # type: ignore[attr-defined]
    return rows.filter(kind=kind).order_by("at", "pk") if kind else rows.order_by("at", "pk")


def proposal_numbers(viewer: Viewer) -> dict[str, int]:
    """How many are open, by kind."""
    rows = Proposal.objects.visible_to(viewer).filter(answer="").values_list("kind")
    return dict(rows.annotate(number=Count("pk")).order_by("kind"))


def proposals_after(viewer: Viewer, kind: str, key: UUID | None, *, size: int) -> tuple[list[Proposal], bool]:
    """The next `size` after the one of this key, and whether there are more."""
    found = list(_beyond(open_proposals(viewer, kind), key)[: size + 1])
    return found[:size], len(found) > size


def next_proposal(viewer: Viewer, kind: str, after: UUID | None) -> UUID | None:
    """The key of the next one; at the end it begins anew with the oldest that is left."""
    rows = open_proposals(viewer, kind).values_list("pk", flat=True)
    found: UUID | None = _beyond(rows, after).first() or (rows.exclude(pk=after) if after else rows).first()
    return found


def _beyond(rows: QuerySet, key: UUID | None) -> QuerySet:  # type: ignore[type-arg]
    start = Proposal.objects.filter(pk=key).values_list("at", "pk").first() if key else None
    return rows.filter(Q(at__gt=start[0]) | Q(at=start[0], pk__gt=start[1])) if start else rows


def cases_of(viewer: Viewer, people: Collection[UUID]) -> dict[UUID, list[Case]]:
    """The cases of people, those the viewer may see, newest first."""
    found: dict[UUID, list[Case]] = defaultdict(list)
    rows = Case.objects.visible_to(viewer).filter(person__in=people, merged_into=None).select_related("unit", "closure")
    for case in rows.order_by("-opened_at", "-pk"):
        found[case.person_id].append(case)
    return found


@dataclass(frozen=True, slots=True)
class LineView:
    """One facility in figures. Only cases that the viewer may see are counted."""

    line: FacilityLine
    cases: int
    people: int
    days: tuple[tuple[date, int], ...]
    """First positive specimens by day, the last DAYS days, oldest first."""


def lines(viewer: Viewer, *, at: datetime, after: UUID | None = None, size: int = 50) -> tuple[list[LineView], bool]:
    """Facility lines, the one with the newest case first, and whether there are more."""
    rows = FacilityLine.objects.visible_to(viewer).select_related("unit", "place", "task").order_by("-last_case_at", "-pk")
    start = FacilityLine.objects.filter(pk=after).values_list("last_case_at", "pk").first() if after else None
    if start:
        rows = rows.filter(Q(last_case_at__lt=start[0]) | Q(last_case_at=start[0], pk__lt=start[1]))
    found = list(rows[: size + 1])
    return _figures(viewer, found[:size], at), len(found) > size


def facility_lines() -> QuerySet[FacilityLine]:
    """Every line: pages load one through `desk.page.load`, which asks who looks."""
    return FacilityLine.objects.select_related("unit", "place", "task")


def line_view(viewer: Viewer, line: FacilityLine, *, at: datetime) -> LineView:
    return _figures(viewer, [line], at)[0]


def residents(viewer: Viewer, line: FacilityLine, *, most: int = 500) -> list[Case]:
    """The cases of the line that the viewer may see, the newest first."""
    rows = Case.objects.visible_to(viewer).filter(line=line, merged_into=None).select_related("person", "unit", "isolation", "closure")
    return list(rows.order_by("-last_positive_on", "sort_key", "pk")[:most])


def _figures(viewer: Viewer, found: Sequence[FacilityLine], at: datetime) -> list[LineView]:
    keys = [line.pk for line in found]
    cases = Case.objects.visible_to(viewer).filter(line__in=keys, merged_into=None)
    totals = {
        row["line"]: row
        for row in cases.values("line").annotate(cases=Count("pk"), people=Count("person", distinct=True)).order_by()
    }
    by_day: dict[tuple[UUID, date], int] = {}
    longest = at - timedelta(days=DAYS + 1)
    counted = (
        cases.filter(first_positive_on__gte=longest.date())
        .values("line", "first_positive_on")
        .annotate(number=Count("pk"))
        .order_by()
    )
    for row in counted:
        by_day[row["line"], row["first_positive_on"]] = row["number"]
    views = []
    for line in found:
        today = at.astimezone(ZoneInfo(line.unit.time_zone)).date()
        days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
        total = totals.get(line.pk, {"cases": 0, "people": 0})
        views.append(LineView(line, total["cases"], total["people"], tuple((day, by_day.get((line.pk, day), 0)) for day in days)))
    return views
