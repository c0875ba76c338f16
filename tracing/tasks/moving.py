"""Tasks that go with their person to another unit's list, out of whoever's hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.tasks.models import Hold, Task


@action
def move(*, tasks: Sequence[Task], unit: UUID, by: Actor, at: datetime) -> list[Task] | Unchanged:
    """Put tasks that are not over on another unit's list, kept for nobody there. Who has one in hand keeps it in hand."""
    keys = [task.pk for task in tasks]
    rows = list(Task.objects.select_for_update(no_key=True).filter(pk__in=keys, ended_at__isnull=True).exclude(unit=unit).order_by("pk"))
    if not rows:
        return UNCHANGED
    Task.objects.filter(pk__in=[row.pk for row in rows]).update(unit=unit, team=None, assigned_to=None)
    for row in rows:
        before, row.unit_id = row.unit_id, unit
        record("task.moved", by=by, at=at, subject=("task", row.pk), person=row.person_id, disease=row.disease,
               codes={"from": str(before), "to": str(unit)})  # fmt: skip
    return rows


@action
def take_out_of_hand(*, tasks: Sequence[Task], by: Actor, at: datetime) -> list[Task] | Unchanged:
    """Put tasks that are in somebody's hand back on their list: another unit is responsible from now on."""
    held = list(
        Task.objects.select_for_update(no_key=True).filter(pk__in=[task.pk for task in tasks], state=Task.State.HELD).order_by("pk")
    )
    if not held:
        return UNCHANGED
    Task.objects.filter(pk__in=[row.pk for row in held]).update(state=Task.State.OPEN, held_by=None, held_until=None)
    Hold.objects.filter(task__in=held).delete()
    for row in held:
        record("task.released", by=by, at=at, subject=("task", row.pk), person=row.person_id, disease=row.disease)
    return held


@action
def return_in_hand(*, user: UUID, by: Actor, at: datetime) -> list[Task] | Unchanged:
    """Whoever had these in hand has left: they go back to their lists as they were, and what was kept for
    them is kept for nobody. An account that was opened again keeps its own."""
    rows = list(
        Task.objects.select_for_update(no_key=True, of=("self",)).filter(held_by=user, state=Task.State.HELD, held_by__is_active=False).order_by("pk")
    )
    theirs = Task.objects.filter(assigned_to=user, ended_at__isnull=True, assigned_to__is_active=False)
    kept = list(theirs.select_for_update(no_key=True, of=("self",)).order_by("pk"))
    Task.objects.filter(pk__in=[row.pk for row in kept]).update(assigned_to=None)
    for row in kept:
        record("task.assigned", by=by, at=at, subject=("task", row.pk), person=row.person_id, disease=row.disease, codes={"to": ""})
    returned = take_out_of_hand(tasks=rows, by=by, at=at) if rows else UNCHANGED
    return kept if kept and isinstance(returned, Unchanged) else returned
