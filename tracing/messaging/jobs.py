"""What runs by itself: messages that are due are sent, deaths stop them; calls are dialled where a telephone service is set up.

There is no provider of messages yet (see `provider.py`): `send_due_messages` claims nothing, and every message stays in line.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from tracing.journal.actor import Actor, job
from tracing.journal.follower import follow
from tracing.journal.models import Entry
from tracing.messaging.actions import (
    NewMessage,
    claim_due,
    fail_lost,
    queue,
    record_failed,
    record_sent,
    reopen_for_person,
    stop_barred,
    stop_for_person,
    withhold,
)
from tracing.messaging.dialling import QUEUE, claim_dial, give_up, hear, record_not_placed, record_placed
from tracing.messaging.provider import NotSent, Provider, chosen
from tracing.messaging.providers.account import VoiceAccount
from tracing.messaging.queries import silent_dials, talking_dials, written_to
from tracing.messaging.rules import TALK_AT_MOST
from tracing.messaging.sending import barred_among
from tracing.people.death import is_dead
from tracing.tasks.actions import TaskInOtherHands, keep

log = logging.getLogger(__name__)
BATCH = 20


@app.periodic(cron="* * * * * */10")
@app.task(queueing_lock="send_due_messages", pass_context=False)
def send_due_messages(timestamp: int) -> None:
    """Every ten seconds: claim, send outside any transaction, record."""
    send_due(chosen())


def send_due(provider: Provider) -> int:
    """Send what is due by this provider; returns how many went out. A death and a confidential flag are looked up before each."""
    by, sent = job("send_due_messages"), 0
    fail_lost(by=by, at=timezone.now())
    while provider.channels:
        claimed = claim_due(limit=BATCH, channels=provider.channels, by=by, at=timezone.now())
        for message in claimed:
            if is_dead(message.person_id):
                withhold(message=message, reason="death", by=by, at=timezone.now())
                continue
            if barred_among([(message.person_id, message.channel)]):
                withhold(message=message, reason="confidential", by=by, at=timezone.now())
                continue
            try:
                provider.send(message)
            except NotSent as refusal:
                record_failed(message=message, problem=str(refusal), by=by, at=timezone.now())
            except Exception:
                # Whether it went out is not known: it stays claimed, and `fail_lost` tells of it.
                log.exception("the provider failed on message %s", message.pk)
            else:
                record_sent(message=message, by=by, at=timezone.now())
                sent += 1
        if len(claimed) < BATCH:
            break
    return sent


@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="follow_deaths_in_messages", pass_context=False)
def follow_deaths_in_messages(timestamp: int) -> None:
    """A death stops every message in line within seconds; taken back, it lets them go again."""
    follow_deaths(timezone.now())


def follow_deaths(at: datetime) -> int:
    return follow("messaging.deaths", verbs=("person.died", "person.death_taken_back"), answer=_answer_death, at=at)


def _answer_death(entry: Entry, at: datetime) -> None:
    by = job("follow_deaths_in_messages")
    if entry.person_id is None:
        return
    # Re-read, not believed: by now the death may have been taken back, or recorded again.
    if is_dead(entry.person_id):
        stop_for_person(person=entry.person_id, reason="death", by=by, at=at)
    else:
        reopen_for_person(person=entry.person_id, reason="death", by=by, at=at)


@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="follow_confidential_in_messages", pass_context=False)
def follow_confidential_in_messages(timestamp: int) -> None:
    """Somebody is reached confidentially from now on: what is in line and would be seen by others stops within seconds."""
    follow_confidential(timezone.now())


def follow_confidential(at: datetime) -> int:
    return follow("messaging.confidential", verbs=BARRING, answer=_answer_confidential, concerns=_may_bar, at=at)


BARRING: Final = ("person.confidential", "person.merged", "person.changed", "way.ended", "way.marked", "way.corrected")
"""After which a safe way may be none any more, or somebody is reached confidentially from now on."""


def _may_bar(entry: Entry) -> bool:
    return entry.person_id is not None and (entry.verb != "person.changed" or "way_works" in entry.changed)


def _answer_confidential(entry: Entry, at: datetime) -> None:
    if entry.person_id is not None:
        stop_barred(person=entry.person_id, by=job("follow_confidential_in_messages"), at=at)


LETTER: Final = "please_call"


@app.periodic(cron="* * * * * */30")
@app.task(queueing_lock="follow_calls_in_vain_in_messages", pass_context=False)
def follow_calls_in_vain_in_messages(timestamp: int) -> None:
    """All tries to call somebody failed: a letter asks them to call."""
    follow_calls_in_vain(timezone.now())


def follow_calls_in_vain(at: datetime) -> int:
    return follow("messaging.calls_in_vain", verbs=("task.exhausted",), answer=_answer_in_vain, at=at)


def _answer_in_vain(entry: Entry, at: datetime) -> None:
    """One letter a person and disease: answered twice, or exhausted anew, it is written already."""
    if entry.person_id is None or written_to(entry.person_id, entry.disease, LETTER):
        return
    letter = NewMessage(person_id=entry.person_id, disease=entry.disease, channel="letter", template=LETTER, not_before=at)
    queue(messages=[letter], by=job("follow_calls_in_vain_in_messages"), at=at)


@app.task(queue=QUEUE, pass_context=False)
def place_dialled_call(dial: str) -> None:
    """Somebody pressed Dial: claim, hand to the service outside any transaction, record."""
    if settings.VOICE is not None:
        place(settings.VOICE, UUID(dial))
        return
    log.warning("a call waits to be dialled, and this worker knows no telephone service: set CONTACT_TWILIO_ACCOUNT here too")
    give_up(dial=UUID(dial), by=job("place_dialled_call"), at=timezone.now())


def place(voice: VoiceAccount, dial: UUID) -> None:
    """A call is handed over once: after a worker's death in between it is told as lost, and never dialled later."""
    from tracing.messaging.providers import twilio  # the client takes a while to load: where calls are dialled alone

    by = job("place_dialled_call")
    placing = claim_dial(dial=dial, by=by, at=timezone.now())
    if placing is None:
        return
    try:
        call = twilio.place(voice, placing)
    except twilio.NotPlaced as refusal:
        log.warning("the telephone service did not place call %s: %s", dial, refusal.code)
        record_not_placed(dial=dial, problem=refusal.code, by=by, at=timezone.now())
    else:
        record_placed(dial=dial, call=call, by=by, at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="ask_after_dialled_calls", pass_context=False)
def ask_after_dialled_calls(timestamp: int) -> None:
    """Every minute: the service is asked what became of calls of which nothing was heard; who is on the line stays in hand."""
    ask_after_calls(settings.VOICE, timezone.now())


def ask_after_calls(voice: VoiceAccount | None, at: datetime) -> None:
    by = job("ask_after_dialled_calls")
    for row in silent_dials(at):
        if not row.call or voice is None or at - row.asked_at > TALK_AT_MOST * 1.5:
            give_up(dial=row.pk, by=by, at=at)
            continue
        from tracing.messaging.providers import twilio

        try:
            news = twilio.news_of(voice, row.call)
        except twilio.NotPlaced as refusal:
            log.warning("the telephone service does not say what became of calls: %s", refusal.code)
            break
        if not news:
            give_up(dial=row.pk, by=by, at=at)
        for one in news:
            hear(dial=row.pk, news=one, by=by, at=at)
    for row in talking_dials(at):
        try:
            keep(task=row.task, by=Actor("staff", row.user_id), at=at)
        except TaskInOtherHands:
            log.info("call %s goes on, its task is in other hands", row.pk)
