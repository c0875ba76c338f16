"""Tasks that go with their person to another unit's list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.tasks.models import Task


@action
def move(*, tasks: Sequence[Task], unit: UUID, by: Actor, at: datetime) -> list[Task] | Unchanged:
    """Put tasks that are not over on another unit's list. Who has one in hand keeps it in hand."""
    keys = [task.pk for task in tasks]
    rows = list(Task.objects.select_for_update().filter(pk__in=keys, ended_at__isnull=True).exclude(unit=unit).order_by("pk"))
    if not rows:
        return UNCHANGED
    Task.objects.filter(pk__in=[row.pk for row in rows]).update(unit=unit)
    for row in rows:
        before, row.unit_id = row.unit_id, unit
        record("task.moved", by=by, at=at, subject=("task", row.pk), person=row.person_id, disease=row.disease,
               codes={"from": str(before), "to": str(unit)})  # fmt: skip
    return rows
