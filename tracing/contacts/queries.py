"""Who was exposed to whom, under the reader's own row policies."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from tracing.access.viewer import Viewer
from tracing.access.visibility import visible_to
from tracing.cases.illness import of_illness
from tracing.cases.models import Case
from tracing.contacts.models import Circumstances, Exposure, Naming, Quarantine
from tracing.contacts.quarantining import contacts_among, decided
from tracing.diseases.rules import QuarantineOption
from tracing.journal.action import ACTING_ROLE, role
from tracing.journal.models import Entry
from tracing.people.models import Person


def named_by(case: Case, viewer: Viewer) -> QuerySet[Exposure]:
    """Contacts whom a case named, or one that rests under it, the newest first. Nobody is a contact of their own."""
    rows = Exposure.objects.filter(of_illness(case, "source"), taken_back_at__isnull=True).exclude(contact=case.person_id)
    return visible_to(rows.select_related("contact"), viewer).order_by("-named_at", "-id")


def named_in_words(case: Case, viewer: Viewer, *, most: int) -> list[Exposure]:
    """The same, each `said` as the case named them: what is registered of somebody would tell that they were known. Where nobody named
    them (a list of a school), the registered name."""
    rows = list(named_by(case, viewer)[:most])
    lines = visible_to(Naming.objects.filter(of_illness(case, "source"), taken_back_at__isnull=True), viewer).order_by("at", "id")
    words = {line.exposure_id: str(line) for line in lines[: 4 * most]}
    for row in rows:
        row.said = words.get(row.pk) or str(row.contact)
    return rows


def exposed_to(person: Any, viewer: Viewer) -> QuerySet[Exposure]:
    """Exposures of a person that the viewer may see. The source case is not fetched: a contact's page does not tell who it is."""
    rows = Exposure.objects.filter(contact=person, taken_back_at__isnull=True).exclude(source__person=F("contact"))
    return visible_to(rows, viewer).order_by("-named_at", "-id")


def quarantines_of(persons: list[Any], viewer: Viewer) -> QuerySet[Quarantine]:
    """Quarantines of these people, the newest first."""
    return visible_to(Quarantine.objects.filter(person__in=persons), viewer).order_by("-at", "-id")


def naming_of(case: Case, viewer: Viewer, *, before: datetime | None = None, limit: int = 100) -> list[Entry]:
    """What the journal says of whom a case named: filed under the contact, and part of the case's own timeline."""
    named = list(visible_to(Exposure.objects.filter(of_illness(case, "source")), viewer).order_by("-named_at").values_list("pk", flat=True)[:limit])
    entries = Entry.objects.filter(subject_id__in=named, verb="contact.named")
    return list((entries.filter(at__lt=before) if before else entries).order_by("-at", "-id")[:limit])


def told_newest(person: Person, disease: str, viewer: Viewer) -> Circumstances | None:
    """What they told last."""
    return visible_to(Circumstances.objects.filter(person=person, disease=disease), viewer).order_by("-at", "-id").first()


def ways_through(person: Person, disease: str, *, on: date) -> tuple[QuarantineOption, ...]:
    """The ways through quarantine open to them by the rules of that day, from all their exposures; nothing of the exposures is told."""
    with transaction.atomic(), role(ACTING_ROLE):
        contact = contacts_among([(person.pk, disease)])[person.pk, disease]
        found = decided(contact, disease, on)
    return found.options if found else ()
