"""Teams, who is in them, what they can do, who is away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from tracing.access.models import User
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.tasks.models import Absence, Caller, Cover, Share, Task, Team


class TeamNameTaken(Exception):
    """The unit has a team of this name."""


class TeamHasWork(Exception):
    """Calls are lent to this team: they are taken back first."""


class TeamCovers(Exception):
    """This team covers calls of another unit: that is ended first."""


class HoursWrong(Exception):
    """A team opens before it closes, and works on one day of the week at least."""


class EndsBeforeItBegins(Exception):
    """The last day lies before the first, or behind us."""


@dataclass(frozen=True, slots=True)
class Can:
    """What is said of somebody who takes calls. `cap` None: their team's."""

    team: UUID | None = None
    languages: tuple[str, ...] = ()
    interpreter: bool = True
    skills: tuple[str, ...] = ()
    cap: int | None = None
    days_off: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Hours:
    """When a team works: days of the week (Monday 0), by the clock of its unit; `holidays`: on public holidays too."""

    opens: time = time(8)
    closes: time = time(20)
    days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    holidays: bool = True


@action
def add_team(*, unit: UUID, name: str, cap: int, hours: Hours | None = None, by: Actor, at: datetime) -> Team:
    """A new team of a unit; without hours from 8 to 20 on all days."""
    if Team.objects.filter(unit=unit, name=name, ended_at__isnull=True).exists():
        raise TeamNameTaken(name)
    team = Team(unit_id=unit, name=name, cap=cap, added_at=at)
    _keep(team, hours or Hours())
    team.save(force_insert=True)
    record("team.added", by=by, at=at, subject=("team", team.pk))
    return team


@action
def change_team(*, team: Team, name: str, cap: int, hours: Hours, by: Actor, at: datetime) -> Team | Unchanged:
    """Another name, cap, hours or days; all of it at once. Planning and *Next call* go by it from now on."""
    row = Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    if Team.objects.filter(unit=row.unit_id, name=name, ended_at__isnull=True).exclude(pk=row.pk).exists():
        raise TeamNameTaken(name)
    before = (row.name, row.cap, row.opens, row.closes, row.days, row.holidays)
    row.name, row.cap = name, cap
    _keep(row, hours)
    if before == (row.name, row.cap, row.opens, row.closes, row.days, row.holidays):
        return UNCHANGED
    row.save(update_fields=["name", "cap", "opens", "closes", "days", "holidays"])
    record("team.changed", by=by, at=at, subject=("team", row.pk))
    return row


@action
def end_team(*, team: Team, by: Actor, at: datetime) -> Team | Unchanged:
    """The team is no more; who was in it takes from all their units again. Refuses while calls are lent to it."""
    locked = Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    if locked.ended_at is not None:
        return UNCHANGED
    lent = Task.objects.filter(team=locked, ended_at__isnull=True)
    if lent.exists() or Share.objects.filter(team=locked, ended_at__isnull=True).exists():
        raise TeamHasWork(locked.name)
    if Cover.objects.filter(team=locked, ended_at__isnull=True).exclude(until_on__lt=at.date() - timedelta(days=2)).exists():
        raise TeamCovers(locked.name)
    locked.ended_at = at
    locked.save(update_fields=["ended_at"])
    Caller.objects.filter(team=locked).update(team=None)
    record("team.ended", by=by, at=at, subject=("team", locked.pk))
    return locked


@action
def describe(*, user: UUID, can: Can, by: Actor, at: datetime) -> Caller | Unchanged:
    """Say what somebody can do and where they work; all of it at once."""
    User.objects.select_for_update(no_key=True).values_list("id").get(pk=user)
    row = Caller.objects.filter(user=user).first() or Caller(user_id=user)
    said = (can.team, sorted(set(can.languages) - {"en"}), can.interpreter, sorted(set(can.skills)), can.cap, sorted(set(can.days_off)))
    if not row._state.adding and said == (row.team_id, row.languages, row.interpreter, row.skills, row.cap, row.days_off):
        return UNCHANGED
    row.team_id, row.languages, row.interpreter, row.skills, row.cap, row.days_off = said
    row.save()
    record("caller.described", by=by, at=at, subject=("user", user), codes={"team": str(can.team or "")})
    return row


@action
def be_away(*, user: UUID, from_on: date, until_on: date, today: date, by: Actor, at: datetime) -> Absence:
    """Somebody is away from that day to that. Calls kept for them are anybody's meanwhile, and theirs again afterwards."""
    if until_on < from_on or until_on < today:
        raise EndsBeforeItBegins
    row = Absence(user_id=user, from_on=from_on, until_on=until_on, at=at, by=by.id)
    row.save(force_insert=True)
    record("absence.told", by=by, at=at, subject=("user", user))
    return row


@action
def be_back(*, user: UUID, today: date, by: Actor, at: datetime) -> list[Absence] | Unchanged:
    """They are there after all: absences of today and later are taken back."""
    rows = list(Absence.objects.select_for_update(no_key=True).filter(user=user, ended_at__isnull=True, until_on__gte=today).order_by("pk"))
    if not rows:
        return UNCHANGED
    Absence.objects.filter(pk__in=[row.pk for row in rows]).update(ended_at=at)
    record("absence.taken_back", by=by, at=at, subject=("user", user))
    return rows


def teams_of(units: Sequence[UUID] | None) -> list[Team]:
    """Teams of these units, or of all."""
    rows = Team.objects.filter(ended_at__isnull=True).select_related("unit").order_by("unit__sort_key", "name", "id")
    return list(rows if units is None else rows.filter(unit__in=units))


def teams_named(keys: Iterable[UUID]) -> dict[UUID, Team]:
    """Teams by their keys, those that are no more among them."""
    return {team.pk: team for team in Team.objects.filter(pk__in=list(keys)).select_related("unit")}


def _keep(team: Team, hours: Hours) -> None:
    if hours.opens >= hours.closes or not hours.days or not set(hours.days) <= set(range(7)):
        raise HoursWrong
    team.opens, team.closes, team.days, team.holidays = hours.opens, hours.closes, sorted(set(hours.days)), hours.holidays
