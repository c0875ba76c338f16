"""Who sees nobody but the person in hand: given with the task, taken back with it, kept for a call agreed for later that day."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from tracing.access.viewer import Viewer
from tracing.journal.actions import Actor, record
from tracing.people.actions import NewStanding, give_standings
from tracing.people.models import Standing
from tracing.tasks.models import Task

WHY = Standing.Why.COVERING
SEE = "people.see"


def only_in_hand(viewer: Viewer) -> bool:
    """Whether this viewer sees no unit's people, only those handed to them."""
    return SEE in viewer.holds and SEE not in viewer.everywhere and not viewer.units.get(SEE)


def hand_over(task: Task, viewer: Viewer, *, by: Actor, at: datetime) -> None:
    """Let the viewer see the task's person as long as they hold it, where their units do not show the person anyway."""
    if task.person_id is None or task.held_until is None or SEE not in viewer.holds or viewer.may(SEE, task.unit_id):
        return
    open_to(viewer, task.person_id, task.disease, until=task.held_until, by=by, at=at)


def open_to(viewer: Viewer, person: UUID, disease: str, *, until: datetime, by: Actor, at: datetime) -> None:
    """Let this one user see a person until then."""
    if viewer.home is None or _mine(viewer.user, person, at).filter(disease=disease, until__gte=until).exists():
        return
    if _mine(viewer.user, person, at).filter(disease=disease).update(until=until):
        return
    new = NewStanding(person, viewer.home, WHY, disease, user=viewer.user, until=until)
    give_standings(standings=[new], by=by, at=at)


def stay(task: Task, user: UUID, until: datetime, at: datetime) -> None:
    """The task stays in this hand for longer, and so does the person."""
    if task.person_id is not None:
        _mine(user, task.person_id, at).filter(until__lt=until).update(until=until)


def lay_down(task: Task, user: UUID | None, *, agreed: datetime | None = None, by: Actor, at: datetime) -> None:
    """The task leaves this hand. With a call agreed for later today, its person stays visible until the day is over there."""
    if user is None or task.person_id is None:
        return
    zone = ZoneInfo(task.unit.time_zone)
    until = at
    if agreed is not None and agreed.astimezone(zone).date() == at.astimezone(zone).date():
        until = datetime.combine(at.astimezone(zone).date() + timedelta(days=1), time(0), zone)
    changed = _mine(user, task.person_id, at).update(until=until)
    if changed and until == at:
        record("person.standing_ended", by=by, at=at, subject=("person", task.person_id), person=task.person_id, disease=task.disease,
               codes={"why": str(WHY)})  # fmt: skip


def _mine(user: UUID, person: UUID, at: datetime) -> QuerySet[Standing]:
    return Standing.objects.filter(user=user, person=person, why=WHY, since__lte=at, until__gt=at)
