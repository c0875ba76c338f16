"""Every change to tasks: added, taken in hand, tried, finished, stopped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from tracing.base.ids import uuid7
from tracing.journal.actions import Actor, action, record
from tracing.tasks.models import Task


@dataclass(frozen=True, slots=True)
class NewTask:
    """One thing to do. `hold_keys` come from `queries.hold_keys`; `priority`, `reasons` and `rule` from the disease's rules."""

    kind: str
    unit_id: UUID
    person_id: UUID | None
    disease: str
    facts: dict[str, Any]
    not_before: datetime
    due_at: datetime | None = None
    sort_key: str = ""
    priority: int = 0
    reasons: list[Any] = field(default_factory=list)
    rule: str = ""
    hold_keys: list[str] = field(default_factory=list)
    id: UUID = field(default_factory=uuid7)


@action
def add(*, tasks: Sequence[NewTask], by: Actor, at: datetime) -> list[Task]:
    """Put things to do on their units' lists, in one set."""
    rows = [
        Task(
            id=new.id, kind=new.kind, unit_id=new.unit_id, person_id=new.person_id, disease=new.disease, facts=new.facts,
            not_before=new.not_before, due_at=new.due_at, sort_key=new.sort_key, priority=new.priority, reasons=new.reasons,
            rule=new.rule, hold_keys=sorted(set(new.hold_keys)), added_at=at,
        )
        for new in tasks
    ]  # fmt: skip
    Task.objects.bulk_create(rows)
    for task in rows:
        record(
            "task.added", by=by, at=at, subject=("task", task.id), person=task.person_id, disease=task.disease,
            codes={"kind": task.kind, "priority": task.priority, "rule": task.rule},
        )  # fmt: skip
    return rows
