"""What the page of an interview lists of contacts: whom the case named, whom it may name of its household, where they met."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from tracing.access.viewer import Viewer
from tracing.access.visibility import visible_to
from tracing.cases.illness import of_illness
from tracing.cases.models import Case
from tracing.contacts.models import Naming, Visit
from tracing.people.household.queries import confidential_among
from tracing.people.known import sharing
from tracing.people.models import HouseholdMember, Person
from tracing.people.rules import age_on
from tracing.places.models import Place


def namings() -> QuerySet[Naming]:
    """Every line: pages load one through `desk.page.load`."""
    return Naming.objects.select_related("exposure", "place")


def namings_of(case: Case, viewer: Viewer, *, limit: int = 200) -> list[Naming]:
    """Whom the case named, in the order in which it did."""
    rows = Naming.objects.filter(of_illness(case, "source"), taken_back_at__isnull=True).select_related("place")
    return list(visible_to(rows, viewer).order_by("at", "id")[:limit])


@dataclass(frozen=True, slots=True)
class Offered:
    """Somebody of whom it is known that they live there, to be named by one click; `sure`: somebody has confirmed it."""

    person: Person
    age: int | None
    sure: bool


def household_offered(case: Case, viewer: Viewer, *, at: datetime) -> list[Offered]:
    """Who lives with the case as far as the viewer may see them, without those who were named and those reached confidentially."""
    today = at.astimezone(ZoneInfo(case.follow_unit.time_zone)).date()
    if case.person_id in confidential_among([case.person_id]):
        return []
    homes = HouseholdMember.objects.filter(person=case.person_id, until__isnull=True).values("household")
    members = HouseholdMember.objects.filter(household__in=homes, until__isnull=True).exclude(person=case.person_id)
    found: dict[UUID, tuple[Person, bool]] = {}
    for member in visible_to(members.select_related("person"), viewer).order_by("since", "id")[:12]:
        found[member.person_id] = (member.person, True)
    for person, _what in sharing(case.person, viewer):
        found.setdefault(person.pk, (person, False))
    named = set(namings_of_people(case))
    hidden = confidential_among(found)
    return [
        Offered(person, age_on(person.birth_on, person.birth_year, today), sure)
        for key, (person, sure) in found.items()
        if key not in named and key not in hidden
    ]


def namings_of_people(case: Case) -> list[UUID]:
    """Who is meant by the lines, for leaving them out elsewhere; not to be shown."""
    rows = Naming.objects.filter(of_illness(case, "source"), taken_back_at__isnull=True)
    return list(rows.values_list("exposure__contact", flat=True))


def places_named(case: Case, viewer: Viewer) -> list[Place]:
    """Where the case was, as told until now: offered as the place where they met somebody."""
    rows = Visit.objects.filter(person=case.person_id, disease=case.disease, taken_back_at__isnull=True)
    found: dict[UUID, Place] = {}
    for visit in visible_to(rows.select_related("place"), viewer).order_by("-last_on", "-id")[:50]:
        found.setdefault(visit.place_id, visit.place)
    for naming in namings_of(case, viewer):
        if naming.place is not None:
            found.setdefault(naming.place.pk, naming.place)
    return list(found.values())
