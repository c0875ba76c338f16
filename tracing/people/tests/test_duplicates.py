"""Pairs that a scan puts before reviewers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tracing.journal.models import Entry
from tracing.people.actions import NewStanding, give_standings, keep_apart
from tracing.people.duplicates import FoundPair, propose_duplicates, withdraw_pairs
from tracing.people.models import Duplicate, Person
from tracing.people.tests.made import BY, NOON, STAFF, add, maria, unit

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def two(db: None) -> tuple[Person, Person]:
    return add(maria()), add(maria(family="Okafor", given="Ngozi", birth_on=date(1955, 7, 9), phones=()))


def pair(one: Person, other: Person, score: float = 9.5) -> FoundPair:
    return FoundPair(one.pk, other.pk, score, "possible", ("given_exact",), "2026-11-01")


def propose(*pairs: FoundPair, at: object = NOON) -> int:
    return propose_duplicates(pairs=pairs, by=BY, at=at) or 0  # type: ignore[arg-type]


def test_a_pair_stands_once_whichever_comes_first(two: tuple[Person, Person]) -> None:
    one, other = two
    assert propose(pair(one, other), pair(other, one, 11.0)) == 1
    assert propose(pair(other, one, 12.0), at=NOON + HOUR) == 0
    row = Duplicate.objects.get()
    assert (row.score, row.found_at, row.checked_at) == (12.0, NOON, NOON + HOUR)
    assert {entry.person_id for entry in Entry.objects.filter(verb="pair.found")} == {one.pk, other.pk}


def test_who_was_told_apart_is_not_offered_again(two: tuple[Person, Person]) -> None:
    keep_apart(one=two[0], other=two[1], by=STAFF, at=NOON)
    assert propose(pair(*two)) == 0
    assert not Duplicate.objects.exists()


def test_what_was_decided_stays_decided(two: tuple[Person, Person]) -> None:
    propose(pair(*two))
    Duplicate.objects.update(decision="different", settled_at=NOON)
    assert propose(pair(*two, score=20.0), at=NOON + HOUR) == 0
    assert Duplicate.objects.get().score == 9.5


def test_what_is_no_longer_found_is_withdrawn_and_may_come_again(two: tuple[Person, Person]) -> None:
    propose(pair(*two))
    assert not withdraw_pairs(checked_before=NOON, by=BY, at=NOON)
    assert withdraw_pairs(checked_before=NOON + HOUR, by=BY, at=NOON + HOUR) == 1
    assert Duplicate.objects.get().decision == "withdrawn"
    assert propose(pair(*two), at=NOON + 2 * HOUR) == 1
    assert Duplicate.objects.get().decision == ""


def test_people_merged_away_count_as_who_they_are(two: tuple[Person, Person]) -> None:
    third = add(maria(family="Chen", given="Wei", birth_on=date(1999, 1, 2), phones=()))
    Person.objects.filter(pk=third.pk).update(merged_into=two[0].pk)
    assert propose(pair(third, two[0])) == 0
    assert propose(pair(third, two[1])) == 1
    row = Duplicate.objects.get()
    assert {row.one_id, row.other_id} == {two[0].pk, two[1].pk}


def test_a_pair_belongs_to_both_departments_and_to_who_may_know_the_disease(two: tuple[Person, Person]) -> None:
    here, there = unit("here"), unit("there")
    give_standings(
        standings=[
            NewStanding(two[0].pk, here.pk, "residence", "covid19"),
            NewStanding(two[1].pk, there.pk, "residence", "covid19"),
            NewStanding(two[1].pk, here.pk, "residence", "hiv"),
        ],
        by=BY,
        at=NOON,
    )
    propose(pair(*two))
    row = Duplicate.objects.get()
    assert (row.unit, row.also_unit) == (here, there)
    assert row.conditions == ["hiv"]


def test_nothing_to_propose(db: None) -> None:
    assert propose() == 0
    assert not Entry.objects.filter(verb__startswith="pair").exists()
