"""Every change to tasks but taking the next call (see `next_call.py`): added, tried, laid down, finished, stopped."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from tracing.base.ids import uuid7
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.people.death import record_death
from tracing.people.declining import not_to_be_interviewed
from tracing.people.household.queries import confidential_among
from tracing.people.household.rules import may_leave_message
from tracing.people.models import WayToReach
from tracing.tasks import rules
from tracing.tasks.handing import lay_down
from tracing.tasks.household import hold_on
from tracing.tasks.models import Attempt, Hold, Task
from tracing.tasks.next_call import TaskInOtherHands, keep, next_call, return_abandoned, take
from tracing.tasks.queries import CALLS, has_no_phone, hold_keys, languages_of, zones_elsewhere
from tracing.tasks.rescoring import Restated, restate, score_anew, spoken
from tracing.tasks.shares import lent_to, shares_of
from tracing.tasks.trying import proposed, so_far, space_out, team_of

__all__ = [
    "AgainNotPossible", "NewTask", "NoMessageLeft", "NobodyToReach", "Restated",
    "TaskInOtherHands", "TaskIsOver", "TaskNotInHand", "add", "finish", "keep",
    "next_call", "record_attempt", "refresh_hold_keys", "release", "reopen_stopped", "restate", "return_abandoned", "stop", "take",
]  # fmt: skip


REFUSED: Final = "refused"
"""Why calls are stopped of somebody who declined the interview or everything (`people.declining`)."""


class TaskNotInHand(Exception):
    """Somebody else has this person in hand by now."""


class TaskIsOver(Exception):
    """The task was finished or stopped."""


class NobodyToReach(Exception):
    """An attempt is one at a person; this task has none."""


class NoMessageLeft(Exception):
    """They are reached confidentially: no message is left on any voicemail."""


class AgainNotPossible(Exception):
    """The agreed hour is past, or at night: calls are made from 8 to 21 where the person is."""


@dataclass(frozen=True, slots=True)
class NewTask:
    """One thing to do. `hold_keys` come from `queries.hold_keys`; an empty `language` is the person's; `facts`, `priority`, `reasons` as
    `scoring` has them."""

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
    language: str = ""
    skill: str = ""
    hold_keys: list[str] = field(default_factory=list)
    id: UUID = field(default_factory=uuid7)


@action
def add(*, tasks: Sequence[NewTask], by: Actor, at: datetime) -> list[Task]:
    """Put things to do on their units' lists, in one set. A call to somebody who declined to be called about this disease is kept,
    stopped from the start, so that it can be seen."""
    persons = [new.person_id for new in tasks if new.person_id]
    elsewhere, languages = zones_elsewhere(persons), languages_of(persons)
    shares = shares_of({new.unit_id for new in tasks})
    rows = [
        Task(
            id=new.id, kind=new.kind, unit_id=new.unit_id, person_id=new.person_id, disease=new.disease, facts=new.facts,
            not_before=new.not_before, due_at=new.due_at, sort_key=new.sort_key, priority=new.priority, reasons=new.reasons,
            zones=elsewhere.get(new.person_id, []) if new.person_id else [], rule=new.rule,
            language=spoken(new.language or languages.get(new.person_id, "")) if new.person_id else "",
            skill=new.skill, hold_keys=sorted(set(new.hold_keys)), added_at=at,
            no_phone=has_no_phone(new.kind, new.hold_keys), team_id=lent_to(shares, new.id, new.kind, new.unit_id),
        )
        for new in tasks
    ]  # fmt: skip
    declined = not_to_be_interviewed(persons, at)
    for task in rows:
        if task.kind in CALLS and (task.person_id, task.disease) in declined:
            _let_go(task, Task.State.STOPPED, ended_at=at)
            task.stopped_by = REFUSED
    Task.objects.bulk_create(rows)
    for task in rows:
        _say("task.added", task, by, at, kind=task.kind, priority=task.priority, rule=task.rule)
        if task.stopped_by:
            _say("task.stopped", task, by, at, reason=task.stopped_by)
    return rows


@action
def record_attempt(
    *, task: Task, outcome: str, way: WayToReach | None = None, again_at: datetime | None = None, note: str = "",
    by: Actor, at: datetime,
) -> Attempt:  # fmt: skip
    """Keep what came of one try, and settle what follows.

    Reached or declined ends the task; died ends everything of the person's; otherwise the call comes up again at the agreed hour
    (`again_at`, then before all others) or at the one that `rules.next_try` proposes. A wrong number is not called again; while
    the person has another one the task stays in hand. May be said by whoever has the task in hand, or by anybody while nobody has.
    """
    task = _locked(task)
    if task.state in (Task.State.DONE, Task.State.STOPPED):
        raise TaskIsOver
    if task.held_by_id is not None and task.held_by_id != by.id:
        raise TaskNotInHand
    if task.person_id is None:
        raise NobodyToReach
    if outcome == Attempt.Outcome.VOICEMAIL and not may_leave_message(confidential=task.person_id in confidential_among([task.person_id])):
        raise NoMessageLeft
    so = so_far(task, at)
    if again_at is not None and (again_at <= at or not rules.may_call_in(again_at, so.zones)):
        raise AgainNotPossible
    others = outcome in rules.BAD_NUMBER and _mark_wrong(task, way, by, at)
    if way is not None and outcome not in rules.BAD_NUMBER:
        _mark_tried(way, outcome, by, at)
    calls_again = outcome in rules.CALLS_AGAIN
    again = again_at or proposed(task, outcome, so, at, other_numbers=others)
    attempt = Attempt(
        task=task, person_id=task.person_id, disease=task.disease, way=way, outcome=outcome, at=at, by=by.id,
        team_id=team_of(by.id), again_at=again if calls_again else None, note=note,
    )  # fmt: skip
    attempt.save(force_insert=True)
    task.attempts += 1
    stays_in_hand = others and again_at is None and task.held_by_id is not None
    _say("task.attempted", task, by, at, outcome=outcome, attempts=task.attempts)
    in_vain = again_at is None and not others and rules.exhausted(outcome, task.attempts)
    if in_vain and task.attempts > rules.TRIES:
        _let_go(task, Task.State.STOPPED, ended_at=at)
        task.stopped_by = "unreached"
        _say("task.stopped", task, by, at, reason="unreached")
    elif calls_again:
        if in_vain:
            _say("task.exhausted", task, by, at, attempts=task.attempts)
        if again_at is None and outcome in rules.UNREACHED and not others:
            space_out(task, again)
        task.not_before, task.due_at = again, again_at
        if task.kind == Task.Kind.FIRST_CALL and (outcome == "partial" or again_at is not None):
            task.kind = Task.Kind.CALLBACK
        _rescore(task, at, agreed=again_at is not None)
        if not stays_in_hand:
            _let_go(task, Task.State.OPEN)
    else:
        _let_go(task, Task.State.DONE, ended_at=at)
    task.save(update_fields=_SETTLED)
    if not stays_in_hand:
        Hold.objects.filter(task=task).delete()
        hold_on(by.id, at)
        lay_down(task, by.id, agreed=again_at if calls_again else None, by=by, at=at)
    if outcome == Attempt.Outcome.DIED:
        record_death(person=task.person_id, source="call", by=by, at=at)
        stop(tasks=_going(task.person_id), reason="death", by=by, at=at)
    if outcome == Attempt.Outcome.DO_NOT_CALL:
        _call_no_more(task.person_id, by, at)
    return attempt


@action
def release(*, task: Task, by: Actor, at: datetime) -> Task | Unchanged:
    """Lay it down untried: it goes back to its list as it was."""
    task = _locked(task)
    if task.state != Task.State.HELD:
        return UNCHANGED
    if task.held_by_id != by.id:
        raise TaskNotInHand
    _let_go(task, Task.State.OPEN)
    task.save(update_fields=_SETTLED)
    Hold.objects.filter(task=task).delete()
    hold_on(by.id, at)
    lay_down(task, by.id, by=by, at=at)
    _say("task.released", task, by, at)
    return task


@action
def finish(*, task: Task, by: Actor, at: datetime) -> Task | Unchanged:
    """It is done. Refuses while somebody else has it in hand."""
    task = _locked(task)
    if task.state in (Task.State.DONE, Task.State.STOPPED):
        return UNCHANGED
    if task.held_by_id is not None and by.kind == "staff" and task.held_by_id != by.id:
        raise TaskNotInHand
    held_by = task.held_by_id
    _let_go(task, Task.State.DONE, ended_at=at)
    task.save(update_fields=_SETTLED)
    Hold.objects.filter(task=task).delete()
    hold_on(held_by, at)
    lay_down(task, held_by, by=by, at=at)
    _say("task.finished", task, by, at)
    return task


@action
def stop(*, tasks: Iterable[Task], reason: str, by: Actor, at: datetime) -> list[Task] | Unchanged:
    """End tasks that have lost their reason, in whoever's hands: "death", "closed", "withdrawn". Those that are over stay so."""
    rows = list(
        Task.objects.select_for_update(no_key=True, of=("self",))
        .select_related("unit")
        .filter(pk__in=[task.pk for task in tasks], state__in=("open", "held"))
        .order_by("pk")
    )
    for task in rows:
        lay_down(task, task.held_by_id, by=by, at=at)
        _let_go(task, Task.State.STOPPED, ended_at=at)
        task.stopped_by = reason
        _say("task.stopped", task, by, at, reason=reason)
    return _save(rows)


