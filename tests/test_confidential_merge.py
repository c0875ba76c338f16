"""Somebody reached confidentially turns out to be somebody else as well: nothing of the other's is used, and undoing gives it back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tracing.intake.merging import merge_people, undo_merge
from tracing.journal.actor import Actor, job
from tracing.people.household.actions import keep_confidential, live_together
from tracing.people.household.queries import confidential_among
from tracing.people.models import HouseholdMember, Person, WayToReach

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]
NOON = datetime(2021, 1, 15, 17, tzinfo=UTC)
BY: Actor = job("test")


def somebody(given: str, phone: str) -> Person:
    row = Person.objects.create(family="Rivera", given=given, added_at=NOON)
    WayToReach.objects.create(person=row, kind="phone", value=phone, source="lab", as_of=NOON)
    return row


def usable(who: Person) -> set[str]:
    return set(WayToReach.objects.usable().filter(person=who).values_list("value", flat=True))


def test_a_flag_goes_along_bars_what_the_other_had_and_gives_it_back() -> None:
    keep, away = somebody("Ana", "+12035550101"), somebody("Anna", "+12035550102")
    safe = WayToReach.objects.get(person=away)
    keep_confidential(person=away.pk, kind="violence", safe=[safe.pk], by=BY, at=NOON)
    merge = merge_people(keep=keep, merge=away, by=BY, at=NOON)
    assert confidential_among([keep.pk]) == {keep.pk} and usable(keep) == {"+12035550102"}
    undo_merge(merge=merge, by=BY, at=NOON)
    assert usable(keep) == {"+12035550101"} and usable(away) == {"+12035550102"} and confidential_among([keep.pk, away.pk]) == {away.pk}


def test_one_household_is_not_belonged_to_twice() -> None:
    keep, away, other = somebody("Ana", "+12035550101"), somebody("Anna", "+12035550101"), somebody("Ben", "+12035550103")
    for one in (keep, away):
        live_together(persons=[other.pk, one.pk], source="said", by=BY, at=NOON)
    merge = merge_people(keep=keep, merge=away, by=BY, at=NOON)
    assert HouseholdMember.objects.filter(until=None, person=keep).count() == 1
    undo_merge(merge=merge, by=BY, at=NOON)
    assert HouseholdMember.objects.filter(until=None).count() == 3
