"""Merging at the same moment as others merge, file reports, or hold the rows."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from tests.merging import astray, case_of, reported, worked_on_twice
from tests.world import BY, NOW, connecticut, file_all, order, send, somebody
from tracing.intake.merging import CannotMerge, CannotUndo, merge_people, undo_merge
from tracing.intake.models import LabResult, Report, Source
from tracing.people.death import is_dead, record_death
from tracing.people.models import Death, Merge, Person

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*work: Callable[[], Any]) -> list[Any]:
    """Each on a connection of its own, beginning in the same moment; what each returned or raised."""
    start, found = threading.Barrier(len(work)), list[Any]([None] * len(work))

    def run(number: int) -> None:
        try:
            connection.ensure_connection()
            start.wait(30)
            found[number] = work[number]()
        except Exception as error:
            found[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(work))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


@pytest.fixture
def source() -> Source:
    return connecticut()


def test_the_same_two_merged_by_two_at_once_are_merged_once(source: Source) -> None:
    one, other = reported(source, 1), reported(source, 2)
    found = at_once(
        lambda: merge_people(keep=one, merge=other, by=BY, at=NOW), lambda: merge_people(keep=other, merge=one, by=BY, at=NOW)
    )
    assert sorted(type(each).__name__ for each in found) == ["CannotMerge", "Merge"]
    assert next(each.code for each in found if isinstance(each, CannotMerge)) == "merged_away"
    assert Merge.objects.count() == 1 and astray() == []


def test_three_in_a_ring(source: Source) -> None:
    people = [reported(source, seed) for seed in (1, 2, 3)]
    pairs = [(people[0], people[1]), (people[1], people[2]), (people[2], people[0])]
    found = at_once(*(lambda keep=keep, away=away: merge_people(keep=keep, merge=away, by=BY, at=NOW) for keep, away in pairs))
    assert {type(each).__name__ for each in found} <= {"CannotMerge", "Merge"}
    assert Person.objects.filter(merged_into=None).count() == 3 - Merge.objects.count() and astray() == []


def test_reports_are_filed_while_their_person_is_merged(source: Source) -> None:
    one, other = reported(source, 1), reported(source, 2)
    send(source, *(order(somebody(seed), on=date(2021, 1, 8 + number)) for number in range(6) for seed in (1, 2)))

    def merge_and_back() -> None:
        for number in range(3):
            merge = merge_people(keep=one, merge=other, by=BY, at=NOW + timedelta(minutes=number))
            undo_merge(merge=merge, by=BY, at=NOW + timedelta(minutes=number, seconds=30))
        merge_people(keep=one, merge=other, by=BY, at=NOW + timedelta(minutes=9))

    found = at_once(merge_and_back, lambda: file_all(limit=1), lambda: file_all(limit=3))
    assert [each for each in found if isinstance(each, Exception) and not isinstance(each, CannotMerge | CannotUndo)] == []
    file_all()
    # A report read while the two were parted may fit both: then a human is asked, and after the time for that it is filed.
    assert set(Report.objects.values_list("state", flat=True)) <= {"filed", "waiting"} and not Report.objects.exclude(problems=[]).exists()
    file_all(NOW + timedelta(days=1))
    assert list(Report.objects.exclude(state="filed").values_list("state", "problems", "not_before")) == []
    assert LabResult.objects.count() == 14
    assert astray() == [] and worked_on_twice() == []


def test_a_death_said_of_somebody_who_is_being_merged_is_the_roots(source: Source) -> None:
    one, other = reported(source, 1), reported(source, 2)
    found = at_once(
        lambda: merge_people(keep=one, merge=other, by=BY, at=NOW),
        lambda: record_death(person=other.pk, source="staff", by=BY, at=NOW),
    )
    assert not [each for each in found if isinstance(each, Exception)], found
    assert is_dead(one.pk) and Death.objects.get().filed_on == other.pk


def test_rows_in_other_hands_for_long_refuse_and_leave_nothing(source: Source) -> None:
    one, other = reported(source, 1), reported(source, 2)
    held, done = threading.Event(), threading.Event()

    def holds() -> None:
        with transaction.atomic():
            type(case_of(other)).objects.select_for_update().get(filed_on=other.pk)
            held.set()
            done.wait(30)

    def merges() -> Any:
        held.wait(30)
        try:
            return merge_people(keep=one, merge=other, by=BY, at=NOW)
        finally:
            done.set()

    found = at_once(holds, merges)
    assert isinstance(found[1], CannotMerge) and found[1].code == "busy"
    assert not Merge.objects.exists() and not Person.objects.exclude(merged_into=None).exists() and astray() == []


def test_killed_half_way_leaves_two_people(source: Source) -> None:
    one, other = reported(source, 1), reported(source, 2)
    with pytest.raises(RuntimeError), transaction.atomic():
        merge_people(keep=one, merge=other, by=BY, at=NOW)
        raise RuntimeError
    assert not Merge.objects.exists() and not Person.objects.exclude(merged_into=None).exists() and astray() == []
