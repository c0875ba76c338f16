"""Moving a report at the same moment as others move it, or file a correction of it; and a move that is cut off half way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from tests.faults.test_merging_at_once import at_once
from tests.merging import STAFF, astray, everything, reported, worked_on_twice
from tests.world import NOW, connecticut, file_all, order, send, somebody
from tracing.intake.misfiled import CannotMove, move_report
from tracing.intake.models import LabResult, Moved, Report, Source
from tracing.journal.actions import UNCHANGED
from tracing.people.models import Person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def source() -> Source:
    return connecticut()


def _report(person: Person) -> Report:
    return LabResult.objects.filter(person=person.pk).latest("at", "pk").report


def test_two_who_move_it_at_once_move_it_once(source: Source) -> None:
    wrong, one, other = reported(source, 1), reported(source, 2), reported(source, 4)
    report = _report(wrong)

    def to(somebody_else: Person | None) -> Any:
        return move_report(report=report, to=somebody_else, why="misfiled", seen=wrong.pk, by=STAFF, at=NOW)

    found = at_once(lambda: to(one), lambda: to(other), lambda: to(one))
    moved = Moved.objects.get()
    assert moved.person_id in (one.pk, other.pk)
    assert sum(isinstance(each, Moved) for each in found) == 1
    assert all(each is UNCHANGED or isinstance(each, CannotMove | Moved) for each in found), found
    assert set(LabResult.objects.filter(report=report).values_list("person", flat=True)) == {moved.person_id}
    assert astray() == [] and worked_on_twice() == []


def test_a_correction_filed_meanwhile_stands_on_the_same_person(source: Source) -> None:
    right = reported(source, 2)
    first = order(somebody(1), on=date(2021, 1, 13), accession="A1")
    send(source, first)
    file_all()
    wrong = Person.objects.exclude(pk=right.pk).get()
    report = _report(wrong)
    send(source, replace(first, control_id="M9", resulted=first.resulted + timedelta(hours=1)))
    found = at_once(
        lambda: move_report(report=report, to=right, why="misfiled", seen=wrong.pk, by=STAFF, at=NOW), lambda: file_all(NOW)
    )
    assert not [each for each in found if isinstance(each, Exception)], found
    file_all(NOW)
    versions = LabResult.objects.filter(accession__contains="A1")
    held = Report.objects.filter(state="held", problems=["other_person_in_correction"]).count()
    assert set(versions.values_list("person", flat=True)) == {right.pk}
    assert versions.count() + held == 2, "filed before the move it goes along; after it, it names somebody else and a human decides"
    assert astray() == [] and worked_on_twice() == []


class _CutOff(Exception):
    pass


def test_cut_off_half_way_it_leaves_nothing(source: Source) -> None:
    wrong, right = reported(source, 1), reported(source, 2)
    before, report = everything(), _report(wrong)

    with pytest.raises(_CutOff), transaction.atomic():
        move_report(report=report, to=right, why="misfiled", by=STAFF, at=NOW)
        raise _CutOff
    assert everything() == before and not Moved.objects.exists()
    assert isinstance(move_report(report=report, to=right, why="misfiled", by=STAFF, at=NOW), Moved)
