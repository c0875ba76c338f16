"""People whom nothing known reaches: found, asked about, given up. See `Unreached`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q

from tracing.base.ids import uuid7
from tracing.cases.models import Case
from tracing.contacts.models import Enquiry, Exposure, Quarantine, Unreached
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.messaging.actions import NewMessage, queue
from tracing.messaging.models import Message
from tracing.messaging.sending import barred_among
from tracing.people.household.queries import confidential_among, numbers_answering, with_wards
from tracing.people.models import Address, Death, Person, WayToReach
from tracing.people.ways.actions import add_way
from tracing.people.ways.rules import Way, lacking, must_look
from tracing.tasks.actions import refresh_hold_keys
from tracing.tasks.models import Task
from tracing.tasks.queries import CALLS

ASKED_AGAIN: Final = {"waiting": timedelta(days=1), "no_answer": timedelta(hours=2), "nothing": timedelta(0), "found": timedelta(0)}
"""When it is somebody's turn again after a source was asked."""
CONTACT: Final = 550
MESSAGE: Final = 300
"""Priorities where no call has one: above `soon` of the lists for who may carry it on, below it for who is only written to."""
ILL_LATELY: Final = timedelta(days=90)
"""Whoever was a case so lately is told as a case."""
LETTER: Final = "please_call"
TOLD_WITHIN: Final = timedelta(days=14)
"""So long after they were named contacts are still to be told, where no quarantine says until when."""


class NotOpen(Exception):
    """A way was found, or somebody gave it up."""


