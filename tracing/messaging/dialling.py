"""Calls dialled from a page: asked for, handed to the telephone service by a worker, connected, followed to their end.

What would keep a call off the list keeps it from being dialled, and is looked at three times: when it is asked for, when it is handed to
the service, and when the caller has answered, the moment before the person is rung.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from procrastinate.contrib.django import app

from tracing.base.ids import uuid7
from tracing.base.phones import e164
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.messaging import rules
from tracing.messaging.models import Dial, Telephone
from tracing.people.death import is_dead
from tracing.people.declining import not_to_be_interviewed
from tracing.people.household.queries import confidential_among
from tracing.people.models import Person, WayToReach
from tracing.people.ways.rules import Way, unusable
from tracing.tasks.actions import keep
from tracing.tasks.models import Task
from tracing.tasks.not_calling import not_called
from tracing.tasks.queries import hold_keys
from tracing.tasks.rules import may_call_in
from tracing.tasks.trying import zones

PLACE: Final = "tracing.messaging.jobs.place_dialled_call"
QUEUE: Final = "voice"
FIRST: Final = 10
"""Before everything else that waits for a worker: somebody sits before the page."""


class DialRefused(Exception):
    """It is not dialled. `code`: what `barred` says, or "no_telephone", "own_number", "under_way", "person_on_line"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotANumber(Exception):
    """What was typed is no telephone number."""


@dataclass(frozen=True, slots=True)
class Placing:
    """A call to hand to the service: ring `to`, ask for these digits ("": any key)."""

    dial: UUID
    to: str
    digits: str


@dataclass(frozen=True, slots=True)
class Connect:
    """What the service is told when the caller has answered: ring `number`, or nobody, with the code of why."""

    number: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class News:
    """What the service says of one line of a call. `parent`: of the person's line, the key of the caller's."""

    call: str
    status: str
    parent: str = ""
    seconds: int | None = None


@action
def set_telephone(*, number: str, by: Actor, at: datetime) -> Telephone | Unchanged:
    """Where this member of staff is rung when they dial; "" for nowhere. Raises NotANumber."""
    kept, user = e164(number), _staff(by)
    if number.strip() and not kept:
        raise NotANumber
    row = Telephone.objects.select_for_update(no_key=True).filter(user=user, until__isnull=True).first()
    if (row.number if row else "") == kept:
        return UNCHANGED
    if row is not None:
        row.until = at
        row.save(update_fields=["until"])
        record("telephone.ended", by=by, at=at, subject=("telephone", row.pk))
        if not kept:
            return row
    row = Telephone(user_id=user, number=kept, since=at)
    row.save(force_insert=True)
    record("telephone.set", by=by, at=at, subject=("telephone", row.pk))
    return row


@action
def dial(*, task: Task, way: UUID, by: Actor, at: datetime) -> Dial:
    """Ask for a call to one of the numbers of somebody in hand. Raises DialRefused. A worker hands it to the service at once, or never."""
    user = _staff(by)
    telephone = Telephone.objects.select_for_update(no_key=True).filter(user=user, until__isnull=True).first()
    if telephone is None:
        raise DialRefused("no_telephone")
    task = Task.objects.select_related("unit").get(pk=task.pk)
    number = WayToReach.objects.filter(pk=way, kind=WayToReach.Kind.PHONE).first()
    if task.person_id is not None:
        Person.objects.select_for_update(no_key=True).values_list("id").get(pk=task.person_id)  # calls to one person follow one another
    code = barred(task, number, user, at)
    if code or number is None or task.person_id is None:
        raise DialRefused(code)
    if number.value == telephone.number:
        raise DialRefused("own_number")
    under_way = Dial.objects.filter(state__in=rules.UNDER_WAY)
    if under_way.filter(user=user).exists():
        raise DialRefused("under_way")
    if under_way.filter(person=task.person_id).exists():
        raise DialRefused("person_on_line")
    row = Dial(
        id=uuid7(), task=task, person_id=task.person_id, disease=task.disease, way=number, user_id=user, telephone=telephone,
        digits="" if telephone.confirmed_at else f"{secrets.randbelow(10_000):04}", asked_at=at, heard_at=at,
    )  # fmt: skip
    row.save(force_insert=True)
    _say("dial.asked", row, by, at)
    keep(task=task, by=by, at=at)
    app.configure_task(PLACE, queue=QUEUE, priority=FIRST).defer(dial=str(row.pk))
    return row


@action
def claim_dial(*, dial: UUID, by: Actor, at: datetime) -> Placing | None:
    """Take a call that was asked for, to hand it to the service; None when there is nothing to hand over (any more)."""
    row = _locked(dial)
    if row is None or row.state != Dial.State.ASKED:
        return None
    code = "too_late" if at - row.asked_at > rules.TAKEN_WITHIN else barred(row.task, row.way, row.user_id, at)
    if code:
        _end(row, Dial.State.FAILED, by, at, problem=code)
        return None
    row.state, row.heard_at = Dial.State.PLACING, at
    row.save(update_fields=["state", "heard_at"])
    _say("dial.claimed", row, by, at)
    return Placing(row.pk, row.telephone.number, row.digits)


@action
def record_placed(*, dial: UUID, call: str, by: Actor, at: datetime) -> Dial | Unchanged:
    """The service rings the caller; it may have told more of the call by now."""
    row = _locked(dial)
    if row is None or row.call:
        return UNCHANGED
    row.call = call
    if row.state == Dial.State.PLACING:
        row.state, row.heard_at = Dial.State.RINGING, at
    row.save(update_fields=["call", "state", "heard_at"])
    _say("dial.placed", row, by, at)
    return row


