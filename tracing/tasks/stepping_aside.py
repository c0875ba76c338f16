"""I know this person: the call is passed on, untried, and is not offered to that user again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action
from tracing.people.models import Recusal
from tracing.people.recusing import recuse
from tracing.tasks.actions import release
from tracing.tasks.models import Task


@action
def step_aside(*, person: UUID, by: Actor, at: datetime) -> Recusal | Unchanged:
    """Whatever the asker has in hand of this person goes back to its list as it was, and the record closes to them."""
    if by.id is None:
        return UNCHANGED
    for task in Task.objects.filter(person=person, state=Task.State.HELD, held_by=by.id):
        release(task=task, by=by, at=at)
    return recuse(person=person, user=by.id, by=by, at=at)
