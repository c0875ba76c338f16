"""What somebody declines is kept, and until when it holds. What stops because of it is settled by the rooms above."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.people.models import Person, Refusal

HOLDS: Final = timedelta(days=90)
"""What was declined in one illness says nothing of the next: a positive test of later is a new episode (CSTE 21-ID-01)."""
CALLS: Final = (Refusal.Scope.INTERVIEW, Refusal.Scope.ALL)
"""Scopes that leave nothing to call for."""


@action
def keep_refusal(*, person: UUID, disease: str, scope: str, note: str = "", by: Actor, at: datetime) -> Refusal | Unchanged:
    """They decline this. Said again while it holds, it changes nothing."""
    Person.objects.select_for_update(no_key=True).values_list("id").get(pk=person)
    if in_force(person, at).filter(disease=disease, scope=scope).exists():
        return UNCHANGED
    row = Refusal(person_id=person, disease=disease, scope=Refusal.Scope(scope), note=note.strip()[:200], at=at, by=by.id)
    row.save(force_insert=True)
    record("refusal.kept", by=by, at=at, subject=("person", person), person=person, disease=disease, codes={"scope": scope})
    return row


@action
def end_refusal(*, refusal: Refusal, by: Actor, at: datetime) -> Refusal | Unchanged:
    """They thought again."""
    row = Refusal.objects.select_for_update(no_key=True).get(pk=refusal.pk)
    if row.ended_at is not None:
        return UNCHANGED
    row.ended_at, row.ended_by = at, by.id
    row.save(update_fields=["ended_at", "ended_by"])
    record("refusal.ended", by=by, at=at, subject=("person", row.person_id), person=row.person_id, disease=row.disease,
           codes={"scope": row.scope})  # fmt: skip
    return row


def in_force(person: UUID, at: datetime) -> QuerySet[Refusal]:
    """What somebody declines at this moment, of every disease."""
    return Refusal.objects.filter(person=person, ended_at__isnull=True, at__gt=at - HOLDS)


def not_to_be_interviewed(persons: Collection[UUID], at: datetime) -> set[tuple[UUID, str]]:
    """Of these whoever declines to be called about a disease: person and disease."""
    rows = Refusal.objects.filter(person__in=persons, ended_at__isnull=True, at__gt=at - HOLDS, scope__in=CALLS)
    return set(rows.values_list("person_id", "disease"))
