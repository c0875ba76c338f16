"""Priorities grow old: a case found yesterday is urgent, the same case next week is less so. Once a day they are worked out anew, and at
once for whom the facts have changed: symptoms, a newer exposure, a language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from tracing.diseases.ruleset import RuleSet
from tracing.diseases.tuning import rules_in_force
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
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
    rows = Task.objects.select_for_update(no_key=True, of=("self",), skip_locked=True).select_related("unit").order_by("pk")
    rules = rules_in_force()
    changed = [task for task in rows.filter(pk__in=keys, state=Task.State.OPEN) if score_anew(task, at, rules)]
    if changed:
        Task.objects.bulk_update(changed, ["priority", "reasons", "rule"])
        record("tasks.rescored", by=by, at=at, subject=("task", None), codes={"tasks": len(changed)})
    return keys[-1] if len(keys) == limit else None


@dataclass(frozen=True, slots=True)
class Restated:
    """What is known by now of the person behind a task. `facts` as `scoring.kept` has them, all of them; None leaves a thing as it was."""

    task: UUID
    facts: dict[str, Any] | None = None
    language: str | None = None
    skill: str | None = None


@action
def restate(*, said: Sequence[Restated], by: Actor, at: datetime) -> list[Task] | Unchanged:
    """Facts have changed: the priority follows, in whoever's hand the task is; an agreed hour keeps its place. Up to 500 at once.

    Tasks that are over, and those for which nothing is new, stay as they are.
    """
    news = {one.task: one for one in said}
    rows = Task.objects.select_for_update(no_key=True, of=("self",)).select_related("unit").order_by("pk")
    changed = []
    for task in rows.filter(pk__in=news, ended_at__isnull=True):
        before = (task.facts, task.language, task.skill)
        new = news[task.pk]
        task.facts = task.facts if new.facts is None else new.facts
        task.language = task.language if new.language is None else spoken(new.language)
        task.skill = task.skill if new.skill is None else new.skill
        if before == (task.facts, task.language, task.skill):
            continue
        was = task.priority
        score_anew(task, at)
        changed.append(task)
        record("task.restated", by=by, at=at, subject=("task", task.pk), person=task.person_id, disease=task.disease,
               codes={"was": was, "priority": task.priority})  # fmt: skip
    if not changed:
        return UNCHANGED
    Task.objects.bulk_update(changed, ["facts", "language", "skill", "priority", "reasons", "rule"])
    return changed


def spoken(language: str) -> str:
    """As `Task.language` has it: English is no condition, everybody who takes calls speaks it."""
    return "" if language == "en" else language


def score_anew(task: Task, at: datetime, rules: Mapping[str, RuleSet] | None = None) -> bool:
    """Work out today's priority, where the person is; whether it is another. An agreed hour keeps its place. `rules` as for `scoring.score`."""
    if task.priority == AGREED_PRIORITY:
        return False
    today = at.astimezone(ZoneInfo(task.unit.time_zone)).date()
    scored = scoring.score(task.disease, task.facts, attempts=task.attempts, on=today, rules=rules)
    if scored is None:
        return False
    new = (scored.score, scoring.reasons(scored), scored.rule_id)
    if new == (task.priority, task.reasons, task.rule):
        return False
    task.priority, task.reasons, task.rule = new
    return True
