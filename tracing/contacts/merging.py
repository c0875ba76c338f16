"""Contacts who are one person, or turned out to be a case themselves; who sees whom afterwards; and back. Called inside an action."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models.functions import Coalesce, Now

from tracing.cases.models import Case
from tracing.contacts.models import Exposure, Quarantine
from tracing.journal.actions import Actor, record
from tracing.messaging.actions import stop_barred
from tracing.people.actions import NewStanding, give_standings
from tracing.people.household.actions import settle_safe
from tracing.people.models import Merge, Standing

FOLLOWS: Final = ("residence", "stay", "exposed")
"""Reasons to see somebody that follow from their cases and exposures."""


def settle(root: UUID, merge: Merge | None, by: Actor, at: datetime) -> None:
    """Nobody stays at home for having met themselves, or as a contact while they are a case: settled by the merge, for as long as it
    is so. What a merge settled and nothing settles any more runs again."""
    ill: dict[str, date] = {}
    for case in Case.objects.filter(person=root).exclude(classification="not_a_case"):
        ill[case.disease] = max(case.last_positive_on, ill.get(case.disease, case.last_positive_on))
    for row in Quarantine.objects.filter(person=root).select_related("exposure__source").order_by("pk"):
        if row.settled and row.merge_id is None:
            continue
        day = ill.get(row.disease)
        why = ""
        if row.exposure.source is not None and row.exposure.source.person_id == root:
            why = Quarantine.Settled.NOT_NEEDED
        elif day is not None and day >= (row.exposure.last_on or row.starts_on):
            why = Quarantine.Settled.BECAME_CASE
        if why == row.settled:
            continue
        if why and merge is None:
            continue
        if not why and Quarantine.objects.filter(person=root, disease=row.disease, settled="").exists():
            continue  # another one is in force since: one per person and disease
        owner = merge.pk if why and merge else None
        Quarantine.objects.filter(pk=row.pk).update(settled=why, settled_at=at if why else None, merge=owner)
        verb = "quarantine.settled" if why else "quarantine.set"
        record(verb, by=by, at=at, subject=("quarantine", row.pk), person=root, disease=row.disease, codes={"why": why or "merge_undone"})
    if settle_safe(persons=[root], by=by, at=at):
        stop_barred(person=root, by=by, at=at)


def go_along(people: Iterable[UUID]) -> None:
    """After an undo: a quarantine goes with its exposure. One that was made while the two were one gives way to their own."""
    for person in people:
        going = Quarantine.objects.filter(exposure__contact=person).exclude(person=person)
        own = Quarantine.objects.filter(person=person, settled="").values("disease")
        going.filter(settled="", disease__in=own).update(settled=Quarantine.Settled.REPLACED, settled_at=Now())
        going.update(person=person)


def _grounds(root: UUID) -> set[tuple[UUID, str, str]]:
    """(unit, why, disease) that follow from this person's cases and exposures."""
    found = set()
    for unit, follow, disease in Case.objects.filter(person=root).values_list("unit", "follow_unit", "disease"):
        found.add((unit, "residence", disease))
        if follow != unit:
            found.add((follow, "stay", disease))
    exposures = Exposure.objects.filter(contact=root).exclude(source__person=root)
    found |= {(unit, "exposed", disease) for unit, disease in exposures.values_list(Coalesce("source__follow_unit", "unit"), "disease")}
    return found


def seen_by(people: Iterable[UUID], since: datetime, by: Actor, at: datetime) -> None:
    """After an undo: whoever follows one of the two sees that one. What was given since the merge and has no ground any more ends."""
    for root in people:
        grounds = _grounds(root)
        wanted = [NewStanding(root, unit, why, disease) for unit, why, disease in sorted(grounds, key=str)]
        give_standings(standings=wanted, by=by, at=at)
        given = Standing.objects.filter(person=root, why__in=FOLLOWS, user=None, until=None, since__gte=since, since__lt=at)
        for row in given.order_by("pk"):
            if (row.unit_id, row.why, row.disease) not in grounds:
                Standing.objects.filter(pk=row.pk).update(until=at)
                record("person.standing_ended", by=by, at=at, subject=("person", root), person=root, disease=row.disease,
                       codes={"why": row.why, "unit": str(row.unit_id)})  # fmt: skip
