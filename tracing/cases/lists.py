"""The list of cases: what it can be sorted and filtered by, and how it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from tracing.access.listing import Listing, Order, all_of, listing, own_units
from tracing.access.viewer import Viewer
from tracing.base.sight import finds_by
from tracing.base.text import fold
from tracing.cases.models import Case, Interview

ORDERS: Final[Mapping[str, Order]] = {
    "-opened": Order("opened", "opened_at", down=True, key_down=True),
    "opened": Order("opened", "opened_at"),
    "name": Order("name", "sort_key"),
    "-name": Order("name", "sort_key", down=True, key_down=True),
}
"""Code in the address → declared order. The first is the one without a code."""


def orders(viewer: Viewer) -> Mapping[str, Order]:
    """By what the viewer may sort: not by names that they do not see."""
    if "name" in finds_by(viewer.sight):
        return ORDERS
    return {code: order for code, order in ORDERS.items() if order.column != "sort_key"}


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What is asked of the list; "" or None: everything. `name` is the beginning of a name, typed, never in an address."""

    state: str = ""
    disease: str = ""
    classification: str = ""
    scope: str = ""
    review: bool = False
    unit: UUID | None = None
    name: str = ""


def cases() -> QuerySet[Case]:
    """Every case: pages load one through `desk.page.load`, which asks who looks."""
    return Case.objects.select_related("person", "unit", "follow_unit", "town", "isolation", "closure", "task")


def page(
    asked: CaseFilter, viewer: Viewer, *, sort: str, size: int, after: UUID | None = None, before: UUID | None = None
) -> Listing[Case]:
    """A page of the cases that the viewer may see, with what a row shows."""
    return listing(
        _rows(_seen(asked, viewer)), viewer, orders(viewer).get(sort, _FIRST), size=size, unit=asked.unit,
        lent=True, after=after, before=before,
    )  # fmt: skip


def taken_out(asked: CaseFilter, viewer: Viewer, *, sort: str, most: int) -> list[Case]:
    """The same list as a whole, its first `most` rows."""
    rows = _rows(_seen(asked, viewer))
    return all_of(rows, viewer, orders(viewer).get(sort, _FIRST), most=most, unit=asked.unit, lent=True)


_FIRST: Final = ORDERS["-opened"]


def _seen(asked: CaseFilter, viewer: Viewer) -> CaseFilter:
    """Without a name, for those to whom no name is shown: what a list answers would tell it."""
    return asked if "name" in finds_by(viewer.sight) else replace(asked, name="")


def _rows(asked: CaseFilter) -> QuerySet[Case]:
    # What a row shows besides its own columns is fetched by key, so that the scan stays one of the index alone.
    rows = Case.objects.prefetch_related("person", "unit", "follow_unit", "town", "isolation", "closure", "task")
    rows = rows.filter(merged_into=None)
    if asked.state:
        rows = rows.filter(closure__isnull=asked.state == "open")
    for column in ("disease", "classification", "scope"):
        if value := getattr(asked, column):
            rows = rows.filter(**{column: value})
    if asked.review:
        rows = rows.filter(needs_review=True)
    if key := _beginning(asked.name):
        rows = rows.filter(sort_key__gte=key, sort_key__lt=key + "~")
    return rows


def _beginning(name: str) -> str:
    """"Smi" or "Smith, Jo" as the sort key begins: folded family, two blanks, folded given name."""
    family, comma, given = name.partition(",")
    return f"{fold(family)}  {fold(given)}".rstrip() if comma else fold(family)


@dataclass(frozen=True, slots=True)
class Benchmarks:
    """Of the cases opened in a span and to be called: how many somebody tried to reach, how many were interviewed."""

    opened: int
    attempted: int
    interviewed: int
    exact: bool


def benchmarks(viewer: Viewer, *, since: object, most: int = 2000) -> Benchmarks:
    """The newest `most` cases opened since then in the viewer's own units that are to be called."""
    units = own_units(Case, viewer)
    rows = Case.objects.filter(opened_at__gte=since, scope=Case.Scope.CALL, merged_into=None)
    if units is not None:
        rows = rows.filter(unit__in=units)
    found = list(rows.order_by("-opened_at", "-id").values_list("pk", "task__attempts")[: most + 1])
    exact, found = len(found) <= most, found[:most]
    interviewed = Interview.objects.filter(case__in=[key for key, _ in found]).values("case").distinct().count() if found else 0
    return Benchmarks(len(found), sum(1 for _, tries in found if tries), interviewed, exact)


def begun(viewer: Viewer, *, at: object, days: int = 7, most: int = 10) -> list[Case]:
    """Cases whose interview this viewer began in the last days and did not finish, newest first."""
    mine = Interview.objects.filter(by=viewer.user, at__gte=at - timedelta(days=days), kind="partial")  # type: ignore[operator]
    keys = list(dict.fromkeys(mine.order_by("-at").values_list("case", flat=True)[:50]))
    finished = set(Interview.objects.filter(case__in=keys, kind="complete").values_list("case", flat=True))
    still = [key for key in keys if key not in finished]
    found = {
        case.pk: case
        for case in Case.objects.visible_to(viewer).filter(pk__in=still, closure__isnull=True).select_related("person", "task")
    }
    return [found[key] for key in still if key in found][:most]
