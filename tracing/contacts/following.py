"""What follows when something about contacts has changed: their quarantine, then their call, then whether they can be reached."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from tracing.contacts.calls import settle_calls
from tracing.contacts.models import Exposure
from tracing.contacts.quarantining import Who, set_quarantines
from tracing.contacts.unreached import settle_unreached
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action
from tracing.people.models import Guardianship


@action
def settle_contacts(*, people: Collection[Who], by: Actor, at: datetime) -> int | Unchanged:
    """Everything that follows for these contacts, from what the tables say now."""
    if not people:
        return UNCHANGED
    dates = set_quarantines(people=people, by=by, at=at)
    calls = settle_calls(people=people, by=by, at=at)
    lost = settle_unreached(persons=sorted({person for person, _disease in people}), by=by, at=at)
    return (dates or 0) + (calls or 0) + (int(bool(lost))) or UNCHANGED


def touches(person: UUID) -> bool:
    """Whether anybody's quarantine or call hangs on what becomes of this person: their own as a contact, of those exposed
    to them, of those for whom they answer (a message that told them did not go out)."""
    return Exposure.objects.filter(_around(person), taken_back_at__isnull=True).exists()


def _around(person: UUID) -> Q:
    wards = Guardianship.objects.filter(guardian=person, ended_at__isnull=True).values("ward")
    return Q(contact=person) | Q(source__person=person) | Q(contact__in=wards)


def contact_of(person: UUID) -> set[Who]:
    """The person as a contact, of each disease."""
    rows = Exposure.objects.filter(contact=person, taken_back_at__isnull=True)
    return set(rows.values_list("contact_id", "disease"))


def concerned(person: UUID) -> set[Who]:
    """The person as a contact, everybody who was exposed to one of their cases, and those for whom they answer."""
    rows = Exposure.objects.filter(_around(person))
    return set(rows.values_list("contact_id", "disease"))
