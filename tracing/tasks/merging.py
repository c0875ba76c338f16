"""Calls to two people who are one: one call, nobody is called twice; and back. Called inside an action."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from tracing.journal.actions import Actor
from tracing.people.models import Person
from tracing.tasks import actions as tasks
from tracing.tasks.models import Task
from tracing.tasks.queries import CALLS

REASON: Final = "merged"


def one_call(person: UUID, of_cases: Mapping[str, UUID], by: Actor, at: datetime) -> None:
    """Of the calls to a person about one disease one stays: the one in hand, that of the open case, the one tried most often.

    `of_cases`: disease → the task of the case that is worked on. Stopped with the reason "merged", the others are kept.
    """
    sort_key = Person.objects.get(pk=person).sort_key
    Task.objects.filter(person=person).exclude(sort_key=sort_key).update(sort_key=sort_key)
    calls: dict[tuple[str, str], list[Task]] = defaultdict(list)
    for task in Task.objects.filter(person=person, kind__in=CALLS, state__in=(Task.State.OPEN, Task.State.HELD)).order_by("pk"):
        calls[task.disease, _about(task)].append(task)
    for (disease, _), several in calls.items():
        stays = min(several, key=lambda t: (t.state != Task.State.HELD, t.pk != of_cases.get(disease), -t.attempts, -t.priority, t.pk))
        tasks.stop(tasks=[task for task in several if task is not stays], reason=REASON, by=by, at=at)
    tasks.refresh_hold_keys(persons=[person], by=by, at=at)


def _about(task: Task) -> str:
    """A first call and one again are the same call; one to a contact is another, and so is one to follow up."""
    return "case" if task.kind in (Task.Kind.FIRST_CALL, Task.Kind.CALLBACK) else task.kind


def call_again(person: UUID, by: Actor, at: datetime) -> None:
    """What merging had stopped for this person goes back to its list; `one_call` then says what of it is too much still."""
    tasks.reopen_for_person(person=person, reason=REASON, by=by, at=at)
