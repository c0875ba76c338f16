"""Messages to two people who are one: nobody is told the same twice; and back. Called inside an action."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from tracing.journal.actions import Actor
from tracing.messaging import actions as messaging
from tracing.messaging.models import Message

REASON: Final = "merged"
LATELY: Final = timedelta(days=14)
"""What was said so long ago is not said again only because two people turned out to be one."""


def tell_once(person: UUID, by: Actor, at: datetime) -> None:
    """Of messages in line that say the same by the same way the first stays, or none where it was sent lately."""
    said = Message.objects.filter(person=person, state__in=(Message.State.CLAIMED, Message.State.SENT), added_at__gt=at - LATELY)
    told = set(said.values_list("disease", "channel", "template"))
    twice = []
    for message in Message.objects.filter(person=person, state=Message.State.QUEUED).order_by("not_before", "pk"):
        key = (message.disease, message.channel, message.template)
        if key in told:
            twice.append(message.pk)
        told.add(key)
    if twice:
        messaging.stop_some(messages=twice, reason=REASON, by=by, at=at)


def tell_again(person: UUID, by: Actor, at: datetime) -> None:
    """What merging had stopped for this person is in line again; `tell_once` then says what of it is too much still."""
    messaging.reopen_for_person(person=person, reason=REASON, by=by, at=at)
