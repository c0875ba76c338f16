"""Pairs of people already known: decided, put off, taken back, sent on."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tracing.intake.actions.pairs import (
    AlreadyDecided,
    CannotSend,
    CannotTakeBack,
    cannot_say,
    decide_different,
    decide_same,
    send_decision,
    take_back,
)
from tracing.journal.models import Entry
from tracing.people.duplicates import FoundPair, propose_duplicates
from tracing.people.models import Duplicate, Match, NotTheSame, Person, ReviewStep
from tracing.people.tests.made import BY, NOON, STAFF, add, maria, unit

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=1)


@pytest.fixture
def pair(db: None) -> Duplicate:
    one = add(maria())
    other = add(maria(family="Okafor", given="Ngozi", birth_on=date(1955, 7, 9), phones=()))
    return found(one, other)


def found(one: Person, other: Person) -> Duplicate:
    told = FoundPair(one.pk, other.pk, 9.5, "possible", ("given_exact",), "v")
    propose_duplicates(pairs=[told], by=BY, at=NOON)
    return Duplicate.objects.get()


def test_the_same_are_merged_and_parted_again(pair: Duplicate) -> None:
    step = decide_same(pair=pair, keep=pair.one, by=STAFF, at=NOON)
    assert Person.objects.get(pk=pair.other_id).merged_into_id == pair.one_id
    assert not Duplicate.objects.exclude(decision="same").exists()
    with pytest.raises(AlreadyDecided):
        decide_different(pair=pair, by=STAFF, at=NOON)
    take_back(step=step, by=STAFF, at=LATER)
    assert Person.objects.get(pk=pair.other_id).merged_into_id is None
    pair.refresh_from_db()
    assert (pair.decision, pair.one_id != pair.other_id) == ("", True)
    with pytest.raises(CannotTakeBack):
        take_back(step=step, by=STAFF, at=LATER)


def test_two_people_are_remembered_until_it_is_taken_back(pair: Duplicate) -> None:
    step = decide_different(pair=pair, by=STAFF, at=NOON)
    assert NotTheSame.objects.count() == 1
    with pytest.raises(AlreadyDecided):
        decide_same(pair=pair, keep=pair.one, by=STAFF, at=NOON)
    take_back(step=step, by=STAFF, at=LATER)
    assert not NotTheSame.objects.exists()
    pair.refresh_from_db()
    assert pair.decision == ""
    whats = list(ReviewStep.objects.order_by("at").values_list("what", flat=True))
    assert whats == ["different", "taken_back"]


def test_who_cannot_say_puts_it_last(pair: Duplicate) -> None:
    step = cannot_say(item=pair, why="No telephone", by=STAFF, at=NOON)
    pair.refresh_from_db()
    assert (pair.put_off, pair.decision) == (1, "")
    take_back(step=step, by=STAFF, at=LATER)
    pair.refresh_from_db()
    assert pair.put_off == 0


def test_what_was_decided_anew_is_not_taken_back_by_the_first_decision(pair: Duplicate) -> None:
    first = cannot_say(item=pair, by=STAFF, at=NOON)
    decide_different(pair=pair, by=STAFF, at=LATER)
    with pytest.raises(CannotTakeBack):
        take_back(step=first, by=STAFF, at=LATER)


def test_a_decision_is_sent_on_with_its_time(pair: Duplicate) -> None:
    before = (pair.due_at, pair.unit)
    there = unit("there")
    send_decision(item=pair, to=there, from_unit=pair.unit, why="They see both", by=STAFF, at=NOON)
    pair.refresh_from_db()
    assert (pair.unit, pair.also_unit, pair.due_at) == (there, before[1], before[0])
    with pytest.raises(CannotSend):
        send_decision(item=pair, to=there, from_unit=there, why="", by=STAFF, at=NOON)
    assert Entry.objects.get(verb="review.sent").codes == {"unit": "there"}


def test_a_match_is_sent_on_and_no_more_when_it_is_decided(db: None) -> None:
    from tracing.base.ids import uuid7

    match = Match.objects.create(report_id=uuid7(), outcome="possible", unit=unit("here"), at=NOON, due_at=LATER)
    send_decision(item=match, to=unit(), from_unit=unit("here"), why="", by=STAFF, at=NOON)
    match.refresh_from_db()
    assert (match.unit, match.due_at) == (unit(), LATER)
    Match.objects.update(outcome="different")
    with pytest.raises(AlreadyDecided):
        send_decision(item=match, to=unit("here"), from_unit=unit(), why="", by=STAFF, at=NOON)
