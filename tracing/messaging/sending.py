"""By which way of a person a message goes, asked at the moment of sending; and to whom none may go."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from tracing.messaging.models import Message
from tracing.people.household.queries import confidential_among
from tracing.people.household.rules import barred
from tracing.people.models import Address, WayToReach
from tracing.people.ways.rules import Way, rank, unusable

KIND: Final = {Message.Channel.SMS: WayToReach.Kind.PHONE, Message.Channel.EMAIL: WayToReach.Kind.EMAIL}
"""Channel → the kind of way that it goes by; a letter goes to an address."""


class WayBarred(Exception):
    """A message may not go this way; `code`: "confidential_letter", "not_safe", "ended", "does_not_work", "no_way", "another_person"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def way_for(message: Message) -> WayToReach:
    """Where a text or an e-mail goes: their own way that worked first. Raises WayBarred when none may be used."""
    kind = KIND[Message.Channel(message.channel)]
    ways = sorted(WayToReach.objects.filter(person=message.person_id, kind=kind), key=lambda way: (*rank(_way(way)), -way.as_of.timestamp()))
    if not ways:
        raise WayBarred("no_way")
    return check_way(message, ways[0])


def check_way(message: Message, way: WayToReach) -> WayToReach:
    """The way, if the message may go by it. To somebody reached confidentially only one of their own that they said is safe: never to
    one of the household's, of who answers for them, or of anybody else."""
    confidential = message.person_id in confidential_among([message.person_id])
    if way.person_id != message.person_id:
        raise WayBarred("another_person")
    code = unusable(_way(way), confidential=confidential) or barred(message.channel, confidential=confidential, safe=way.safe)
    if code:
        raise WayBarred(code)
    return way


def address_for(message: Message) -> Address:
    """Where a letter goes: where they stay at present, else where they live."""
    if message.person_id in confidential_among([message.person_id]):
        raise WayBarred("confidential_letter")
    rows = Address.objects.filter(person=message.person_id, until__isnull=True).exclude(street="").select_related("town")
    found = rows.order_by("-kind", "-as_of", "-id").first()
    if found is None:
        raise WayBarred("no_way")
    return found


def barred_among(asked: Iterable[tuple[UUID, str]]) -> set[tuple[UUID, str]]:
    """Of persons and channels those by which nothing may go: letters to whoever is reached confidentially, and texts and e-mails to
    them without a way that they said is safe."""
    wanted = list(asked)
    hidden = confidential_among(person for person, _channel in wanted)
    if not hidden:
        return set()
    ways = WayToReach.objects.usable().filter(person__in=hidden, safe=True).values_list("person_id", "kind")
    safe = set(ways)
    return {
        (person, channel)
        for person, channel in wanted
        if person in hidden
        and barred(channel, confidential=True, safe=(person, KIND.get(Message.Channel(channel), "")) in safe)
    }


def _way(way: WayToReach) -> Way:
    return Way(way.kind, way.works, way.until is not None, way.safe, way.whose)
