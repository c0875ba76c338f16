"""Who lives with somebody, who answers for them, and whether they are reached confidentially."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from tracing.access.viewer import Viewer
from tracing.access.visibility import visible_to
from tracing.journal.action import ACTING_ROLE, role
from tracing.people.household.rules import Answering, SpeakWith, speak_with
from tracing.people.models import Address, Confidential, Guardianship, HouseholdMember, Person, WayToReach

ONE_HOUSE_AT_MOST = 12
"""People at one address; more are a building or an institution, and no hint."""


def confidential_among(persons: Iterable[UUID]) -> set[UUID]:
    """Who of these is reached confidentially: asked of everybody's rows, so that a page never takes somebody along whose flag its
    reader does not see. What is answered decides what a page leaves out; it is not shown."""
    asked = set(persons)
    if not asked:
        return set()
    with role(ACTING_ROLE):
        return set(Confidential.objects.filter(person__in=asked, ended_at__isnull=True).values_list("person_id", flat=True))


def flags_of(person: UUID, viewer: Viewer) -> list[Confidential]:
    """The flags in force that the viewer may see."""
    return list(visible_to(Confidential.objects.filter(person=person, ended_at__isnull=True), viewer).order_by("since"))


def flags() -> QuerySet[Confidential]:
    """Every flag: pages load one through `desk.page.load`."""
    return Confidential.objects.all()


def guardianships() -> QuerySet[Guardianship]:
    return Guardianship.objects.all()


def members() -> QuerySet[HouseholdMember]:
    return HouseholdMember.objects.all()


def ways() -> QuerySet[WayToReach]:
    return WayToReach.objects.all()


def addresses() -> QuerySet[Address]:
    return Address.objects.all()


def answering_for(person: UUID, viewer: Viewer) -> list[Guardianship]:
    """Who answers for somebody, those in force and those to come first."""
    rows = visible_to(Guardianship.objects.filter(ward=person), viewer)
    return sorted(rows, key=lambda row: (row.ended_at is not None, -row.since.toordinal(), row.pk))


def wards_of(person: UUID, viewer: Viewer) -> list[Guardianship]:
    """For whom somebody answers; nobody who is reached confidentially."""
    rows = list(visible_to(Guardianship.objects.filter(guardian=person, ended_at__isnull=True, keep_away=False), viewer))
    hidden = confidential_among(row.ward_id for row in rows)
    return [row for row in rows if row.ward_id not in hidden]


def facts_of(row: Guardianship) -> Answering:
    return Answering(
        row.pk, row.kind, row.since, row.until, decides=row.decides, keep_away=row.keep_away, ended=row.ended_at is not None
    )


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody to speak with, and the numbers of theirs that the viewer may dial."""

    row: Guardianship
    ways: list[WayToReach]


@dataclass(frozen=True, slots=True)
class Speaking:
    """Whom to ask for, and of whom to keep it."""

    confidential: bool
    voices: list[Voice]
    keep_away: list[Guardianship]
    problem: str
    not_these: frozenset[str] = frozenset()
    """Numbers of those who must be kept away."""

    @property
    def themselves(self) -> bool:
        return not self.voices


def speaking_for(person: Person, viewer: Viewer, *, age: int | None, grown_up: int, day: date) -> Speaking:
    """Whom a caller asks for. A guardian's numbers are shown where the viewer may see that person; else the ward's row has one."""
    rows = {row.pk: row for row in answering_for(person.pk, viewer)}
    hidden = person.pk in confidential_among([person.pk])
    found: SpeakWith = speak_with(
        age=age, grown_up=grown_up, confidential=hidden, answering=[facts_of(row) for row in rows.values()], day=day
    )
    people = {rows[key].guardian_id for key in found.who} - {None}
    theirs: dict[UUID, list[WayToReach]] = defaultdict(list)
    for way in visible_to(WayToReach.objects.usable().filter(person__in=people, kind="phone"), viewer).order_by("-works", "-as_of"):
        theirs[way.person_id].append(way)
    voices = [Voice(rows[key], theirs.get(rows[key].guardian_id, []) if rows[key].guardian_id else []) for key in found.who]  # type: ignore[arg-type]
    away = [rows[key] for key in found.keep_away]
    return Speaking(hidden, voices, away, found.problem, _numbers_of({row.guardian_id for row in away if row.guardian_id}))


