"""Who was where, when: in the days in which they infected others, and in those in which they were infected themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from tracing.access.viewer import Viewer
from tracing.access.visibility import visible_to
from tracing.base.ids import uuid7
from tracing.base.text import fold
from tracing.contacts.models import Visit
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.people.models import Person
from tracing.places.actions import add_place
from tracing.places.models import Place
from tracing.places.rules import address_key

INFECTIOUS, EXPOSURE, BOTH, NEITHER = "infectious", "exposure", "both", ""


@dataclass(frozen=True, slots=True)
class Days:
    starts_on: date
    ends_on: date

    def meets(self, first: date, last: date) -> bool:
        return first <= self.ends_on and last >= self.starts_on


def window_of(first: date, last: date, infectious: Days | None, exposure: Days | None) -> str:
    """What a stay at a place tells: others may have caught it there, they may have caught it there, both, or neither."""
    gave = infectious is not None and infectious.meets(first, last)
    took = exposure is not None and exposure.meets(first, last)
    return BOTH if gave and took else INFECTIOUS if gave else EXPOSURE if took else NEITHER


@action
def record_visit(
    *, person: Person, disease: str, place: Place, role: str, first_on: date, last_on: date, note: str = "", by: Actor, at: datetime
) -> Visit | Unchanged:
    """Keep that somebody was at a place. Days that touch a stay there in the same role make that stay longer."""
    Person.objects.select_for_update(no_key=True).values_list("pk").get(pk=person.pk)
    day = timedelta(days=1)
    same = Visit.objects.filter(
        person=person, disease=disease, place=place, role=role, taken_back_at__isnull=True, first_on__lte=last_on + day, last_on__gte=first_on - day
    )
    row = same.order_by("first_on", "pk").first()
    if row is not None and row.first_on <= first_on and row.last_on >= last_on:
        return UNCHANGED
    if row is None:
        row = Visit(id=uuid7(), person=person, disease=disease, place=place, role=Visit.Role(role), at=at, by=by.id, note=note.strip()[:200])
        row.first_on, row.last_on = first_on, last_on
        row.save(force_insert=True)
    else:
        row.first_on, row.last_on = min(row.first_on, first_on), max(row.last_on, last_on)
        row.save(update_fields=["first_on", "last_on"])
    record("visit.recorded", by=by, at=at, subject=("visit", row.pk), person=person.pk, disease=disease,
           codes={"role": role, "place": str(place.pk)})  # fmt: skip
    return row


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A place that the register does not have yet."""

    kind: str
    name: str
    street: str = ""
    city: str = ""
    zip: str = ""
    phone: str = ""


@action
def record_visit_to_new_place(
    *, person: Person, disease: str, place: NewPlace, role: str, first_on: date, last_on: date, note: str = "", by: Actor, at: datetime
) -> Visit | Unchanged:
    """Add the place to the register, then the stay there."""
    made = add_place(
        kind=place.kind, name=place.name, street=place.street, city=place.city, state="CT", zip=place.zip, phone=place.phone, by=by, at=at,
        on=at.date(),
    )
    if isinstance(made, Unchanged):  # somebody else has added it in this moment
        made = Place.objects.get(name_key=fold(place.name)[:200], address_key=address_key(place.street, place.zip)[:260])
    return record_visit(person=person, disease=disease, place=made, role=role, first_on=first_on, last_on=last_on, note=note, by=by, at=at)


@action
def take_back_visit(*, visit: Visit, by: Actor, at: datetime) -> Visit | Unchanged:
    row = Visit.objects.select_for_update(no_key=True).get(pk=visit.pk)
    if row.taken_back_at is not None:
        return UNCHANGED
    row.taken_back_at = at
    row.save(update_fields=["taken_back_at"])
    record("visit.taken_back", by=by, at=at, subject=("visit", row.pk), person=row.person_id, disease=row.disease)
    return row


def visits_of(person: Person, disease: str, viewer: Viewer) -> Sequence[Visit]:
    """Where they were, the latest first."""
    rows = Visit.objects.filter(person=person, disease=disease, taken_back_at__isnull=True).select_related("place", "place__town")
    return list(visible_to(rows, viewer).order_by("-last_on", "-id")[:100])


def visits_at(place: Place, viewer: Viewer, *, since: date, limit: int = 200) -> list[Visit]:
    """Who was there, of those the viewer may see, the latest first."""
    rows = Visit.objects.filter(place=place, taken_back_at__isnull=True, last_on__gte=since).select_related("person")
    return list(visible_to(rows, viewer).order_by("-last_on", "-id")[:limit])


def visits() -> QuerySet[Visit]:
    """Every stay: pages load one through `desk.page.load`."""
    return Visit.objects.select_related("place")
