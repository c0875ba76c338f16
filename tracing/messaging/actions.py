"""Every change to outgoing messages: queued, claimed, sent, failed, stopped, let go again; and who wants none.

Sending takes three steps, of which the middle one is no action: claim here, call the provider outside any transaction, record here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from tracing.base.ids import uuid7
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.messaging import rules
from tracing.messaging.models import Message, OptOut
from tracing.messaging.sending import barred_among
from tracing.people.models import Address, Confidential, Death, Person, WayToReach


@dataclass(frozen=True, slots=True)
class NewMessage:
    """Something to be said. `template` names the words; they are rendered when it is sent."""

    person_id: UUID
    disease: str
    channel: str
    template: str
    not_before: datetime
    id: UUID = field(default_factory=uuid7)


@action
def queue(*, messages: Sequence[NewMessage], by: Actor, at: datetime) -> list[Message]:
    """Put messages in line. One to somebody who has died or opted out is kept, stopped from the start, so that it can be seen; so is a
    letter to somebody reached confidentially, and a message for whom none of their own ways is safe."""
    persons = {new.person_id for new in messages}
    dead = set(Death.objects.filter(person__in=persons, taken_back_at__isnull=True).values_list("person_id", flat=True))
    out = set(OptOut.objects.filter(person__in=persons, taken_back_at__isnull=True).values_list("person_id", "channel"))
    barred = barred_among([(new.person_id, new.channel) for new in messages])
    rows = []
    for new in messages:
        told = (new.person_id, new.channel)
        stopped_by = "death" if new.person_id in dead else "opt_out" if told in out else "confidential" if told in barred else ""
        message = Message(
            id=new.id, person_id=new.person_id, disease=new.disease, channel=new.channel, template=new.template,
            not_before=new.not_before, added_at=at, stopped_by=stopped_by,
        )  # fmt: skip
        if stopped_by:
            message.state, message.ended_at = Message.State.STOPPED, at
            _say("message.stopped", message, by, at, reason=stopped_by)
        else:
            _say("message.queued", message, by, at)
        rows.append(message)
    Message.objects.bulk_create(rows)
    return rows


@action
def claim_due(*, limit: int, channels: Sequence[str], by: Actor, at: datetime) -> list[Message]:
    """Take up to `limit` messages that are due, on channels that somebody can send by; nobody else gets them.

    Looked up at this moment: whoever has died or opted out gets nothing, whatever is in line. Where it is night the message waits
    for the morning.
    """
    due = list(
        Message.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
        .filter(~_death(), ~_opt_out(), ~_barred(), state=Message.State.QUEUED, not_before__lte=at, channel__in=channels)
        .order_by("not_before", "id")[:limit]
    )
    zones = _zones({message.person_id for message in due})
    claimed, waiting = [], []
    for message in due:
        earliest = rules.not_before(message.channel, at, zones[message.person_id])
        if earliest > at:
            message.not_before = earliest
            waiting.append(message)
            _say("message.queued", message, by, at, wait="night")
        else:
            message.state, message.claimed_at = Message.State.CLAIMED, at
            claimed.append(message)
            _say("message.claimed", message, by, at)
    Message.objects.bulk_update([*claimed, *waiting], ["state", "claimed_at", "not_before"])
    return claimed


@action
def record_sent(*, message: Message, by: Actor, at: datetime) -> Message | Unchanged:
    """The provider took it."""
    return _end(message, Message.State.SENT, "", by, at)


@action
def record_failed(*, message: Message, problem: str, by: Actor, at: datetime) -> Message | Unchanged:
    """The provider refused it, with this code; or nobody knows (`lost`), and then it is not sent a second time."""
    return _end(message, Message.State.FAILED, problem[:40], by, at)


@action
def withhold(*, message: Message, reason: str, by: Actor, at: datetime) -> Message | Unchanged:
    """Claimed, but not given to the provider after all: a death or a confidential flag came in between."""
    return _end(message, Message.State.STOPPED, "", by, at, reason)


@action
def fail_lost(*, by: Actor, at: datetime, limit: int = 500) -> int:
    """Messages whose sender died between claiming and recording: they may have gone out, so they are told and not repeated."""
    lost = list(
        Message.objects.select_for_update(no_key=True, skip_locked=True).filter(
            state=Message.State.CLAIMED, claimed_at__lte=at - rules.LOST_AFTER
        )[:limit]
    )
    for message in lost:
        record_failed(message=message, problem="lost", by=by, at=at)
    return len(lost)


@action
def stop_for_person(*, person: UUID, reason: str, by: Actor, at: datetime) -> list[Message] | Unchanged:
    """Everything in line for a person stops: "death", "closed". What a provider has already been given cannot be fetched back."""
    return _stop(Message.objects.filter(person=person), reason, by, at)


@action
def stop_some(*, messages: Sequence[UUID], reason: str, by: Actor, at: datetime) -> list[Message] | Unchanged:
    """These stop, as far as they are still in line."""
    return _stop(Message.objects.filter(pk__in=messages), reason, by, at)


@action
def reopen_for_person(*, person: UUID, reason: str, by: Actor, at: datetime) -> list[Message] | Unchanged:
    """What this reason stopped goes again, none of it before `at`."""
    rows = list(
        Message.objects.select_for_update(no_key=True).filter(person=person, state=Message.State.STOPPED, stopped_by=reason).order_by("pk")
    )
    for message in rows:
        message.state, message.stopped_by, message.ended_at = Message.State.QUEUED, "", None
        message.not_before = max(message.not_before, at)
        _say("message.reopened", message, by, at, reason=reason)
    return _save(rows)


@action
def stop_barred(*, person: UUID, by: Actor, at: datetime) -> list[Message] | Unchanged:
    """What is in line for somebody who is reached confidentially from now on, and would not go by a safe way of theirs, stops."""
    channels = {channel for _who, channel in barred_among([(person, str(channel)) for channel in Message.Channel])}
    return _stop(Message.objects.filter(person=person, channel__in=channels), "confidential", by, at) if channels else UNCHANGED


@action
def opt_out(*, person: UUID, channel: str, by: Actor, at: datetime) -> OptOut | Unchanged:
    """They want no more messages of this channel; those in line stop in the same moment."""
    Person.objects.select_for_update(no_key=True).values_list("id").get(pk=person)
    if OptOut.objects.filter(person=person, channel=channel, taken_back_at__isnull=True).exists():
        return UNCHANGED
    row = OptOut(person_id=person, channel=channel, at=at, by_kind=by.kind, by=by.id)
    row.save(force_insert=True)
    record("messages.opted_out", by=by, at=at, subject=("person", person), person=person, codes={"channel": channel})
    _stop(Message.objects.filter(person=person, channel=channel), "opt_out", by, at)
    return row


@action
def take_back_opt_out(*, person: UUID, channel: str, by: Actor, at: datetime) -> OptOut | Unchanged:
    """They want messages again. What was stopped stays stopped: nobody wants last week's texts at once."""
    row = OptOut.objects.select_for_update(no_key=True).filter(person=person, channel=channel, taken_back_at__isnull=True).first()
    if row is None:
        return UNCHANGED
    row.taken_back_at = at
    row.save(update_fields=["taken_back_at"])
    record("messages.opt_out_taken_back", by=by, at=at, subject=("person", person), person=person, codes={"channel": channel})
    return row


