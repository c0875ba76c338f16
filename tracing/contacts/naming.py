"""What was said of a contact put right, taken back, or told by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from tracing.base.ids import uuid7
from tracing.contacts.exposing import closeness
from tracing.contacts.following import settle_contacts
from tracing.contacts.models import Circumstances, Exposure, Naming
from tracing.contacts.told import OfThemselves
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.people.models import Person
from tracing.places.models import Place


class ChangedMeanwhile(Exception):
    """Somebody else has changed this line since it was read."""


class SaidAlready(Exception):
    """Another line says that they met in this way at this place."""


@dataclass(frozen=True, slots=True)
class Met:
    """How a case and a contact met."""

    kind: str
    first_on: date | None = None
    last_on: date | None = None
    continues: bool = False
    feet: int | None = None
    minutes: int | None = None
    relation: str = ""
    place: Place | None = None


@action
def change_naming(*, naming: Naming, met: Met, revision: int, by: Actor, at: datetime) -> Naming | Unchanged:
    """Put right how they met. The dates of the quarantine and the priority of the call follow. `revision`: of the line as it was read."""
    Person.objects.select_for_update(no_key=True).values_list("pk").get(pk=naming.exposure.contact_id)
    line = Naming.objects.select_for_update(no_key=True, of=("self",)).select_related("exposure__source__follow_unit").get(pk=naming.pk)
    if line.taken_back_at is not None or line.revision != revision:
        raise ChangedMeanwhile(str(line.pk))
    values = {field.name: getattr(met, field.name) for field in fields(Met)}
    values["relation"] = met.relation.strip()[:60]
    if all(getattr(line, name) == value for name, value in values.items()):
        return UNCHANGED
    exposure = line.exposure
    twin = Exposure.objects.filter(
        contact=exposure.contact_id, source=exposure.source_id, kind=met.kind, place=met.place, taken_back_at__isnull=True
    ).exclude(pk=exposure.pk)  # fmt: skip
    if twin.exists():
        raise SaidAlready(str(line.pk))
    for name, value in values.items():
        setattr(line, name, value)
        setattr(exposure, name, value)
    line.revision += 1
    today = at.astimezone(ZoneInfo(exposure.follower.time_zone)).date()
    exposure.close, exposure.close_rule = closeness(exposure, today)
    line.save(update_fields=[*values, "revision"])
    exposure.save(update_fields=[*values, "close", "close_rule"])
    record("contact.changed", by=by, at=at, subject=("exposure", exposure.pk), person=exposure.contact_id, disease=exposure.disease,
           codes={"kind": exposure.kind})  # fmt: skip
    settle_contacts(people={(exposure.contact_id, exposure.disease)}, by=by, at=at)
    return line


@action
def take_back_namings(*, namings: Sequence[UUID], by: Actor, at: datetime) -> int | Unchanged:
    """Named by mistake: the exposures do not count any more, and what hung on them ends. Up to 500 at once; how many were taken back."""
    people = Naming.objects.filter(pk__in=namings).values("exposure__contact")
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk").values_list("pk"))
    rows = Naming.objects.select_for_update(no_key=True, of=("self",)).select_related("exposure").filter(pk__in=namings, taken_back_at=None)
    lines = list(rows.order_by("pk"))
    if not lines:
        return UNCHANGED
    Naming.objects.filter(pk__in=[line.pk for line in lines]).update(taken_back_at=at)
    exposures = {line.exposure_id: line.exposure for line in lines}
    still = set(Naming.objects.filter(exposure__in=exposures, taken_back_at=None).values_list("exposure", flat=True))
    Exposure.objects.filter(pk__in=set(exposures) - still).update(taken_back_at=at, taken_back_by=by.id)
    for exposure in exposures.values():
        record("contact.taken_back", by=by, at=at, subject=("exposure", exposure.pk), person=exposure.contact_id, disease=exposure.disease)
    settle_contacts(people={(exposure.contact_id, exposure.disease) for exposure in exposures.values()}, by=by, at=at)
    return len(lines)


@action
def take_back_naming(*, naming: Naming, by: Actor, at: datetime) -> Naming | Unchanged:
    """One of them, as `take_back_namings`."""
    done = take_back_namings(namings=[naming.pk], by=by, at=at)
    if isinstance(done, Unchanged):
        return UNCHANGED
    naming.taken_back_at = at
    return naming


@action
def keep_told(*, person: Person, disease: str, said: OfThemselves, by: Actor, at: datetime) -> Circumstances | Unchanged:
    """Keep what a contact told of themselves, as a whole; their quarantine and the priority of their call follow."""
    Person.objects.select_for_update(no_key=True).values_list("pk").get(pk=person.pk)
    values = {field.name: getattr(said, field.name) for field in fields(OfThemselves)}
    newest = Circumstances.objects.filter(person=person, disease=disease).order_by("-at", "-pk").first()
    if all(getattr(newest or Circumstances(), name) == value for name, value in values.items()):
        return UNCHANGED
    row = Circumstances(id=uuid7(), person=person, disease=disease, at=at, by=by.id, **values)
    row.save(force_insert=True)
    changed = sorted(name for name in values if getattr(newest or Circumstances(), name) != values[name])
    record("contact.told", by=by, at=at, subject=("circumstances", row.pk), person=person.pk, disease=disease, changed=changed)
    settle_contacts(people={(person.pk, disease)}, by=by, at=at)
    return row
