"""Which covers are in force: for *Next call*, for the workload, for a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from tracing.jurisdictions.holidays import Holidays, holidays
from tracing.tasks.covering import rules
from tracing.tasks.models import Caller, Cover, Task, Team

AHEAD = timedelta(days=60)
"""So far is looked for when a cover comes next."""


@dataclass(frozen=True, slots=True)
class InForce:
    """What covers mean for one who asks for a call now."""

    pairs: list[tuple[UUID, str]]
    """Other units, and kinds of their calls, that the asker's team makes now."""
    left: list[str]
    """Calls of the asker's own units that are another team's alone now: unit and kind, written together."""


NOTHING = InForce([], [])


def when_of(cover: Cover) -> rules.When:
    return rules.When(
        cover.from_on, cover.until_on, cover.nights, cover.weekends, cover.holidays, evening=cover.evening, morning=cover.morning
    )


def live(at: datetime) -> QuerySet[Cover]:
    """Covers that are not over: in force now, or at some time to come. A day or two more: each unit has a clock of its own, and a night lasts
    until the morning."""
    lasting = Cover.objects.filter(ended_at__isnull=True).exclude(until_on__lt=at.date() - timedelta(days=2))
    return lasting.select_related("unit", "team__unit")


def now(cover: Cover, at: datetime, kept: Holidays) -> bool:
    """Whether its hour has come, whatever the load."""
    return cover.ended_at is None and rules.in_force(when_of(cover), at, ZoneInfo(cover.unit.time_zone), kept)


def in_days(cover: Cover, at: datetime) -> bool:
    """Whether it is one of the days agreed, where the unit is."""
    return when_of(cover).between(at.astimezone(ZoneInfo(cover.unit.time_zone)).date())


def in_force_for(team: Team | None, units: Iterable[UUID] | None, *, at: datetime, kept: Holidays) -> InForce:
    """For somebody of that team, or of none, who takes calls of these units (None: of all). One small query when nothing is covered."""
    of_others = Q(alone=True) if units is None else Q(alone=True, unit__in=list(units))
    wanted = of_others if team is None else of_others | Q(team=team)
    covers = [cover for cover in live(at).filter(wanted, from_on__lte=at.date() + timedelta(days=1)) if now(cover, at, kept)]
    if not covers:
        return NOTHING
    ours = [cover for cover in covers if team is not None and cover.team_id == team.pk]
    ours = [cover for cover in ours if cover.above is None or due(cover, at, at_most=cover.above + 1) > cover.above]
    alone = [cover for cover in covers if cover.alone and (team is None or cover.team_id != team.pk)]
    return InForce(
        pairs=sorted({(cover.unit_id, kind) for cover in ours for kind in rules.kinds(cover.work)}),
        left=sorted({f"{cover.unit_id}{kind}" for cover in alone for kind in rules.kinds(cover.work)}),
    )


def due(cover: Cover, at: datetime, *, at_most: int) -> int:
    """How many calls of its part could be made now, counted no further than that."""
    rows = Task.objects.filter(
        unit=cover.unit_id, state=Task.State.OPEN, kind__in=rules.kinds(cover.work), no_phone=False, team__isnull=True, not_before__lte=at
    )
    return rows[:at_most].count()


@dataclass(frozen=True, slots=True)
class CoverNow:
    """A cover as a page shows it: `now` its hour has come; `comes` when it comes next; `waiting` how many calls of its part are due, told
    for those that come in above a load alone."""

    cover: Cover
    now: bool
    comes: datetime | None
    waiting: int | None = None

    @property
    def at_work(self) -> bool:
        """Whether the team makes these calls at this moment."""
        return self.now and (self.cover.above is None or (self.waiting or 0) > self.cover.above)


def covers_of(units: Iterable[UUID], *, at: datetime) -> list[CoverNow]:
    """What is covered of these units, and what their teams cover of others: not over yet, what is in force first. To be asked under the
    acting role: how many calls wait is told of units of others too."""
    kept, wanted = holidays(), list(units)
    found = []
    for cover in live(at).filter(Q(unit__in=wanted) | Q(team__unit__in=wanted)).order_by("unit__sort_key", "at", "id"):
        zone = ZoneInfo(cover.unit.time_zone)
        if cover.until_on is not None and cover.until_on < at.astimezone(zone).date() and not now(cover, at, kept):
            continue
        begins = max(at, datetime.combine(cover.from_on, cover.morning, zone) - timedelta(days=1))
        comes = next((one for one, _end in rules.spans(when_of(cover), begins, begins + AHEAD, zone, kept)), None)
        is_now = now(cover, at, kept)
        waiting = due(cover, at, at_most=cover.above + 1) if is_now and cover.above is not None else None
        found.append(CoverNow(cover, is_now, None if is_now else comes, waiting))
    return sorted(found, key=lambda one: not one.at_work)


def works_now(team: Team, at: datetime, kept: Holidays) -> bool:
    """Whether a team works at this moment."""
    return rules.team_works(
        at, ZoneInfo(team.unit.time_zone), days=team.days, opens=team.opens, closes=team.closes, holidays=team.holidays, kept=kept
    )


def works_on(team: Team, day: date, kept: Holidays) -> bool:
    """Whether a team works on that day at all."""
    return rules.works_on(day, days=team.days, holidays=team.holidays, kept=kept)


def team_out_of_hours(user: UUID, at: datetime) -> Team | None:
    """The team somebody is in, when it does not work at this moment: then *Next call* offers agreed hours alone."""
    row = Caller.objects.filter(user=user, team__ended_at__isnull=True).select_related("team__unit").first()
    return row.team if row is not None and row.team is not None and not works_now(row.team, at, holidays()) else None
