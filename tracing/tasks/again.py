"""The hour of the next try, changed by hand after a try was kept."""

from __future__ import annotations

from datetime import datetime

from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.tasks import rules
from tracing.tasks.actions import AgainNotPossible, TaskIsOver, TaskNotInHand
from tracing.tasks.handing import lay_down
from tracing.tasks.models import Task
from tracing.tasks.trying import zones


@action
def set_again(*, task: Task, again_at: datetime, by: Actor, at: datetime) -> Task | Unchanged:
    """Agree another hour for a call that waits: it comes up then, before all others. Hours as for `record_attempt`."""
    locked = Task.objects.select_for_update(no_key=True, of=("self",)).select_related("unit").get(pk=task.pk)
    if locked.ended_at is not None:
        raise TaskIsOver
    if locked.held_by_id is not None and locked.held_by_id != by.id:
        raise TaskNotInHand
    if again_at <= at or not rules.may_call_in(again_at, zones(locked)):
        raise AgainNotPossible
    if locked.not_before == again_at and locked.priority == rules.AGREED_PRIORITY:
        return UNCHANGED
    if locked.kind == Task.Kind.FIRST_CALL:
        locked.kind = Task.Kind.CALLBACK
    locked.not_before = locked.due_at = again_at
    locked.priority = rules.AGREED_PRIORITY
    locked.reasons = [["agreed_hour", rules.AGREED_PRIORITY, ""], *(r for r in locked.reasons if r[0] != "agreed_hour")]
    locked.save(update_fields=["kind", "not_before", "due_at", "priority", "reasons"])
    if locked.held_by_id is None:
        lay_down(locked, by.id, agreed=again_at, by=by, at=at)
    record("task.rescheduled", by=by, at=at, subject=("task", locked.pk), person=locked.person_id, disease=locked.disease)
    return locked
