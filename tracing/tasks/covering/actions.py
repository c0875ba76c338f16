"""A cover is arranged, and ended."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.jurisdictions.models import Unit
from tracing.tasks.covering import rules
from tracing.tasks.covering.queries import live
from tracing.tasks.models import Cover, Team

ABOVE_AT_MOST = 2000
"""Of a load that is counted each time the team asks for a call."""


class CoversItself(Exception):
    """A unit's own team makes its calls anyway."""


class CoverOver(Exception):
    """The last day lies before the first, or behind us."""


class CoveredAlready(Exception):
    """This team covers the same part of the same unit's calls already: that is ended first."""


class TeamIsOver(Exception):
    """The team is no more."""


class NotAlone(Exception):
    """Above a load both work: a team that comes only then cannot have the calls to itself."""


@action
def arrange(
    *, unit: Unit, team: Team, work: Sequence[str], when: rules.When, above: int | None = None, alone: bool = False, why: str = "",
    by: Actor, at: datetime,
) -> Cover:  # fmt: skip
    """A team makes these parts of a unit's calls at the times agreed. The caller has checked that the asker leads the unit's work, and that
    the team is one of a unit above it or one whose work the asker leads too."""
    if team.unit_id == unit.pk:
        raise CoversItself
    if Team.objects.select_for_update(no_key=True).get(pk=team.pk).ended_at is not None:
        raise TeamIsOver
    if alone and above is not None:
        raise NotAlone
    today = at.astimezone(ZoneInfo(unit.time_zone)).date()
    if when.until_on is not None and (when.until_on < when.from_on or when.until_on < today):
        raise CoverOver
    parts = sorted(set(work) & rules.WORK.keys())
    same = Cover.objects.filter(unit=unit, team=team, work__overlap=parts, ended_at__isnull=True)
    if any(_meet(one, when) for one in same):
        raise CoveredAlready
    row = Cover(
        unit=unit, team=team, work=parts, from_on=when.from_on, until_on=when.until_on, nights=when.nights, weekends=when.weekends,
        holidays=when.holidays, evening=when.evening, morning=when.morning, above=above, alone=alone, why=" ".join(why.split())[:200],
        at=at, by=by.id,
    )  # fmt: skip
    row.save(force_insert=True)
    record("cover.arranged", by=by, at=at, subject=("cover", row.pk), codes={"unit": str(unit.pk), "team": str(team.pk), "work": parts})
    return row


@action
def end(*, cover: Cover, by: Actor, at: datetime) -> Cover | Unchanged:
    """From now on the unit makes these calls itself; what is in hand is finished there. Its hand-back follows within minutes."""
    row = Cover.objects.select_for_update(no_key=True).get(pk=cover.pk)
    if row.ended_at is not None:
        return UNCHANGED
    row.ended_at, row.ended_by = at, by.id
    row.save(update_fields=["ended_at", "ended_by"])
    record("cover.ended", by=by, at=at, subject=("cover", row.pk), codes={"unit": str(row.unit_id), "team": str(row.team_id)})
    return row


@action
def end_of_closed(*, units: Collection[UUID], by: Actor, at: datetime) -> list[Cover] | Unchanged:
    """Units that work no more are covered by nobody, and their teams cover nobody."""
    ended = [end(cover=cover, by=by, at=at) for cover in live(at).filter(Q(unit__in=units) | Q(team__unit__in=units)).order_by("pk")]
    return [cover for cover in ended if not isinstance(cover, Unchanged)] or UNCHANGED


def _meet(one: Cover, when: rules.When) -> bool:
    """Whether two covers have days in common."""
    return (one.until_on is None or when.from_on <= one.until_on) and (when.until_on is None or one.from_on <= when.until_on)
