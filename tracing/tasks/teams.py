"""Teams, who is in them, what they can do, who is away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from tracing.access.models import User
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.tasks.models import Absence, Caller, Share, Task, Team


class TeamNameTaken(Exception):
    """The unit has a team of this name."""


class TeamHasWork(Exception):
    """Calls are lent to this team: they are taken back first."""


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


@action
def add_team(*, unit: UUID, name: str, cap: int, by: Actor, at: datetime) -> Team:
    """A new team of a unit."""
    if Team.objects.filter(unit=unit, name=name, ended_at__isnull=True).exists():
        raise TeamNameTaken(name)
    team = Team(unit_id=unit, name=name, cap=cap, added_at=at)
    team.save(force_insert=True)
    record("team.added", by=by, at=at, subject=("team", team.pk))
    return team


@action
def end_team(*, team: Team, by: Actor, at: datetime) -> Team | Unchanged:
    """The team is no more; who was in it takes from all their units again. Refuses while calls are lent to it."""
    locked = Team.objects.select_for_update().get(pk=team.pk)
    if locked.ended_at is not None:
        return UNCHANGED
    lent = Task.objects.filter(team=locked, ended_at__isnull=True)
    if lent.exists() or Share.objects.filter(team=locked, ended_at__isnull=True).exists():
        raise TeamHasWork(locked.name)
    locked.ended_at = at
    locked.save(update_fields=["ended_at"])
    Caller.objects.filter(team=locked).update(team=None)
    record("team.ended", by=by, at=at, subject=("team", locked.pk))
    return locked


@action
def describe(*, user: UUID, can: Can, by: Actor, at: datetime) -> Caller | Unchanged:
    """Say what somebody can do and where they work; all of it at once."""
    User.objects.select_for_update().values_list("id").get(pk=user)
    row = Caller.objects.filter(user=user).first() or Caller(user_id=user)
    said = (can.team, sorted(set(can.languages) - {"en"}), can.interpreter, sorted(set(can.skills)), can.cap)
    if not row._state.adding and said == (row.team_id, row.languages, row.interpreter, row.skills, row.cap):
        return UNCHANGED
    row.team_id, row.languages, row.interpreter, row.skills, row.cap = said
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
    rows = list(Absence.objects.select_for_update().filter(user=user, ended_at__isnull=True, until_on__gte=today).order_by("pk"))
    if not rows:
        return UNCHANGED
    Absence.objects.filter(pk__in=[row.pk for row in rows]).update(ended_at=at)
    record("absence.taken_back", by=by, at=at, subject=("user", user))
    return rows


def teams_of(units: Sequence[UUID] | None) -> list[Team]:
    """Teams of these units, or of all."""
    rows = Team.objects.filter(ended_at__isnull=True).select_related("unit").order_by("unit__sort_key", "name", "id")
    return list(rows if units is None else rows.filter(unit__in=units))
