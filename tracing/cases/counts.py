"""Cases counted by department, disease and week, for those who see counts and perhaps nobody's record."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from tracing.access.viewer import Viewer
from tracing.cases.small_numbers import Line, told
from tracing.diseases.conditions import sensitive_codes
from tracing.diseases.ruleset import rule_sets
from tracing.journal.action import ACTING_ROLE, role
from tracing.jurisdictions.models import Unit
from tracing.jurisdictions.units import units_by_id

PERMISSION: Final = "counts.see"

# A range of an index for each department and week, however many cases there are: all, less those that turned
# out to be none, and less those that rest under another of the same illness.
_SQL: Final = """
SELECT u.id, w.week,
    (SELECT count(*) FROM cases_case c
        WHERE c.unit_id = u.id AND c.disease = %(disease)s AND c.opened_at >= w.begins AND c.opened_at < w.ends)
    - (SELECT count(*) FROM cases_case c WHERE c.classification = 'not_a_case'
        AND c.unit_id = u.id AND c.disease = %(disease)s AND c.opened_at >= w.begins AND c.opened_at < w.ends)
    - (SELECT count(*) FROM cases_case c WHERE c.merged_into_id IS NOT NULL AND c.classification <> 'not_a_case'
        AND c.unit_id = u.id AND c.disease = %(disease)s AND c.opened_at >= w.begins AND c.opened_at < w.ends)
FROM unnest(%(units)s::uuid[]) AS u (id)
CROSS JOIN unnest(%(weeks)s::date[], %(begins)s::timestamptz[], %(ends)s::timestamptz[]) AS w (week, begins, ends)
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one disease: the units in order of their names, the weeks oldest first (each by its Sunday), and what is told of each."""

    disease: str
    units: list[Unit]
    weeks: list[date]
    lines: Mapping[date, Line[UUID]]
    careful: bool
    """Small numbers of some unit are hidden for this viewer."""

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
    zone = ZoneInfo(next((unit.time_zone for unit in units), "UTC"))
    local = at.astimezone(zone)
    this = local.date() - timedelta(days=(local.weekday() + 1) % 7)
    sundays = [this - timedelta(weeks=back) for back in range(weeks - 1, -1, -1)]
    found = _counted([unit.pk for unit in units], disease, sundays, zone)
    seen = _with_cases(viewer, disease)
    careful = [unit.pk for unit in units if seen is not None and unit.pk not in seen]
    lines = {week: told({unit.pk: found.get((unit.pk, week), 0) for unit in units}, careful) for week in sundays}
    return Counts(disease, units, sundays, lines, bool(careful))


def _counted(units: Collection[UUID], disease: str, sundays: Sequence[date], zone: ZoneInfo) -> dict[tuple[UUID, date], int]:
    """Weeks begin on Sunday, as the national reporting weeks do, at midnight where the first department is."""
    begins = [datetime.combine(day, time(0), zone) for day in sundays]
    ends = [datetime.combine(day + timedelta(weeks=1), time(0), zone) for day in sundays]
    values: dict[str, Any] = {"units": list(units), "disease": disease, "weeks": list(sundays), "begins": begins, "ends": ends}
    with role(ACTING_ROLE), connection.cursor() as cursor:
        cursor.execute(_SQL, values)
        return {(unit, week): number for unit, week, number in cursor.fetchall()}


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
