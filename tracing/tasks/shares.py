"""Which calls of a unit are another team's: always the same ones, by their keys, so that a share can be taken back and given anew."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from tracing.tasks.loads import in_share
from tracing.tasks.models import Share
from tracing.tasks.queries import CALLS


def shares_of(units: Collection[UUID]) -> dict[UUID, tuple[UUID, int]]:
    """Unit → the team that makes a share of its calls, and how many of a hundred."""
    rows = Share.objects.filter(unit__in=units, ended_at__isnull=True).values_list("unit_id", "team_id", "percent")
    return {unit: (team, percent) for unit, team, percent in rows}


def lent_to(shares: Mapping[UUID, tuple[UUID, int]], task: UUID, kind: str, unit: UUID) -> UUID | None:
    """The team that a new task goes to; None where it stays with its unit."""
    if kind not in CALLS or unit not in shares:
        return None
    team, percent = shares[unit]
    return team if in_share(task, percent) else None
