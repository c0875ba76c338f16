"""What is known of one person, as a page shows it. Every question here is answered under the reader's own row policies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from tracing.access.viewer import Viewer
from tracing.access.visibility import may_act_on, visible_to
from tracing.journal.action import ACTING_ROLE, role
from tracing.people.household.queries import confidential_among
from tracing.people.merging.links import roots
from tracing.people.models import Address, Death, Match, Person, WayToReach
from tracing.people.ways.rules import Way, rank

CONFIDENTIAL = "people.confidential"
"""To see that somebody is reached confidentially, and why; to set and end it."""


@dataclass(frozen=True, slots=True)
class Known:
    """A person with the ways to reach them (those that work or were not tried first), their addresses and their death."""

    person: Person
    ways: list[WayToReach]
    addresses: list[Address]
    death: Death | None

    @property
    def phones(self) -> list[WayToReach]:
        """Numbers to dial, and those that were found wrong; none that was given up or is not safe."""
        return [way for way in self.ways if way.kind == WayToReach.Kind.PHONE and way.until is None and way.safe is not False]

    @property
    def residence(self) -> Address | None:
        return next((one for one in self.addresses if one.kind == Address.Kind.RESIDENCE and one.until is None), None)

    @property
    def stay(self) -> Address | None:
        return next((one for one in self.addresses if one.kind == Address.Kind.STAY and one.until is None), None)


@dataclass(frozen=True, slots=True)
class Namesake:
    """Somebody who may be the same person, and why."""

    person: Person
    reasons: tuple[str, ...]


def persons() -> QuerySet[Person]:
    """Every person: pages load one through `desk.page.load`, which asks who looks."""
    return Person.objects.all()


def known(person: Person, viewer: Viewer) -> Known:
    """What the viewer may see of them."""
    ways = list(visible_to(WayToReach.objects.filter(person=person), viewer).order_by("-as_of", "id"))
    if not viewer.may(CONFIDENTIAL):  # who is not told of a flag is not given a number either that it bars
        ways = [way for way in ways if way.safe is not False]
    ways.sort(key=lambda way: (*rank(Way(way.kind, way.works, way.until is not None, way.safe, way.whose)), way.kind))
    addresses = visible_to(Address.objects.filter(person=person), viewer).select_related("town", "unit")
    death = visible_to(Death.objects.filter(person=person, taken_back_at__isnull=True), viewer).first()
    return Known(person, ways, list(addresses.order_by("-as_of", "-id")), death)


def sharing(person: Person, viewer: Viewer, *, most: int = 8) -> list[tuple[Person, str]]:
    """Others who can be reached at the same number or address, with that number or street; the viewer's own only. Nobody beside, and
    never, whoever is reached confidentially."""
    if person.pk in confidential_among([person.pk]):
        return []
    numbers = list(WayToReach.objects.usable().filter(person=person, kind="phone").values_list("value", flat=True))
    homes = list(Address.objects.filter(person=person, until=None).exclude(street="").exclude(key="").values_list("key", flat=True))
    found: dict[UUID, tuple[Person, str]] = {}
    ways = visible_to(WayToReach.objects.usable().filter(value__in=numbers).exclude(person=person), viewer).select_related("person")
    for way in ways[:most]:
        found[way.person_id] = (way.person, way.value)
    living = visible_to(Address.objects.filter(key__in=homes, until=None).exclude(person=person), viewer).select_related("person")
    for address in living[:most]:
        found.setdefault(address.person_id, (address.person, address.street))
    hidden = confidential_among(found)
    return [one for key, one in found.items() if key not in hidden][:most]


def namesakes(person: Person, viewer: Viewer) -> list[Namesake]:
    """Of somebody opened provisionally: whom nobody told apart from them in time. Those the viewer may see."""
    if not person.provisional:
        return []
    reasons: dict[UUID, tuple[str, ...]] = {}
    for match in Match.objects.filter(person=person, outcome=Match.Outcome.PROVISIONAL):
        for key, candidate in candidates_as_now(match).items():
            reasons.setdefault(key, tuple(candidate.get("reasons", ())))
    reasons.pop(person.pk, None)
    found = visible_to(Person.objects.filter(pk__in=reasons), viewer).in_bulk()
    return [Namesake(found[key], reasons[key]) for key in reasons if key in found]


def candidates_as_now(match: Match) -> dict[UUID, dict[str, Any]]:
    """Each of the candidates by who they are now, best first. Read under the acting role: nobody sees a row that was merged away."""
    keys = [UUID(one["person"]) for one in match.candidates]
    with transaction.atomic(), role(ACTING_ROLE):
        root = roots(keys)
    found: dict[UUID, dict[str, Any]] = {}
    for key, one in zip(keys, match.candidates, strict=True):
        if key in root:
            found.setdefault(root[key], one)
    return found


def may_on(person: Person, permission: str, viewer: Viewer) -> bool:
    """Whether the viewer may do this to the person: see `access.visibility.may_act_on`."""
    return may_act_on(viewer, permission, person.pk)

