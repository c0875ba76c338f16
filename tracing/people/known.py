"""What is known of one person, as a page shows it. Every question here is answered under the reader's own row policies."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from tracing.access.viewer import Viewer
from tracing.access.visibility import may_act_on, visible_to
from tracing.people.models import Address, Death, Match, Person, WayToReach


@dataclass(frozen=True, slots=True)
class Known:
    """A person with the ways to reach them (those that work or were not tried first), their addresses and their death."""

    person: Person
    ways: list[WayToReach]
    addresses: list[Address]
    death: Death | None

    @property
    def phones(self) -> list[WayToReach]:
        return [way for way in self.ways if way.kind == WayToReach.Kind.PHONE]

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
    ways.sort(key=lambda way: (way.works is False, way.works is None, way.kind))
    addresses = visible_to(Address.objects.filter(person=person), viewer).select_related("town", "unit")
    death = visible_to(Death.objects.filter(person=person, taken_back_at__isnull=True), viewer).first()
    return Known(person, ways, list(addresses.order_by("-as_of", "-id")), death)


def sharing(person: Person, viewer: Viewer, *, most: int = 8) -> list[tuple[Person, str]]:
    """Others who can be reached at the same number or address, with that number or street; the viewer's own only."""
    numbers = list(WayToReach.objects.filter(person=person, kind="phone").exclude(works=False).values_list("value", flat=True))
    homes = list(Address.objects.filter(person=person, until=None).exclude(street="").exclude(key="").values_list("key", flat=True))
    found: dict[UUID, tuple[Person, str]] = {}
    ways = visible_to(WayToReach.objects.filter(value__in=numbers).exclude(person=person), viewer).select_related("person")
    for way in ways[:most]:
        found[way.person_id] = (way.person, way.value)
    living = visible_to(Address.objects.filter(key__in=homes, until=None).exclude(person=person), viewer).select_related("person")
    for address in living[:most]:
        found.setdefault(address.person_id, (address.person, address.street))
    return list(found.values())[:most]


def namesakes(person: Person, viewer: Viewer) -> list[Namesake]:
    """Of somebody opened provisionally: whom nobody told apart from them in time. Those the viewer may see."""
    if not person.provisional:
        return []
    reasons: dict[UUID, tuple[str, ...]] = {}
    for match in Match.objects.filter(person=person, outcome=Match.Outcome.PROVISIONAL):
        for candidate in match.candidates:
            reasons[UUID(candidate["person"])] = tuple(candidate.get("reasons", ()))
    reasons.pop(person.pk, None)
    found = visible_to(Person.objects.filter(pk__in=reasons), viewer).in_bulk()
    return [Namesake(found[key], reasons[key]) for key in reasons if key in found]


def may_on(person: Person, permission: str, viewer: Viewer) -> bool:
    """Whether the viewer may do this to the person: see `access.visibility.may_act_on`."""
    return may_act_on(viewer, permission, person.pk)

