"""A report that was filed on the wrong person: what it caused is undone or listed, and everything is taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.merging import STAFF, asks, astray, case_of, differences, everything, meets, reported, worked_on_twice
from tests.world import BY, NOW, connecticut, file_all, order, send, somebody
from tracing.cases.actions import Answers
from tracing.cases.models import Case, Proposal
from tracing.contacts.models import Exposure, Quarantine
from tracing.intake.misfiled import CannotMove, move_report, take_back_move
from tracing.intake.models import LabResult, Moved, Report, Source
from tracing.journal.actions import UNCHANGED
from tracing.messaging.actions import NewMessage, queue
from tracing.messaging.models import Message
from tracing.people.facts import PersonFacts
from tracing.people.models import Person, WayToReach
from tracing.tasks.models import Task

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def source() -> Source:
    return connecticut()


def report_of(person: Person) -> Report:
    return LabResult.objects.filter(person=person.pk).latest("at", "pk").report


def moved(person: Person, to: Person | None) -> Moved:
    row = move_report(report=report_of(person), to=to, why="another of the same name", by=STAFF, at=LATER)
    assert isinstance(row, Moved)
    return row


def test_a_case_made_by_this_report_alone_goes_with_it(source: Source) -> None:
    wrong, right = reported(source, 1, phone="2035550101"), reported(source, 2, phone="2035550102")
    queue(messages=[NewMessage(wrong.pk, "covid19", "sms", "case_advice", NOW)], by=BY, at=NOW)
    before = everything()
    row = moved(wrong, right)
    case = case_of(wrong)
    assert case.closure is not None and case.closure.reason == "not_a_case" and row.listed == []
    assert Task.objects.filter(person=wrong, state__in=("open", "held")).count() == 0
    assert Message.objects.get().state == "stopped"
    assert set(LabResult.objects.values_list("person", flat=True)) == {right.pk}
    assert set(LabResult.objects.values_list("case__person", flat=True)) == {right.pk}
    assert astray() == [] and worked_on_twice() == []
    take_back_move(move=row, by=STAFF, at=LATER + timedelta(hours=1))
    assert astray() == [] and worked_on_twice() == []
    found = [line for line in differences(before, everything()) if not line.startswith("new: ('Moved'")]
    assert found == []


def _unchanged(before: object) -> list[str]:
    return [line for line in differences(before, everything()) if not line.startswith("new: ('Moved'")]  # type: ignore[arg-type]


def test_of_two_reports_one_goes_and_what_the_other_said_stands(source: Source) -> None:
    one = reported(source, 1, phone="2035550101")
    first_phone = set(WayToReach.objects.filter(person=one).values_list("value", flat=True))
    send(source, order(somebody(1, phone="2035550109"), on=date(2021, 1, 14)))
    file_all(LATER)
    assert Person.objects.count() == 1 and case_of(one).last_positive_on == date(2021, 1, 14)
    before = everything()
    row = move_report(report=report_of(one), to=None, why="a namesake", by=STAFF, at=LATER)
    assert isinstance(row, Moved) and row.made
    new = Person.objects.exclude(pk=one.pk).get()
    case = case_of(one)
    assert case.closure is None and not case.needs_review and case.last_positive_on == date(2021, 1, 13)
    assert set(WayToReach.objects.filter(person=one).values_list("value", flat=True)) == first_phone
    assert "+12035550109" in set(WayToReach.objects.filter(person=new).values_list("value", flat=True))
    assert case_of(new).last_positive_on == date(2021, 1, 14)
    assert astray() == [] and worked_on_twice() == []
    take_back_move(move=row, by=STAFF, at=LATER + timedelta(hours=1))
    assert astray() == [] and worked_on_twice() == []
    # Whom a call holds together with is worked out anew; the person made by the move is left, with nothing.
    left = [line for line in _unchanged(before) if str(new.pk) not in line and "new: " not in line and "hold_keys" not in line]
    assert left == []
    assert not Case.objects.filter(person=new, closure=None).exists()
    assert Person.objects.get(pk=new.pk).keys == []


@pytest.mark.parametrize("work", ["interview", "contacts", "sent"])
def test_what_a_human_did_keeps_the_case_open_and_is_listed(source: Source, work: str) -> None:
    wrong, right = reported(source, 1, phone="2035550101"), reported(source, 2, phone="2035550102")
    if work == "interview":
        asks(wrong, Answers(symptomatic=True, onset_on=date(2021, 1, 9)), at=NOW)
    elif work == "contacts":
        meets(wrong, PersonFacts(family="Quint", given="Bo", phones=("+12035550150",)))
    else:
        queue(messages=[NewMessage(wrong.pk, "covid19", "sms", "case_advice", NOW)], by=BY, at=NOW)
        Message.objects.update(state="sent", claimed_at=NOW, ended_at=NOW)
    before = everything()
    row = moved(wrong, right)
    case = case_of(wrong)
    assert case.closure is None and case.needs_review and Proposal.objects.get(case=case).answer == ""
    told = {code for code, _number, _case in row.listed}
    assert {"interview": "interviews", "contacts": "contacts", "sent": "messages"}[work] in told
    assert Exposure.objects.filter(source=case).count() == (work == "contacts")
    assert astray() == []
    take_back_move(move=row, by=STAFF, at=LATER + timedelta(hours=1))
    assert _unchanged(before) == []


def test_a_contact_taken_for_a_case_stays_at_home_again(source: Source) -> None:
    four = reported(source, 4)
    who = somebody(2)
    meets(four, PersonFacts(family=who.last, given=who.first, birth_on=who.birth, phones=("+12035550150",)))
    contact = Quarantine.objects.get().person
    send(source, order(somebody(2, phone="2035550150"), on=date(2021, 1, 14)))
    file_all()
    assert LabResult.objects.filter(person=contact).exists() and Quarantine.objects.get().settled == "became_case"
    before = everything()
    row = moved(contact, None)
    assert Quarantine.objects.get().settled == ""
    take_back_move(move=row, by=STAFF, at=LATER)
    assert Quarantine.objects.get().settled == "became_case"
    assert not [line for line in _unchanged(before) if str(contact.pk) in line and "settled_at" not in line and not line.startswith("new:")]


def test_asked_twice_it_is_moved_once_and_taken_back_once(source: Source) -> None:
    wrong = reported(source, 1)
    report = report_of(wrong)
    row = move_report(report=report, to=None, why="a namesake", seen=wrong.pk, by=STAFF, at=LATER)
    assert isinstance(row, Moved)
    assert move_report(report=report, to=None, why="a namesake", seen=wrong.pk, by=STAFF, at=LATER) is UNCHANGED
    assert Person.objects.count() == 2 and Moved.objects.count() == 1
    take_back_move(move=row, by=STAFF, at=LATER)
    assert take_back_move(move=row, by=STAFF, at=LATER) is UNCHANGED


def test_refused(source: Source) -> None:
    wrong, right = reported(source, 1), reported(source, 2)
    report = report_of(wrong)
    with pytest.raises(CannotMove, match="no_reason"):
        move_report(report=report, to=right, why=" ", by=STAFF, at=LATER)
    with pytest.raises(CannotMove, match="same_person"):
        move_report(report=report, to=wrong, why="x", by=STAFF, at=LATER)
    first = moved(wrong, right)
    third = reported(source, 3)
    with pytest.raises(CannotMove, match="moved_meanwhile"):
        move_report(report=report, to=third, why="x", seen=wrong.pk, by=STAFF, at=LATER)
    move_report(report=report, to=third, why="x", seen=right.pk, by=STAFF, at=LATER + timedelta(minutes=1))
    with pytest.raises(CannotMove, match="moved_since"):
        take_back_move(move=first, by=STAFF, at=LATER)


def test_the_other_versions_of_its_results_go_along_and_a_later_one_follows(source: Source) -> None:
    one, right = reported(source, 1), reported(source, 2)
    base = order(somebody(5), on=date(2021, 1, 13), accession="A77")
    send(source, base)
    file_all()
    wrong = Person.objects.exclude(pk__in=(one.pk, right.pk)).get()
    send(source, replace(base, control_id="M777", resulted=base.resulted + timedelta(hours=2)))
    file_all(LATER)
    row = moved(wrong, right)
    assert set(LabResult.objects.filter(accession__contains="A77").values_list("person", flat=True)) == {right.pk}
    take_back_move(move=row, by=STAFF, at=LATER + timedelta(hours=1))
    assert set(LabResult.objects.filter(accession__contains="A77").values_list("person", flat=True)) == {wrong.pk}
