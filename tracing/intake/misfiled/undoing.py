"""What becomes of the cases, calls, messages and quarantines of somebody whom a report is not about. Called inside an action."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from tracing.cases import misfiled as cases
from tracing.cases.models import Case, Proposal
from tracing.contacts import misfiled as contacts
from tracing.contacts.actions import record_cases
from tracing.intake.merging.illness import attach, backed, counted, news_of
from tracing.journal.actions import Actor
from tracing.messaging import actions as messaging
from tracing.messaging.models import Message
from tracing.people.models import Person
from tracing.tasks import actions as tasks
from tracing.tasks.merging import one_call
from tracing.tasks.models import Task

REASON: Final = "misfiled"
"""Why calls and messages are stopped: so that they go again when the move is taken back."""
TEMPLATES: Final = ("case_advice",)
"""What is written to somebody because they are a case."""


def lose(root: UUID, diseases: Iterable[str], lost: Collection[UUID], filed: Collection[datetime], by: Actor, at: datetime) -> dict[str, Any]:
    """The results are gone: each disease follows from what is left. Returns what `restore` and the page need.

    `lost`: the cases under which the results stood. One that is left without a positive result is closed where nobody has worked on it,
    and put before a human where somebody has.
    """
    wanted = list(diseases)
    touched = list(Case.objects.filter(person=root, disease__in=wanted).order_by("pk"))
    before = {case.pk: cases.written(case) for case in touched}
    stored = counted(root, wanted)
    news = []
    for disease in wanted:
        own = [case for case in touched if case.disease == disease]
        left = stored.get(disease, [])
        if any(row.result == "positive" for row in left):
            # A case that somebody entered without a result stays as it is.
            others = [case for case in own if case.pk not in lost]
            if not backed(left, others):
                continue
        elif not any(case.pk in lost and case.closure_id is None for case in own):
            continue
        news.append(news_of(Person.objects.get(pk=root), disease, left, own, at))
    if news:
        attach(root, record_cases(news=news, by=by, at=at))
    asked, listed, stopped, held_back = cases.asked_about([root], at), [], [], []
    asked = [one for one in asked if one.disease in wanted]
    for proposal in asked:
        work = work_on(proposal.case, filed)
        listed += [[code, number, str(proposal.case_id)] for code, number in work.items()]
        if proposal.case.task_id:
            stopped.append(str(proposal.case.task_id))
        if not work:
            cases.nothing_was_there(proposal, by, at)
            held_back += _hold_back(root, proposal, by, at)
    # What stopped the call is the move: taken back, the call goes again.
    Task.objects.filter(pk__in=stopped, state=Task.State.STOPPED, ended_at=at).update(stopped_by=REASON)
    for disease in wanted:
        days = [row.specimen_on for row in stored.get(disease, []) if row.result == "positive" and row.current and row.specimen_on]
        contacts.quarantine_again(root, disease, days, by, at)
    after = {case.pk: cases.written(case) for case in Case.objects.filter(pk__in=before)}
    changed = {str(key): [before[key], after[key]] for key in before if before[key] != after[key]}
    return {
        "cases": changed, "asked": [str(one.pk) for one in asked], "tasks": stopped, "messages": held_back, "listed": listed,
    }  # fmt: skip


def work_on(case: Case, filed: Collection[datetime]) -> dict[str, int]:
    """What a human did on a case, or what has left the house."""
    found = cases.work_on(case, filed)
    if named := contacts.named_in(case.pk):
        found["contacts"] = named
    since = min(filed, default=case.opened_at)
    gone = Message.objects.filter(person=case.person_id, disease=case.disease, added_at__gte=since, state__in=("claimed", "sent"))
    if sent := gone.count():
        found["messages"] = sent
    return found


def _hold_back(root: UUID, proposal: Proposal, by: Actor, at: datetime) -> list[str]:
    waiting = Message.objects.filter(person=root, disease=proposal.disease, template__in=TEMPLATES, state=Message.State.QUEUED)
    keys = list(waiting.values_list("pk", flat=True))
    if keys:
        messaging.stop_some(messages=keys, reason=REASON, by=by, at=at)
    return [str(key) for key in keys]


def gain(root: UUID, diseases: Iterable[str], by: Actor, at: datetime) -> None:
    """The results are theirs: cases open, are joined or split, as when a report comes in."""
    person, stored = Person.objects.get(pk=root), counted(root, diseases)
    news = []
    for disease, rows in sorted(stored.items()):
        if any(row.result == "positive" for row in rows):
            own = list(Case.objects.filter(person=root, disease=disease).order_by("opened_at", "pk"))
            news.append(news_of(person, disease, rows, own, at))
    if news:
        attach(root, record_cases(news=news, by=by, at=at))


def restore(root: UUID, kept: dict[str, Any], by: Actor, at: datetime) -> None:
    """The report is theirs after all: cases, calls and messages as they were, as far as nobody has worked on them since."""
    cases.forget(kept["asked"])
    for key, (before, after) in kept["cases"].items():
        cases.as_before(UUID(key), before, after, by, at)
    wanted = Case.objects.filter(person=root, closure=None, needs_review=False).values("task")
    tasks.reopen_stopped(tasks=Task.objects.filter(pk__in=kept["tasks"]).filter(pk__in=wanted), reason=REASON, by=by, at=at)
    if kept["messages"]:
        messaging.reopen_for_person(person=root, reason=REASON, by=by, at=at)


def one_call_each(root: UUID, by: Actor, at: datetime) -> None:
    of_cases = Case.objects.filter(person=root, closure=None, task__isnull=False).values_list("disease", "task")
    one_call(root, dict(of_cases), by, at)