@action
def reopen_stopped(*, tasks: Iterable[Task], reason: str, by: Actor, at: datetime) -> list[Task] | Unchanged:
    """What stopped them does not hold any more: those that this reason stopped go back to their lists, none before `at`."""
    rows = list(
        Task.objects.select_for_update(no_key=True)
        .filter(pk__in=[task.pk for task in tasks], state=Task.State.STOPPED, stopped_by=reason)
        .order_by("pk")
    )
    for task in rows:
        task.state, task.ended_at, task.stopped_by = Task.State.OPEN, None, ""
        task.not_before = max(task.not_before, at)
        _say("task.reopened", task, by, at, reason=reason)
    return _save(rows)


@action
def stop_for_person(*, person: UUID, reason: str, by: Actor, at: datetime) -> list[Task] | Unchanged:
    """Everything still to do about a person stops."""
    return stop(tasks=_going(person), reason=reason, by=by, at=at)


@action
def reopen_for_person(*, person: UUID, reason: str, by: Actor, at: datetime) -> list[Task] | Unchanged:
    """Everything that this reason stopped goes again."""
    return reopen_stopped(tasks=Task.objects.filter(person=person, stopped_by=reason), reason=reason, by=by, at=at)


@action
def refresh_hold_keys(*, persons: Collection[UUID], by: Actor, at: datetime) -> list[Task] | Unchanged:
    """A number or an address was added or found wrong: what is in hand together with these persons changes with it."""
    keys, zones = hold_keys(persons), zones_elsewhere(persons)
    rows = list(Task.objects.select_for_update(no_key=True).filter(person__in=keys, state__in=("open", "held")).order_by("pk"))
    changed = []
    for task in rows:
        if task.person_id is None:
            continue
        there = zones.get(task.person_id, [])
        if (task.hold_keys, task.zones) == (keys[task.person_id], there):
            continue
        changed.append(task)
        task.hold_keys, task.zones = keys[task.person_id], there
        task.no_phone = has_no_phone(task.kind, task.hold_keys)
        _say("task.hold_keys_refreshed", task, by, at)
    if not changed:
        return UNCHANGED
    Task.objects.bulk_update(changed, ["hold_keys", "zones", "no_phone"])
    in_hand = [
        Hold(key=key, task=task, user_id=task.held_by_id, until=task.held_until)
        for task in changed
        if task.held_by_id is not None and task.held_until is not None
        for key in task.hold_keys
    ]
    # A key that is in another hand already stays there until it is laid down.
    Hold.objects.bulk_create(sorted(in_hand, key=_key), ignore_conflicts=True)
    return changed


