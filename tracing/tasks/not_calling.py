"""Who asked not to be called is not called, for whatever it is; until they may be called again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.people.models import Person
from tracing.tasks.actions import reopen_for_person, stop_for_person
from tracing.tasks.models import DoNotCall

REASON = "do_not_call"


@action
def call_no_more(*, person: UUID, by: Actor, at: datetime) -> DoNotCall | Unchanged:
    """They asked not to be called: every call to them stops, in whoever's hand. What is added later is not offered either."""
    Person.objects.select_for_update(no_key=True).values_list("id").get(pk=person)
    if not_called(person):
        return UNCHANGED
    row = DoNotCall(person_id=person, at=at, by=by.id)
    row.save(force_insert=True)
    record("person.not_to_be_called", by=by, at=at, subject=("person", person), person=person)
    stop_for_person(person=person, reason=REASON, by=by, at=at)
    return row


@action
def call_once_more(*, person: UUID, by: Actor, at: datetime) -> list[DoNotCall] | Unchanged:
    """They may be called again: what it had stopped goes back to its lists."""
    rows = list(DoNotCall.objects.select_for_update(no_key=True).filter(person=person, ended_at__isnull=True).order_by("pk"))
    if not rows:
        return UNCHANGED
    DoNotCall.objects.filter(pk__in=[row.pk for row in rows]).update(ended_at=at, ended_by=by.id)
    record("person.called_again", by=by, at=at, subject=("person", person), person=person)
    reopen_for_person(person=person, reason=REASON, by=by, at=at)
    return rows


def not_called(person: UUID) -> bool:
    """Whether they asked not to be called."""
    return DoNotCall.objects.filter(person=person, ended_at__isnull=True).exists()
