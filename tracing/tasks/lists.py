"""Lists of tasks, and what waits for somebody who begins their day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from tracing.access.listing import EXACT, Listing, Order, all_of, listing, own_units
from tracing.access.viewer import Viewer
from tracing.tasks.handing import only_in_hand
from tracing.tasks.models import Attempt, Task
from tracing.tasks.queries import CALLS
from tracing.tasks.rules import AGREED_PRIORITY

ORDERS: Final[Mapping[str, Order]] = {
    "-priority": Order("priority", "priority", down=True),
    "priority": Order("priority", "priority", key_down=True),
}

BANDS: Final = (("agreed", AGREED_PRIORITY), ("urgent", 600), ("soon", 350), ("later", 0))
"""Priority bands, each with its least priority: an hour was agreed; urgent; soon; later."""


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """What is asked of the list. One state always: the lists are ordered within it."""

    state: str = "open"
    kind: str = ""
    disease: str = ""
    unit: UUID | None = None


def tasks() -> QuerySet[Task]:
    """Every task: pages load one through `desk.page.load`, which asks who looks."""
    return Task.objects.select_related("person", "unit", "held_by").defer("held_by__password")


def band(priority: int) -> str:
    return next(code for code, least in BANDS if priority >= least)


def page(
    asked: TaskFilter, viewer: Viewer, *, sort: str, size: int, after: UUID | None = None, before: UUID | None = None
) -> Listing[Task]:
    """A page of the tasks of the viewer's units."""
    return listing(_rows(asked), viewer, ORDERS[sort], size=size, unit=asked.unit, after=after, before=before)


def taken_out(asked: TaskFilter, viewer: Viewer, *, sort: str, most: int) -> list[Task]:
    """The same list as a whole, its first `most` rows."""
    return all_of(_rows(asked), viewer, ORDERS[sort], most=most, unit=asked.unit)


def _rows(asked: TaskFilter) -> QuerySet[Task]:
    rows = Task.objects.prefetch_related("person", "unit", "held_by").filter(state=asked.state)
    for column in ("kind", "disease"):
        if value := getattr(asked, column):
            rows = rows.filter(**{column: value})
    return rows


@dataclass(frozen=True, slots=True)
class Waiting:
    """Who is waiting now: by kind, and by band for the calls. Exact to EXACT, the most urgent counted first."""

    calls: int
    by_kind: Mapping[str, int]
    by_band: Mapping[str, int]
    exact: bool
    later_today: int
    """Of those looked at: calls that may not be made before a later hour."""


def waiting(viewer: Viewer, *, at: datetime) -> Waiting:
    """What waits in the viewer's queues."""
    units = own_units(Task, viewer)
    rows = Task.objects.filter(state=Task.State.OPEN)
    if units is not None:
        rows = rows.filter(unit__in=units)
    found = list(rows.order_by("-priority", "id").values_list("kind", "priority", "not_before")[: EXACT + 1])
    due = [(kind, priority) for kind, priority, not_before in found[:EXACT] if not_before <= at]
    calls = [priority for kind, priority in due if kind in CALLS]
    return Waiting(
        calls=len(calls),
        by_kind=Counter(kind for kind, _ in due),
        by_band=Counter(band(priority) for priority in calls),
        exact=len(found) <= EXACT,
        later_today=len(found[:EXACT]) - len(due),
    )


def agreed(viewer: Viewer, *, at: datetime, within: timedelta = timedelta(hours=24), most: int = 12) -> list[Task]:
    """Calls whose hour was agreed, the earliest first: overdue ones and those of the next hours."""
    units = own_units(Task, viewer)
    rows = Task.objects.filter(state=Task.State.OPEN, priority=AGREED_PRIORITY, due_at__lte=at + within)
    if only_in_hand(viewer):
        rows = rows.visible_to(viewer)
    elif units is not None:
        rows = rows.filter(unit__in=units)
    return list(rows.select_related("person", "unit").order_by("due_at", "id")[:most])


def in_hand(viewer: Viewer, *, at: datetime) -> list[Task]:
    """What the viewer has in hand now."""
    rows = Task.objects.filter(state=Task.State.HELD, held_by=viewer.user, held_until__gt=at)
    return list(rows.select_related("person", "unit").order_by("held_until"))


def attempts_of(persons: list[UUID], disease: str = "") -> QuerySet[Attempt]:
    """Tries to reach somebody, newest first, with the number that was tried."""
    rows = Attempt.objects.filter(person__in=persons).select_related("way")
    return (rows.filter(disease=disease) if disease else rows).order_by("-at", "-id")


def tasks_of(person: UUID) -> QuerySet[Task]:
    """Everything to do and done about somebody, newest first."""
    return Task.objects.filter(person=person).select_related("unit", "held_by").defer("held_by__password").order_by("-added_at", "-id")