_SETTLED = [
    "state", "held_by", "held_until", "ended_at", "attempts", "not_before", "due_at", "kind", "priority", "reasons", "rule",
    "stopped_by", "hold_keys", "no_phone",
]  # fmt: skip


def _locked(task: Task) -> Task:
    return Task.objects.select_for_update(no_key=True, of=("self",)).select_related("unit").get(pk=task.pk)


def _going(person: UUID) -> list[Task]:
    return list(Task.objects.filter(person=person, state__in=("open", "held")))


def _key(hold: Hold) -> str:
    return hold.key


def _let_go(task: Task, state: str, ended_at: datetime | None = None) -> None:
    task.state, task.held_by, task.held_until, task.ended_at = state, None, None, ended_at


def _save(rows: list[Task]) -> list[Task] | Unchanged:
    if not rows:
        return UNCHANGED
    Task.objects.bulk_update(rows, ["state", "held_by", "held_until", "ended_at", "stopped_by", "not_before"])
    Hold.objects.filter(task__in=rows).delete()
    return rows


def _call_no_more(person: UUID, by: Actor, at: datetime) -> None:
    from tracing.tasks.not_calling import call_no_more  # it stops tasks by this file's own verbs

    call_no_more(person=person, by=by, at=at)


def _rescore(task: Task, at: datetime, *, agreed: bool) -> None:
    task.priority = min(task.priority, rules.AGREED_PRIORITY - 1)  # an hour that was agreed before is past
    score_anew(task, at)
    if agreed:
        task.priority = rules.AGREED_PRIORITY
        task.reasons = [["agreed_hour", rules.AGREED_PRIORITY, ""], *(r for r in task.reasons if r[0] != "agreed_hour")]


def _mark_wrong(task: Task, way: WayToReach | None, by: Actor, at: datetime) -> bool:
    """Keep that this number is not theirs; whether another is left to try."""
    if way is not None and way.works is not False:
        WayToReach.objects.filter(pk=way.pk).update(works=False, tried_at=at, tried_by=by.id)
        way.works = False
        record(
            "person.changed", by=by, at=at, subject=("person", way.person_id), person=way.person_id, changed=["way_works"],
        )  # fmt: skip
        if task.person_id is not None:
            task.hold_keys = hold_keys([task.person_id])[task.person_id]
            Hold.objects.filter(task=task, key=f"phone:{way.value}").delete()
    if task.person_id is not None:
        task.no_phone = has_no_phone(task.kind, task.hold_keys or [f"person:{task.person_id}"])
    return not task.no_phone


def _mark_tried(way: WayToReach, outcome: str, by: Actor, at: datetime) -> None:
    """When it was tried last; that it works, where somebody answered who knows them."""
    works = True if outcome in rules.WORKS else way.works
    WayToReach.objects.filter(pk=way.pk).update(works=works, tried_at=at, tried_by=by.id)


def _say(verb: str, task: Task, by: Actor, at: datetime, **codes: Any) -> None:
    record(verb, by=by, at=at, subject=("task", task.id), person=task.person_id, disease=task.disease, codes=codes)