@action
def record_not_placed(*, dial: UUID, problem: str, by: Actor, at: datetime) -> Dial | Unchanged:
    """The service made no call, with this code, or gave no answer: then whoever answers is told that it was given up."""
    row = _locked(dial)
    if row is None or row.state != Dial.State.PLACING:
        return UNCHANGED
    return _end(row, Dial.State.FAILED, by, at, problem=problem)


@action
def connect(*, dial: UUID, call: str, digits: str, by: Actor, at: datetime) -> Connect | None:
    """The caller has answered and pressed a key. Asked again for the same call, it says the same. None: there is no such call."""
    row = _locked(dial)
    if row is None or (row.call and row.call != call):
        return None
    if row.state not in (Dial.State.PLACING, Dial.State.RINGING, Dial.State.CONNECTING):
        return Connect(code="over")
    code = barred(row.task, row.way, row.user_id, at)
    if not code and row.digits and not secrets.compare_digest(row.digits.encode(), digits.encode()):
        code = "digits"
    if code:
        row.call = call
        _end(row, Dial.State.FAILED, by, at, problem=code)
        return Connect(code=code)
    if row.state != Dial.State.CONNECTING:
        row.state, row.heard_at, row.call = Dial.State.CONNECTING, at, call
        row.save(update_fields=["state", "heard_at", "call"])
        _say("dial.connected", row, by, at)
        if row.digits and row.telephone.confirmed_at is None:
            Telephone.objects.filter(pk=row.telephone_id).update(confirmed_at=at)
            record("telephone.confirmed", by=by, at=at, subject=("telephone", row.telephone_id))
    return Connect(row.way.value)


@action
def hear(*, dial: UUID, news: News, by: Actor, at: datetime) -> Dial | Unchanged | None:
    """What the service tells of a call, once or often, in any order. None: there is no such call."""
    row = _locked(dial)
    call = news.parent or news.call
    if row is None or (row.call and row.call != call):
        return None
    if row.state in (Dial.State.ASKED, Dial.State.FAILED):
        return UNCHANGED
    row.call = call
    result = rules.result_of(news.status, row.state, persons=bool(news.parent))
    if result == "talking":
        row.state, row.heard_at, row.answered_at = Dial.State.TALKING, at, at
        row.save(update_fields=["state", "heard_at", "answered_at", "call"])
        _say("dial.answered", row, by, at)
        return row
    seconds = None
    if result == Dial.Result.ANSWERED:
        spoken = row.seconds if row.answered_at is None or row.seconds is not None else int((at - row.answered_at).total_seconds())
        seconds = news.seconds if news.parent and news.seconds is not None else spoken
    if not result or (row.state == Dial.State.ENDED and (row.result, row.seconds) == (result, seconds)):
        return UNCHANGED
    row.seconds = seconds
    return _end(row, Dial.State.ENDED, by, at, result=result)


@action
def give_up(*, dial: UUID, by: Actor, at: datetime) -> Dial | Unchanged:
    """Nothing was heard of it, and the service knows nothing: whoever called says how it ended."""
    row = _locked(dial)
    if row is None or row.state not in rules.UNDER_WAY:
        return UNCHANGED
    if row.state in (Dial.State.ASKED, Dial.State.PLACING):
        return _end(row, Dial.State.FAILED, by, at, problem="too_late" if row.state == Dial.State.ASKED else "no_word")
    return _end(row, Dial.State.ENDED, by, at, result=Dial.Result.UNKNOWN)


def barred(task: Task, way: WayToReach | None, user: UUID, at: datetime) -> str:
    """Why this number of theirs is not rung now by this member of staff: "not_in_hand", "died", "do_not_call", "declined", "night",
    "not_this_number"; "" when it may be."""
    person = task.person_id
    if person is None or task.held_by_id != user or task.held_until is None or task.held_until <= at:
        return "not_in_hand"
    if is_dead(person):
        return "died"
    if not_called(person):
        return "do_not_call"
    if (person, task.disease) in not_to_be_interviewed([person], at):
        return "declined"
    if not may_call_in(at, zones(task)):
        return "night"
    confidential = bool(confidential_among([person]))
    if way is None or unusable(Way(way.kind, way.works, way.until is not None, way.safe, way.whose), confidential=confidential):
        return "not_this_number"
    # Theirs, or of who answers for them: what is in one hand together with them.
    return "" if f"phone:{way.value}" in hold_keys([person])[person] else "not_this_number"


def _staff(by: Actor) -> UUID:
    if by.id is None:
        raise DialRefused("not_in_hand")
    return by.id


def _locked(dial: UUID) -> Dial | None:
    rows = Dial.objects.select_for_update(no_key=True, of=("self",)).select_related("task__unit", "telephone", "way")
    return rows.filter(pk=dial).first()


def _end(row: Dial, state: str, by: Actor, at: datetime, *, problem: str = "", result: str = "") -> Dial:
    row.state, row.problem, row.result, row.heard_at, row.ended_at = state, problem, result, at, row.ended_at or at
    row.save(update_fields=["state", "problem", "result", "heard_at", "ended_at", "seconds", "call"])
    told = {"problem": problem, "result": result, "seconds": row.seconds}
    verb = "dial.failed" if state == Dial.State.FAILED else "dial.ended"
    _say(verb, row, by, at, **{name: code for name, code in told.items() if code not in ("", None)})
    return row


def _say(verb: str, row: Dial, by: Actor, at: datetime, **codes: Any) -> None:
    record(verb, by=by, at=at, subject=("dial", row.pk), person=row.person_id, disease=row.disease, codes={"user": str(row.user_id), **codes})
