"""Cases counted by department, disease and week, for those who see counts and perhaps nobody's record."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

from tracing.access.viewer import Viewer
from tracing.cases.models import CaseCount
from tracing.cases.small_numbers import Line, told
from tracing.diseases.conditions import sensitive_codes
from tracing.diseases.ruleset import rule_sets
from tracing.journal.action import ACTING_ROLE, role
from tracing.jurisdictions.models import Unit
from tracing.jurisdictions.units import units_by_id

PERMISSION: Final = "counts.see"

WEEKS: Final = 27
"""The last whole weeks that are counted for everybody, with the one that runs."""
LATELY: Final = timedelta(minutes=11)
"""Numbers that are older are not shown: two countings were missed."""

_SQL: Final = """
SELECT c.unit_id, c.disease, width_bucket(c.opened_at, %(begins)s::timestamptz[]), count(*) FROM cases_case c
WHERE c.opened_at >= %(first)s AND c.opened_at < %(last)s AND c.classification <> 'not_a_case' AND c.merged_into_id IS NULL{which}
GROUP BY 1, 2, 3
"""
_OF: Final = " AND c.unit_id = ANY (%(units)s) AND c.disease = %(disease)s"


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one disease: the units in order of their names, the weeks oldest first (each by its Sunday), and what is told of each."""

    disease: str
    units: list[Unit]
    weeks: list[date]
    lines: Mapping[date, Line[UUID]]
    careful: bool
    """Small numbers of some unit are hidden for this viewer."""
    at: datetime
    """When they were counted."""

    def row(self, unit: UUID) -> list[int | None]:
        return [self.lines[week].numbers[unit] for week in self.weeks]

    @property
    def totals(self) -> list[int | None]:
        return [self.lines[week].total for week in self.weeks]


def diseases_counted(viewer: Viewer) -> list[str]:
    """Diseases of which this viewer may see counts somewhere: sensitive ones by name only."""
    return [code for code in rule_sets() if _units(viewer, code) != frozenset()]


def counts(viewer: Viewer, disease: str, *, weeks: int, at: datetime) -> Counts:
    """The last whole weeks and the one that runs. Counted under the acting role: who sees counts need not see a case."""
    reached = _units(viewer, disease)
    units = units_by_id(reached)
    sundays = _sundays(weeks, at)
    counted_at, found = _counted([unit.pk for unit in units], disease, sundays, at)
    seen = _with_cases(viewer, disease)
    careful = [unit.pk for unit in units if seen is not None and unit.pk not in seen]
    lines = {week: told({unit.pk: found.get((unit.pk, week), 0) for unit in units}, careful) for week in sundays}
    return Counts(disease, units, sundays, lines, bool(careful), counted_at)


def count_cases(*, at: datetime) -> int:
    """Count the cases of every unit and disease at this instant, in place of what was counted before. How many rows that makes."""
    with transaction.atomic(), role(ACTING_ROLE):
        rows = [
            CaseCount(counted_at=at, unit_id=unit, disease=disease, week=week, number=number)
            for unit, disease, week, number in _asked(_SQL.format(which=""), _sundays(WEEKS, at))
        ]
        CaseCount.objects.filter(counted_at__lte=at).delete()
        CaseCount.objects.bulk_create(rows, batch_size=1000)
    return len(rows)


def _counted(units: Collection[UUID], disease: str, sundays: Sequence[date], at: datetime) -> tuple[datetime, dict[tuple[UUID, date], int]]:
    """As they were counted for everybody; where that was not lately, as the worker stands still, counted now."""
    newest = CaseCount.objects.filter(counted_at__gt=at - LATELY, counted_at__lte=at).order_by("-counted_at").values("counted_at")[:1]
    with role(ACTING_ROLE):
        counted_at = newest.values_list("counted_at", flat=True).first()
        if counted_at is not None:
            rows = CaseCount.objects.filter(counted_at=newest, disease=disease, week__gte=sundays[0], unit__in=units)
            return counted_at, {(unit, week): number for unit, week, number in rows.values_list("unit", "week", "number")}
        found = _asked(_SQL.format(which=_OF), sundays, units=list(units), disease=disease)
        return at, {(unit, week): number for unit, _disease, week, number in found}


def _sundays(weeks: int, at: datetime) -> list[date]:
    """Of so many weeks, the last of which runs. Weeks begin on Sunday, as the national reporting weeks do."""
    today = at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    this = today - timedelta(days=(today.weekday() + 1) % 7)
    return [this - timedelta(weeks=back) for back in range(weeks - 1, -1, -1)]


def _asked(statement: str, sundays: Sequence[date], **values: Any) -> Iterator[tuple[UUID, str, date, int]]:
    """Unit, disease, week, cases. A week begins at midnight where the state is."""
    begins = [datetime.combine(day, time(0), ZoneInfo(settings.TIME_ZONE)) for day in (*sundays, sundays[-1] + timedelta(weeks=1))]
    with connection.cursor() as cursor:
        cursor.execute(statement, {"begins": begins[:-1], "first": begins[0], "last": begins[-1], **values})
        for unit, disease, week, number in cursor.fetchall():
            yield unit, disease, sundays[week - 1], number


def _units(viewer: Viewer, disease: str, permission: str = PERMISSION) -> frozenset[UUID] | None:
    """Units where the permission reaches this disease; None: all."""
    named = frozenset(unit for unit, one in viewer.named.get(permission, ()) if one == disease)
    if disease in sensitive_codes():
        return named
    return None if permission in viewer.everywhere else viewer.general.get(permission, frozenset()) | named


def _with_cases(viewer: Viewer, disease: str) -> frozenset[UUID] | None:
    """Units whose cases the viewer sees one by one, so that their small numbers tell nothing new; None: all. Not for masked eyes."""
    if viewer.sight in ("masked", "deidentified"):
        return frozenset()
    return _units(viewer, disease, "cases.see")
