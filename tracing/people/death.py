"""A person has died, and what happens when that was wrong.

From the moment the row stands, nothing goes out: whoever takes the next call or sends a message looks here at that moment. The
rooms above follow the journal and stop what is queued, within seconds.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.people.models import Death, Person


class NobodyTakesBack(Exception):
    """A death is taken back by a member of staff, who answers for it; never by a job."""


@action
def record_death(*, person: UUID, died_on: date | None = None, source: str, by: Actor, at: datetime) -> Death | Unchanged:
    """Record that somebody has died. Said again it changes nothing, but a day that was not known is filled in."""
    _lock(person)
    standing = Death.objects.filter(person=person, taken_back_at__isnull=True).first()
    if standing is None:
        death = Death(person_id=person, died_on=died_on, source=source, at=at, by=by.id)
        death.save(force_insert=True)
        record("person.died", by=by, at=at, subject=("person", person), person=person, codes={"source": source})
        return death
    if died_on is None or standing.died_on is not None:
        return UNCHANGED
    standing.died_on = died_on
    standing.save(update_fields=["died_on"])
    record("person.changed", by=by, at=at, subject=("person", person), person=person, changed=["died_on"])
    return standing


@action
def take_back_death(*, person: UUID, by: Actor, at: datetime) -> Death | Unchanged:
    """It was somebody else, or a mistake: what the death stopped may go again. The row stays, with who took it back."""
    if by.id is None:
        raise NobodyTakesBack
    _lock(person)
    standing = Death.objects.filter(person=person, taken_back_at__isnull=True).first()
    if standing is None:
        return UNCHANGED
    standing.taken_back_at, standing.taken_back_by = at, by.id
    standing.save(update_fields=["taken_back_at", "taken_back_by"])
    record("person.death_taken_back", by=by, at=at, subject=("person", person), person=person)
    return standing


def is_dead(person: UUID) -> bool:
    """Whether a death stands at this moment."""
    return Death.objects.filter(person=person, taken_back_at__isnull=True).exists()


def _lock(person: UUID) -> None:
    """Two who record the same death at the same moment do so one after the other."""
    Person.objects.select_for_update(no_key=True).values_list("id").get(pk=person)
