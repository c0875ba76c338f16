"""A contact whose case is not known here: a traveller, somebody whom another state names, a gathering. The same road as any contact."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from tracing.base.ids import uuid7
from tracing.contacts.exposing import closeness, people_of
from tracing.contacts.following import settle_contacts
from tracing.contacts.models import Exposure
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.jurisdictions.models import Unit
from tracing.people.actions import NewStanding, give_standings
from tracing.people.facts import PersonFacts
from tracing.people.matching import blocking_keys, lock


@dataclass(frozen=True, slots=True)
class Reported:
    """Somebody who was exposed, as it was reported. `unit`: the department of where they live, or the one that was told."""

    facts: PersonFacts
    disease: str
    unit: UUID
    outside: str
    last_on: date | None
    first_on: date | None = None
    kind: str = Exposure.Kind.OTHER
    feet: int | None = None
    minutes: int | None = None
    reference: str = ""


@action
def report_contact(*, reported: Reported, by: Actor, at: datetime) -> Exposure:
    """Find or add the person, keep the exposure, and let quarantine, call and numbers follow. Reported again (same person, way and days)
    it is the exposure of then. Whether they were known is told to nobody."""
    one = reported
    lock(blocking_keys(one.facts))
    unit = Unit.objects.get(pk=one.unit)
    (person,) = people_of(None, [(one.facts, None)], by, at, unit=unit.pk)
    same = Exposure.objects.filter(
        contact=person, disease=one.disease, source=None, outside=one.outside, first_on=one.first_on, last_on=one.last_on, taken_back_at=None
    ).first()
    if same is not None:
        record("contact.changed", by=by, at=at, subject=("exposure", same.pk), person=person, disease=one.disease, codes={"outside": one.outside})
        return same
    row = Exposure(
        id=uuid7(), contact_id=person, disease=one.disease, unit=unit, outside=Exposure.Outside(one.outside), kind=Exposure.Kind(one.kind),
        first_on=one.first_on, last_on=one.last_on, feet=one.feet, minutes=one.minutes, reference=one.reference.strip()[:200], named_at=at,
        by=by.id,
    )  # fmt: skip
    row.close, row.close_rule = closeness(row, at.astimezone(ZoneInfo(unit.time_zone)).date())
    row.save(force_insert=True)
    record("contact.named", by=by, at=at, subject=("exposure", row.pk), person=person, disease=one.disease,
           codes={"kind": str(row.kind), "outside": one.outside})  # fmt: skip
    give_standings(standings=[NewStanding(person, unit.pk, "exposed", one.disease)], by=by, at=at)
    settle_contacts(people={(person, one.disease)}, by=by, at=at)
    return row


@action
def take_back_reported(*, exposures: Collection[UUID], by: Actor, at: datetime) -> int | Unchanged:
    """They were reported by mistake: the exposures are taken back, and what followed from them alone. How many."""
    rows = list(Exposure.objects.select_for_update(no_key=True).filter(pk__in=exposures, source=None, taken_back_at=None).order_by("pk"))
    if not rows:
        return UNCHANGED
    Exposure.objects.filter(pk__in=[row.pk for row in rows]).update(taken_back_at=at, taken_back_by=by.id)
    for row in rows:
        record("contact.taken_back", by=by, at=at, subject=("exposure", row.pk), person=row.contact_id, disease=row.disease)
    settle_contacts(people={(row.contact_id, row.disease) for row in rows}, by=by, at=at)
    return len(rows)