_ENDED: Final[Mapping[str, str]] = {
    Message.State.SENT: "message.sent",
    Message.State.FAILED: "message.failed",
    Message.State.STOPPED: "message.stopped",
}


def _death() -> Exists:
    return Exists(Death.objects.filter(person=OuterRef("person"), taken_back_at__isnull=True))


def _opt_out() -> Exists:
    return Exists(OptOut.objects.filter(person=OuterRef("person"), channel=OuterRef("channel"), taken_back_at__isnull=True))


def _barred() -> Exists:
    """Reached confidentially, and this channel has no safe way of theirs. `household.rules.barred` in a query."""
    safe = WayToReach.objects.usable().filter(person=OuterRef("person"), safe=True)
    texts = Q(channel="sms") & Exists(safe.filter(kind="phone"))
    mails = Q(channel="email") & Exists(safe.filter(kind="email"))
    rows = Message.objects.filter(pk=OuterRef("pk")).exclude(texts | mails)
    return Exists(rows.filter(Exists(Confidential.objects.filter(person=OuterRef("person"), ended_at__isnull=True))))


def _zones(persons: Iterable[UUID]) -> dict[UUID, ZoneInfo]:
    """Each person's time zone: of the department where they stay at present, else live, else the state's."""
    zones = dict.fromkeys(persons, ZoneInfo(settings.TIME_ZONE))
    places = Address.objects.filter(person__in=zones, until__isnull=True, out_of_state=False)
    ordered = places.order_by("kind", "as_of", "id")  # "residence" before "stay": the stay is written last and holds
    for person, zone in ordered.values_list("person_id", "unit__time_zone"):
        zones[person] = ZoneInfo(zone)
    return zones


def _stop(messages: QuerySet[Message], reason: str, by: Actor, at: datetime) -> list[Message] | Unchanged:
    rows = list(messages.select_for_update(no_key=True).filter(Q(state=Message.State.QUEUED)).order_by("pk"))
    for message in rows:
        message.state, message.stopped_by, message.ended_at = Message.State.STOPPED, reason, at
        _say("message.stopped", message, by, at, reason=reason)
    return _save(rows)


def _end(message: Message, state: str, problem: str, by: Actor, at: datetime, stopped_by: str = "") -> Message | Unchanged:
    row = Message.objects.select_for_update(no_key=True).get(pk=message.pk)
    if row.state != Message.State.CLAIMED:
        return UNCHANGED
    row.state, row.ended_at, row.problem, row.stopped_by = state, at, problem, stopped_by
    row.save(update_fields=["state", "ended_at", "problem", "stopped_by"])
    told = {"problem": problem, "reason": stopped_by}
    _say(_ENDED[state], row, by, at, **{name: code for name, code in told.items() if code})
    return row


def _save(rows: list[Message]) -> list[Message] | Unchanged:
    if not rows:
        return UNCHANGED
    Message.objects.bulk_update(rows, ["state", "stopped_by", "ended_at", "not_before"])
    return rows


def _say(verb: str, message: Message, by: Actor, at: datetime, **codes: Any) -> None:
    record(
        verb, by=by, at=at, subject=("message", message.id), person=message.person_id, disease=message.disease,
        codes={"channel": message.channel, "template": message.template, **codes},
    )  # fmt: skip
