"""Who is at work: what each has in hand, and what they tried and reached today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q

from tracing.access.listing import own_units
from tracing.access.viewer import Viewer
from tracing.access.visibility import own_rows
from tracing.journal.action import ACTING_ROLE, role
from tracing.reporting.board import begins
from tracing.tasks.models import Attempt, Task


@dataclass(frozen=True, slots=True)
class AtWork:
    """One member of staff today, in the units of whoever looks."""

    user: UUID
    held: int = 0
    tried: int = 0
    reached: int = 0
    last_at: datetime | None = None


def at_work(viewer: Viewer, at: datetime) -> list[AtWork]:
    """Who has somebody in hand, or has tried somebody since midnight. Counts alone: asked under the acting role, by unit of the task."""
    hand = own_rows(Task.objects.filter(state=Task.State.HELD, held_until__gt=at), viewer)
    held: dict[Any, int] = dict(hand.values_list("held_by").annotate(number=Count("pk")).order_by())
    tried = Attempt.objects.filter(at__gte=begins(at, 1), at__lte=at, by__isnull=False)
    units = own_units(Task, viewer)
    if units is not None:
        tried = tried.filter(task__unit__in=units)
    with role(ACTING_ROLE):
        answered = Count("pk", filter=Q(outcome__in=("reached", "partial", "refused")))
        counted = tried.values_list("by").annotate(number=Count("pk"), reached=answered, last=Max("at")).order_by()
        today = {user: numbers for user, *numbers in counted}
    return [AtWork(user, held.get(user, 0), *today.get(user, (0, 0, None))) for user in held.keys() | today.keys()]
