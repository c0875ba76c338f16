"""The list of people whom nothing known reaches, and how many can be reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from tracing.access.listing import Listing, Order, listing, own_units
from tracing.access.viewer import Viewer
from tracing.access.visibility import own_rows, visible_to
from tracing.cases.models import Case
from tracing.contacts.models import Enquiry, Unreached

ORDERS: Final[Mapping[str, Order]] = {
    "-priority": Order("priority", "priority", down=True),
    "since": Order("since", "since"),
}
DAYS: Final = 14
NEWEST: Final = 1000
"""So many cases are counted at most, the newest: the whole state in a wave has more, and a share needs no more."""


@dataclass(frozen=True, slots=True)
class UnreachedFilter:
    """What is asked of the list: for what, by what they lack ("mail": not even a letter reaches them), of which disease and unit."""

    why: str = ""
    lacks: str = ""
    disease: str = ""
    unit: UUID | None = None


def unreached() -> QuerySet[Unreached]:
    """Every row: pages load one through `desk.page.load`, which asks who looks."""
    return Unreached.objects.select_related("unit").prefetch_related("person")


def page(
    asked: UnreachedFilter, viewer: Viewer, *, sort: str, size: int, after: UUID | None = None, before: UUID | None = None
) -> Listing[Unreached]:
    """A page of those whom the viewer's units look for."""
    rows = Unreached.objects.prefetch_related("person", "unit").filter(state=Unreached.State.OPEN)
    for column in ("why", "disease"):
        if value := getattr(asked, column):
            rows = rows.filter(**{column: value})
    if asked.lacks:
        rows = rows.filter(lacks__contains=[asked.lacks])
    return listing(rows, viewer, ORDERS[sort], size=size, unit=asked.unit, after=after, before=before)


def of_person(person: UUID, viewer: Viewer) -> list[Unreached]:
    """Whether somebody is looked for, as far as the viewer sees it."""
    return list(visible_to(Unreached.objects.filter(person=person, state=Unreached.State.OPEN), viewer).order_by("-priority", "id"))


def enquiries_of(row: Unreached, viewer: Viewer) -> list[Enquiry]:
    """Which sources were asked, the newest first."""
    return list(visible_to(Enquiry.objects.filter(about=row), viewer).order_by("-at", "-id"))


@dataclass(frozen=True, slots=True)
class Reachable:
    """Of the people with a case opened lately how many can be reached, and how many are looked for, by what for."""

    cases: int
    lacking: int
    """Of these cases: people of whom no way is known now."""
    open: Mapping[str, int]
    """Those that are looked for, by `Unreached.Why`, NEWEST at most of each."""
    newest_only: bool = False
    """There were more cases than are counted: only the newest are."""

    @property
    def reached(self) -> int:
        return max(0, self.cases - self.lacking)

    @property
    def percent(self) -> int:
        return round(100 * self.reached / self.cases) if self.cases else 0


def reachable(viewer: Viewer, *, at: datetime) -> Reachable:
    """The figures of the viewer's units, from the newest cases of the last days."""
    since = at - timedelta(days=DAYS)
    lately_opened = own_rows(Case.objects.filter(opened_at__gte=since), viewer).order_by("-opened_at", "-id")
    found = lately_opened.values_list("opened_at", flat=True)[NEWEST - 1 : NEWEST]
    oldest = next(iter(found), None)
    since = oldest or since
    opened = own_rows(Case.objects.filter(opened_at__gte=since, scope__in=(Case.Scope.CALL, Case.Scope.MESSAGE_ONLY)), viewer)
    looked_for = own_rows(Unreached.objects.filter(state=Unreached.State.OPEN), viewer)
    lately = looked_for.filter(since__gte=since).exclude(why=Unreached.Why.CONTACT)
    by_why = {why: looked_for.filter(why=why).order_by()[:NEWEST].count() for why in Unreached.Why.values}
    return Reachable(
        opened.order_by()[:NEWEST].count(), lately.order_by()[:NEWEST].count(), {why: n for why, n in by_why.items() if n}, oldest is not None
    )


def next_unreached(viewer: Viewer, after: UUID, *, at: datetime) -> UUID | None:
    """The most urgent one to look for now, but for this one: those whose source was asked to answer later wait."""
    units = own_units(Unreached, viewer)
    rows = own_rows(Unreached.objects.filter(state=Unreached.State.OPEN, not_before__lte=at).exclude(pk=after), viewer)
    if units is not None and len(units) == 1:
        rows = rows.filter(unit__in=units)
    return rows.order_by("-priority", "id").values_list("pk", flat=True).first()