def _numbers_of(persons: Collection[UUID]) -> frozenset[str]:
    """Asked of everybody's rows: a number that must not be dialled is left out whoever looks."""
    if not persons:
        return frozenset()
    with role(ACTING_ROLE):
        return frozenset(way.value for way in WayToReach.objects.filter(person__in=persons, kind="phone"))


def numbers_answering(persons: Collection[UUID]) -> dict[UUID, set[str]]:
    """For each ward the numbers of those on record who answer for them. Nobody's who is reached confidentially."""
    wards = set(persons)
    rows = Guardianship.objects.filter(ward__in=wards, ended_at__isnull=True, keep_away=False, guardian__isnull=False)
    of = [(ward, guardian) for ward, guardian in rows.values_list("ward_id", "guardian_id") if guardian is not None]
    if not of:
        return {}
    hidden = set(Confidential.objects.filter(person__in={ward for ward, _ in of}, ended_at__isnull=True).values_list("person_id", flat=True))
    numbers: dict[UUID, set[str]] = defaultdict(set)
    ways = WayToReach.objects.usable().filter(person__in={guardian for _, guardian in of}, kind=WayToReach.Kind.PHONE)
    for person, value in ways.values_list("person_id", "value"):
        numbers[person].add(value)
    found: dict[UUID, set[str]] = defaultdict(set)
    for ward, guardian in of:
        if ward not in hidden:
            found[ward] |= numbers[guardian]
    return dict(found)


def with_wards(person: UUID) -> list[UUID]:
    """Somebody, and those for whom they answer: their calls go to this person's number."""
    wards = Guardianship.objects.filter(guardian=person, ended_at__isnull=True, keep_away=False).values_list("ward_id", flat=True)
    return [person, *wards]


@dataclass(frozen=True, slots=True)
class Living:
    """Somebody who lives with a person, as far as the viewer sees them."""

    person: Person
    member: HouseholdMember


def household_of(person: UUID, viewer: Viewer) -> list[Living]:
    """Who is confirmed to live with somebody, without whoever is reached confidentially; and without anybody where they are."""
    if person in confidential_among([person]):
        return []
    mine = HouseholdMember.objects.filter(person=person, until__isnull=True).values("household")
    rows = visible_to(HouseholdMember.objects.filter(household__in=mine, until__isnull=True).exclude(person=person), viewer)
    found = {row.person_id: row for row in rows.order_by("since", "id")}
    hidden = confidential_among(found)
    people = visible_to(Person.objects.filter(pk__in=set(found) - hidden), viewer)
    return [Living(one, found[one.pk]) for one in people.order_by("birth_on", "id")]


def own_membership(person: UUID, viewer: Viewer) -> list[HouseholdMember]:
    return list(visible_to(HouseholdMember.objects.filter(person=person, until__isnull=True), viewer).order_by("since"))


@dataclass(frozen=True, slots=True)
class Hint:
    """Somebody who may live with a person, and by what: "address" or "phone"."""

    person: Person
    by: str


def hints(person: UUID, viewer: Viewer, *, most: int = 8) -> list[Hint]:
    """Who shares an address or a number with somebody and is in no household with them: offered, never taken for granted. Not offered
    for, nor to, whoever is reached confidentially."""
    if person in confidential_among([person]):
        return []
    together = {one.person.pk for one in household_of(person, viewer)}
    found: dict[UUID, str] = {}
    homes = Address.objects.filter(person=person, until__isnull=True).exclude(street="").exclude(key="").values_list("key", flat=True)
    for home in list(homes):
        at_home = visible_to(Address.objects.filter(key=home, until__isnull=True).exclude(person=person), viewer)
        people = list(at_home.values_list("person_id", flat=True).distinct()[: ONE_HOUSE_AT_MOST + 1])
        if len(people) < ONE_HOUSE_AT_MOST:
            found |= dict.fromkeys(people, "address")
    numbers = WayToReach.objects.usable().filter(person=person, kind="phone").values_list("value", flat=True)
    ways = visible_to(WayToReach.objects.usable().filter(kind="phone", value__in=list(numbers)).exclude(person=person), viewer)
    for other in list(ways.values_list("person_id", flat=True).distinct()[:ONE_HOUSE_AT_MOST]):
        found.setdefault(other, "phone")
    wanted = [one for one in found if one not in together]
    hidden = confidential_among(wanted)
    people_seen = visible_to(Person.objects.filter(pk__in=[one for one in wanted if one not in hidden]), viewer).order_by("sort_key", "id")
    return [Hint(one, found[one.pk]) for one in people_seen[:most]]
