"""What waits, counted once a minute for everybody: a page adds up a few hundred rows instead of looking at each of 200,000 calls.

The rows are a unit's and a disease's, so that the same is said of who may see them as of the tasks themselves; what is in them about
people hidden from the viewer is taken off. Where nothing was counted lately, as the worker stands still, the tasks are counted instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Case, Count, Expression, Max, Q, QuerySet, Sum, Value, When

from tracing.access.viewer import Viewer
from tracing.access.visibility import hidden_rows, own_rows
from tracing.journal.action import ACTING_ROLE, role
from tracing.jurisdictions.models import Unit
from tracing.tasks.models import Task, Waiting
from tracing.tasks.rules import AGREED_PRIORITY

WAITED: Final = (24, 48, 72, 168)
"""Hours on the list: rows are counted by the first of these that they do not exceed."""
LATELY: Final = timedelta(minutes=3)
"""Numbers that are older are not shown."""
BY: Final = ("unit", "team", "kind", "disease", "in_hand", "no_phone", "today", "agreed", "waited")
"""What is counted apart; each is told at `Waiting`."""


@dataclass(frozen=True, slots=True)
class Waits:
    """Values of what was asked for, in its order → how many tasks waited `at` that instant."""

    at: datetime
    numbers: Counter[tuple[Any, ...]]


def waits(by: Sequence[str], which: Q, *, viewer: Viewer | None, at: datetime) -> Waits:
    """How many tasks wait, open or in hand, by some of BY; `which` may ask for any of BY. In the viewer's own units, without what is hidden
    from them; None: everywhere, for numbers that name nobody's record and are the work of whoever leads it."""
    with role(ACTING_ROLE):  # numbers alone, of rows that the program's own condition has chosen: decision 0019
        counted_at = _newest(at).aggregate(at=Max("counted_at"))["at"]
        tasks = Task.objects.all()
        if counted_at is None:
            return Waits(at, _numbers(_told(tasks if viewer is None else own_rows(tasks, viewer), at), by, which, Count("pk")))
        # The newest once more in the statement itself: between two statements the next minute may have come.
        rows = Waiting.objects.filter(counted_at=_newest(at).order_by("-counted_at").values("counted_at")[:1])
        found = _numbers(rows if viewer is None else own_rows(rows, viewer), by, which, Sum("number"))
        if viewer is not None:
            found -= _numbers(_told(hidden_rows(tasks, viewer), counted_at), by, which, Count("pk"))
        return Waits(counted_at, found)


def count_waiting(*, at: datetime) -> int:
    """Count what waits at this instant, in place of what was counted before. How many rows that makes."""
    with transaction.atomic(), role(ACTING_ROLE):
        found = _numbers(_told(Task.objects.all(), at), BY, Q(), Count("pk"))
        Waiting.objects.filter(counted_at__lte=at).delete()
        rows = [Waiting(counted_at=at, number=number, **_named(values)) for values, number in found.items()]
        Waiting.objects.bulk_create(rows, batch_size=1000)
    return len(rows)


def _named(values: tuple[Any, ...]) -> dict[str, Any]:
    return {{"unit": "unit_id", "team": "team_id"}.get(name, name): value for name, value in zip(BY, values, strict=True)}


def _newest(at: datetime) -> QuerySet[Waiting]:
    return Waiting.objects.filter(counted_at__gt=at - LATELY, counted_at__lte=at)


def _numbers(rows: QuerySet[Any], by: Sequence[str], which: Q, number: Expression) -> Counter[tuple[Any, ...]]:
    found = rows.filter(which).values_list(*by).annotate(many=number).order_by()
    return Counter({tuple(values): many for *values, many in found})


def _told(rows: QuerySet[Task], at: datetime) -> QuerySet[Task]:
    """Tasks that wait, each with what `Waiting` tells of it."""
    ages = [When(added_at__gt=at - timedelta(hours=hours), then=Value(hours)) for hours in WAITED]
    return rows.filter(state__in=(Task.State.OPEN, Task.State.HELD)).annotate(
        in_hand=Q(state=Task.State.HELD), today=_today(at), agreed=Q(priority=AGREED_PRIORITY), waited=Case(*ages, default=Value(0))
    )


def _today(at: datetime) -> Q:
    """Before midnight where the unit is. A state of one zone, as most are, is asked without its units."""
    zones = list(Unit.objects.order_by("time_zone").values_list("time_zone", flat=True).distinct())
    if len(zones) == 1:
        return Q(not_before__lt=_tonight(at, zones[0]))
    here = Q(pk__in=[])
    for zone in zones:
        here |= Q(unit__time_zone=zone, not_before__lt=_tonight(at, zone))
    return here


def _tonight(at: datetime, zone: str) -> datetime:
    return datetime.combine(at.astimezone(ZoneInfo(zone)).date() + timedelta(days=1), time(0), ZoneInfo(zone))
