"""Somebody opened provisionally, settled later by whoever speaks with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.people.actions import keep_apart
from tracing.people.models import Person


@action
def settle_apart(*, person: Person, others: Sequence[Person], by: Actor, at: datetime) -> Person | Unchanged:
    """They are nobody of those they were taken for: remembered for each pair, and the person is no longer provisional."""
    locked = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    for other in others:
        keep_apart(one=locked, other=other, by=by, at=at)
    if not locked.provisional:
        return UNCHANGED
    Person.objects.filter(pk=locked.pk).update(provisional=False)
    record("person.changed", by=by, at=at, subject=("person", locked.pk), person=locked.pk, changed=["provisional"])
    return locked
