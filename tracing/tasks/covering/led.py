"""Covers as those who lead the work see and arrange them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from tracing.access.viewer import Viewer
from tracing.journal.action import ACTING_ROLE, role
from tracing.jurisdictions.models import Unit, UnitAncestor
from tracing.tasks.covering.queries import CoverNow, covers_of, in_days, live
from tracing.tasks.models import Cover, Team
from tracing.tasks.workload import led


def teams_that_may_cover(units: Sequence[Unit]) -> list[Team]:
    """Teams that may make calls of one of these units, as far as that can be said without the unit: those of units above, and their own."""
    keys = [unit.pk for unit in units]
    above = UnitAncestor.objects.filter(unit__in=keys).values("ancestor")
    rows = Team.objects.filter(ended_at__isnull=True).filter(Q(unit__in=above) | Q(unit__in=keys)).select_related("unit")
    return list(rows.order_by("unit__sort_key", "name", "id"))


def may_cover(viewer: Viewer, unit: Unit, team: Team) -> bool:
    """Whether the viewer may let this team make this unit's calls: it is one of a unit above, or one whose work the viewer leads too."""
    keys = {one.pk for one in led(viewer)}
    return unit.pk in keys and (team.unit_id in keys or UnitAncestor.objects.filter(unit=unit.pk, ancestor=team.unit_id).exists())


def covers_led(viewer: Viewer, *, at: datetime) -> list[CoverNow]:
    """What is covered of the units whose work the viewer leads, and what their teams cover of others."""
    with role(ACTING_ROLE):
        return covers_of([unit.pk for unit in led(viewer)], at=at)


def covers_by(team: Team, *, at: datetime) -> list[Cover]:
    """What a team covers of other units on this day."""
    return [cover for cover in live(at).filter(team=team).order_by("unit__sort_key", "id") if in_days(cover, at)]


def cover_of(viewer: Viewer, key: UUID) -> Cover | None:
    """One that the viewer may end: of a unit, or by a team, whose work they lead."""
    keys = [unit.pk for unit in led(viewer)]
    return Cover.objects.filter(Q(unit__in=keys) | Q(team__unit__in=keys), pk=key).first()
