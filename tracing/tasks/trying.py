"""When somebody is tried again: by what was tried so far, where they are, and when they were reached before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from tracing.tasks import rules
from tracing.tasks.models import Attempt, Caller, Task
from tracing.tasks.queries import CALLS


@dataclass(frozen=True, slots=True)
class SoFar:
    """What the next try goes by."""

    zones: tuple[ZoneInfo, ...]
    """Where the person is: one, or each that their state has."""
    today: int
    """Tries at this person on this day of theirs, whatever for."""
    best: time | None


def zones(task: Task) -> tuple[ZoneInfo, ...]:
    """The clocks that a call to this person must keep to."""
    return tuple(ZoneInfo(name) for name in task.zones or [task.unit.time_zone])


def so_far(task: Task, at: datetime) -> SoFar:
    there = zones(task)
    begins = datetime.combine(at.astimezone(there[0]).date(), time(0), there[0])
    tries = Attempt.objects.filter(person=task.person_id)
    reached = list(tries.filter(outcome__in=rules.WORKS).order_by("-at").values_list("at", flat=True)[:1])
    return SoFar(
        zones=there, today=tries.filter(at__gte=begins).count(), best=rules.best_part([when.astimezone(there[0]).time() for when in reached])
    )


def proposed(task: Task, outcome: str, so: SoFar, at: datetime, *, other_numbers: bool = False) -> datetime:
    """When the try after this one would be, if no hour is agreed."""
    first, *also = so.zones
    return rules.next_try(outcome, task.attempts + 1, at, first, other_numbers, today=so.today + 1, best=so.best, also=also)


def space_out(task: Task, until: datetime) -> None:
    """Other calls to the same person wait as well: nobody's telephone rings twice because two things are to be asked. Agreed hours stand."""
    others = Task.objects.filter(person=task.person_id, state=Task.State.OPEN, kind__in=CALLS, not_before__lt=until)
    others.exclude(pk=task.pk).exclude(priority=rules.AGREED_PRIORITY).update(not_before=until)


def team_of(user: UUID | None) -> UUID | None:
    """The team somebody is in now."""
    return Caller.objects.filter(user=user, team__ended_at__isnull=True).values_list("team_id", flat=True).first() if user else None
