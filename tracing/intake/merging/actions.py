"""Two people are one; and back."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import OperationalError

from tracing.cases import merging as cases
from tracing.contacts import merging as contacts
from tracing.contacts.calls import settle_calls
from tracing.contacts.following import contact_of
from tracing.intake.merging.illness import work_out
from tracing.journal.actions import Actor, action
from tracing.messaging import actions as messaging
from tracing.messaging import merging as messages
from tracing.people.death import is_dead
from tracing.people.merging import joining
from tracing.people.merging.refusals import CannotMerge, CannotUndo
from tracing.people.models import Merge, Person
from tracing.tasks import actions as tasks
from tracing.tasks import merging as calls

TRIES: Final = 8


@action
def merge_people(*, keep: Person, merge: Person, why: str = "", by: Actor, at: datetime) -> Merge:
    """They are one person: everything about `merge` is about `keep` from now on, and `merge` stays as they were, merged into `keep`.

    Of each field the value that holds is shown; of each illness one case is worked on; there is one call; what stops messages or calls
    of one stops those of both. `undo_merge` takes all of it back, also after further work. The caller has checked that the actor sees
    both. Refuses (CannotMerge): one and the same, somebody merged away already (`root` says into whom), two of whom somebody said that
    they are not the same without a reason (`why`), two who are both being called, rows that others hold.
    """
    joining.one_at_a_time()
    for _try in range(TRIES):
        try:
            return _merge(keep=keep.pk, away=merge.pk, why=why, by=by, at=at)
        except OperationalError:  # waited too long for a row that somebody holds: everything was let go, begin again
            continue
    raise CannotMerge("busy")


@action
def undo_merge(*, merge: Merge, by: Actor, at: datetime) -> Merge:
    """They are two after all: whatever was filed on either is theirs again, also what came while they were one. In any order, also a
    merge with others above and below it. Refuses (CannotUndo): undone already, rows that others hold."""
    joining.one_at_a_time()
    for _try in range(TRIES):
        try:
            return _undo(merge=merge, by=by, at=at)
        except OperationalError:
            continue
    raise CannotUndo("busy")


@action
def _merge(*, keep: UUID, away: UUID, why: str, by: Actor, at: datetime) -> Merge:
    before = joining.impatient()
    row = joining.begin(keep, away, why, by, at)
    cases.locked([keep, away])
    cases.make_way(row, by, at)
    joining.join(row, by, at)
    diseases = cases.settle(keep, row, by, at)
    contacts.settle(keep, row, by, at)
    work_out(keep, diseases, by, at)
    messages.tell_once(keep, by, at)
    _stop_or_go(keep, by, at)
    joining.patient_again(before)
    row.refresh_from_db()
    return row


@action
def _undo(*, merge: Merge, by: Actor, at: datetime) -> Merge:
    before = joining.impatient()
    parted = joining.part(merge, by, at)
    both = (parted.root, parted.other)
    cases.go_along(both)
    contacts.go_along(both)
    for person in both:
        calls.call_again(person, by, at)
        messages.tell_again(person, by, at)
        diseases = cases.settle(person, None, by, at)
        contacts.settle(person, None, by, at)
        work_out(person, diseases, by, at)
        cases.dates_again(person, diseases, at)
        messages.tell_once(person, by, at)
        settle_calls(people=contact_of(person), by=by, at=at)
        _stop_or_go(person, by, at)
        tasks.refresh_hold_keys(persons=[person], by=by, at=at)
    contacts.seen_by(both, merge.at, by, at)
    joining.patient_again(before)
    merge.refresh_from_db()
    return merge


def _stop_or_go(person: UUID, by: Actor, at: datetime) -> None:
    """A death of one is that of both; what it stopped goes again for whoever it does not concern after all."""
    for room in (tasks, messaging):
        act = room.stop_for_person if is_dead(person) else room.reopen_for_person
        act(person=person, reason="death", by=by, at=at)