class CannotWrite(Exception):
    """No letter can be sent; `code`: "no_address", "confidential"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class _Need:
    unit: UUID
    why: str
    priority: int
    since: datetime


@action
def settle_unreached(*, persons: Collection[UUID], by: Actor, at: datetime) -> int | Unchanged:
    """For these people: begin looking where somebody is to be reached and cannot be, stop where that is over. In any order, and again,
    with the same end. How many rows began, changed or ended."""
    wanted = sorted(set(persons))
    if not wanted:
        return UNCHANGED
    rows: dict[tuple[UUID, str], list[Unreached]] = defaultdict(list)
    for row in Unreached.objects.select_for_update(no_key=True).filter(person__in=wanted, state__in=("open", "given_up")).order_by("pk"):
        rows[row.person_id, row.disease].append(row)
    needs = _needs(wanted, at)
    people = {person for person, _disease in needs} | {person for person, _disease in rows}
    if not people:
        return UNCHANGED
    lacks = _lacks(people)
    begun: list[Unreached] = []
    changed: list[Unreached] = []
    for key, need in needs.items():
        looks = must_look(need.why, lacks[key[0]])
        # What was given up for an illness of last year says nothing of this one.
        standing = [row for row in rows.pop(key, []) if row.ended_at is None or row.ended_at >= need.since]
        if not looks:
            changed += [_end(row, Unreached.State.FOUND, by, at) for row in standing]
        elif not standing:
            row = Unreached(
                id=uuid7(), person_id=key[0], disease=key[1], unit_id=need.unit, why=need.why, lacks=list(lacks[key[0]]), priority=need.priority,
                since=need.since, not_before=need.since,
            )  # fmt: skip
            begun.append(row)
            _say("unreached.begun", row, by, at, lacks=row.lacks)
        else:
            changed += [row for row in standing if row.state == Unreached.State.OPEN and _refresh(row, need, lacks[key[0]], by, at)]
    for over in rows.values():
        changed += [_end(row, Unreached.State.OVER, by, at) for row in over if row.state == Unreached.State.OPEN]
    Unreached.objects.bulk_create(begun, ignore_conflicts=True)  # somebody else began the same in this moment
    Unreached.objects.bulk_update(changed, ["unit", "why", "lacks", "priority", "state", "ended_at", "ended_by"])
    return len(begun) + len(changed) or UNCHANGED


@action
def ask_source(
    *, unreached: Unreached, source: str, outcome: str, phone: str = "", email: str = "", note: str = "", by: Actor, at: datetime
) -> Enquiry:
    """Keep that a source was asked, with what it gave. A number that was found puts the call back on its list in the same moment.

    Refuses (WayRefused) what is no number or address, and (NotOpen) somebody of whom a way was found meanwhile.
    """
    list(Person.objects.select_for_update(no_key=True).filter(pk=unreached.person_id).values_list("pk"))
    row = Unreached.objects.select_for_update(no_key=True).get(pk=unreached.pk)
    if row.state != Unreached.State.OPEN:
        raise NotOpen(row.state)
    for kind, typed in (("phone", phone), ("email", email)):
        if typed.strip():
            add_way(person=row.person_id, kind=kind, typed=typed, source=source, by=by, at=at)
            outcome = Enquiry.Outcome.FOUND
    made = Enquiry(
        about=row, person_id=row.person_id, disease=row.disease, source=source, outcome=Enquiry.Outcome(outcome), note=note.strip()[:200],
        at=at, by=by.id,
    )  # fmt: skip
    made.save(force_insert=True)
    row.tries += 1
    row.not_before = at + ASKED_AGAIN[made.outcome]
    row.save(update_fields=["tries", "not_before"])
    _say("unreached.asked", row, by, at, source=source, outcome=made.outcome)
    if made.outcome == Enquiry.Outcome.FOUND:
        refresh_hold_keys(persons=with_wards(row.person_id), by=by, at=at)
        settle_unreached(persons=[row.person_id], by=by, at=at)
    return made


@action
def give_up(*, unreached: Unreached, reason: str, letter: bool, by: Actor, at: datetime) -> Unreached:
    """Nobody looks any further, for a reason; with a letter that asks them to call, where one may be sent (CannotWrite otherwise)."""
    row = Unreached.objects.select_for_update(no_key=True).get(pk=unreached.pk)
    if row.state != Unreached.State.OPEN:
        raise NotOpen(row.state)
    if letter:
        if barred_among([(row.person_id, str(Message.Channel.LETTER))]):
            raise CannotWrite("confidential")
        if not Address.objects.filter(person=row.person_id, until__isnull=True).exclude(street="").exists():
            raise CannotWrite("no_address")
        message = NewMessage(
            person_id=row.person_id, disease=row.disease, channel=Message.Channel.LETTER, template=LETTER, not_before=at
        )
        queue(messages=[message], by=by, at=at)
    row.state, row.reason, row.ended_at, row.ended_by = Unreached.State.GIVEN_UP, Unreached.Reason(reason), at, by.id
    row.save(update_fields=["state", "reason", "ended_at", "ended_by"])
    _say("unreached.given_up", row, by, at, reason=reason, letter=letter)
    return row


def _needs(persons: list[UUID], at: datetime) -> dict[tuple[UUID, str], _Need]:
    """Who is to be reached now, for what, by whom. A call comes before a message, a message before a quarantine or what a contact is to
    be told where no quarantine is asked of them."""
    dead = set(Death.objects.filter(person__in=persons, taken_back_at__isnull=True).values_list("person_id", flat=True))
    alive = [person for person in persons if person not in dead]
    found: dict[tuple[UUID, str], _Need] = {}
    stayed = Quarantine.objects.filter(
        Q(at__gte=OuterRef("named_at")) | Q(ends_on__gte=OuterRef("last_on")),
        person=OuterRef("contact"), disease=OuterRef("disease"), ends_on__isnull=False,
    )  # fmt: skip
    named = Exposure.objects.filter(~Exists(stayed), contact__in=alive, named_at__gt=at - TOLD_WITHIN, taken_back_at__isnull=True)
    named = named.exclude(source__classification="not_a_case").exclude(close=False).select_related("source__follow_unit", "unit")
    ill = set(Case.objects.filter(person__in=alive, opened_at__gt=at - ILL_LATELY).values_list("person_id", "disease"))
    for exposure in named.order_by("named_at", "pk"):
        if (exposure.contact_id, exposure.disease) not in ill:
            need = _Need(exposure.follower.pk, Unreached.Why.CONTACT, CONTACT, exposure.named_at)
            found[exposure.contact_id, exposure.disease] = need
    running = Quarantine.objects.filter(person__in=alive, settled="").select_related("exposure__source__follow_unit", "exposure__unit")
    for row in running.order_by("at", "pk"):
        unit = row.exposure.follower
        if row.ends_on is None or row.ends_on >= _today(unit.time_zone, at):
            found[row.person_id, row.disease] = _Need(unit.pk, Unreached.Why.CONTACT, CONTACT, row.at)
    written = Case.objects.filter(person__in=alive, closure__isnull=True, scope=Case.Scope.MESSAGE_ONLY, needs_review=False)
    for person, disease, follow, opened_at in written.values_list("person_id", "disease", "follow_unit_id", "opened_at"):
        found[person, disease] = _Need(follow, Unreached.Why.MESSAGE, MESSAGE, opened_at)
    calls = Task.objects.filter(person__in=alive, state__in=("open", "held"), kind__in=CALLS).order_by("added_at", "pk")
    for task in calls:
        # Calls to contacts are left out: what they are to be told, above, says for how long they are looked for.
        if task.person_id is not None and task.kind != Task.Kind.CONTACT_CALL:
            found[task.person_id, task.disease] = _Need(task.unit_id, Unreached.Why.CALL, task.priority, task.added_at)
    return found


def _lacks(persons: Collection[UUID]) -> dict[UUID, tuple[str, ...]]:
    hidden = confidential_among(persons)
    ways: dict[UUID, list[Way]] = defaultdict(list)
    for row in WayToReach.objects.filter(person__in=persons):
        ways[row.person_id].append(Way(row.kind, row.works, row.until is not None, row.safe, row.whose))
    for person, numbers in numbers_answering(persons).items():
        ways[person] += [Way("phone", whose="answers") for _number in numbers]
    homes = Address.objects.filter(person__in=persons, until__isnull=True).exclude(street="").values_list("person_id", flat=True)
    at_home = set(homes)
    return {person: lacking(ways[person], mail=person in at_home, confidential=person in hidden) for person in persons}


def _refresh(row: Unreached, need: _Need, lacks: tuple[str, ...], by: Actor, at: datetime) -> bool:
    """Whether something about it is otherwise now."""
    now = (need.unit, need.why, list(lacks))
    if (row.unit_id, row.why, row.lacks) == now:
        return False
    row.unit_id, row.why, row.lacks = now
    row.priority = need.priority
    _say("unreached.changed", row, by, at, lacks=row.lacks)
    return True


_ENDED: Final = {Unreached.State.FOUND: "unreached.found", Unreached.State.OVER: "unreached.over"}


def _end(row: Unreached, state: Unreached.State, by: Actor, at: datetime) -> Unreached:
    row.state, row.ended_at, row.ended_by = state, at, by.id
    _say(_ENDED[state], row, by, at)
    return row


def _today(zone: str, at: datetime) -> date:
    return at.astimezone(ZoneInfo(zone)).date()


def _say(verb: str, row: Unreached, by: Actor, at: datetime, **codes: object) -> None:
    record(verb, by=by, at=at, subject=("unreached", row.pk), person=row.person_id, disease=row.disease, codes=codes)
