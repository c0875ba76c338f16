"""Priorities grow old: a case found yesterday is urgent, the same case next week is less so. Once a day they are worked out anew."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from tracing.journal.actions import Actor, action, record
from tracing.tasks import scoring
from tracing.tasks.models import Task
from tracing.tasks.rules import AGREED_PRIORITY


@action
def rescore_open(*, after: UUID | None, by: Actor, at: datetime, limit: int = 500) -> UUID | None:
    """Work out the priority of the next `limit` open tasks in order of their keys; returns the last key, None at the end.

    An agreed hour keeps its place. One entry for the set: a priority follows from facts, rule and day, nobody decided anything, and
    a line a day on every person's timeline would hide what did happen.
    """
    waiting = Task.objects.filter(state=Task.State.OPEN).exclude(priority=AGREED_PRIORITY).order_by("pk")
    if after is not None:
        waiting = waiting.filter(pk__gt=after)
    # Somebody who takes one at this moment takes it with yesterday's priority, which by then does not matter.
    keys = list(waiting.values_list("pk", flat=True)[:limit])
    rows = Task.objects.select_for_update(of=("self",), skip_locked=True).select_related("unit").order_by("pk")
    changed = []
    for task in rows.filter(pk__in=keys, state=Task.State.OPEN):
        on = at.astimezone(ZoneInfo(task.unit.time_zone)).date()
        scored = scoring.score(task.disease, task.facts, attempts=task.attempts, on=on)
        if scored is not None and (scored.score, scored.rule_id) != (task.priority, task.rule):
            task.priority, task.reasons, task.rule = scored.score, scoring.reasons(scored), scored.rule_id
            changed.append(task)
    if changed:
        Task.objects.bulk_update(changed, ["priority", "reasons", "rule"])
        record("tasks.rescored", by=by, at=at, subject=("task", None), codes={"tasks": len(changed)})
    return keys[-1] if len(keys) == limit else None
