"""From bytes to cases: steps 1 to 7 on a real database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from config.demo.lab.orders import ANTIBODY, FLU_A, HIV, INCONCLUSIVE, MEASLES_RNA, RAPID, Finding, onset, symptomatic
from tests.world import BY, NEGATIVE, NOW, connecticut, file_all, order, send, snapshot, somebody
from tracing.base.ids import uuid7
from tracing.cases.actions import IsolationLasts, answer_proposal, close_case
from tracing.cases.models import Case, Proposal
from tracing.intake.actions.holding import correct_report
from tracing.intake.models import LabResult, Report, Source
from tracing.journal.actor import Actor
from tracing.journal.models import Entry
from tracing.journal.sealer import seal
from tracing.people.actions import settle_match
from tracing.people.death import take_back_death
from tracing.people.models import Match, Person, Standing
from tracing.tasks.jobs import follow_deaths
from tracing.tasks.models import Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab() -> Source:
    return connecticut()


def test_a_positive_becomes_a_person_a_case_dates_and_a_call(lab: Source) -> None:
    who = somebody(1, city="New Haven", zip="06511", state="CT", phone="2035550123")
    send(lab, order(who, answers=(symptomatic(True), onset(datetime(2021, 1, 11, tzinfo=UTC)))))
    assert file_all() == 1

    case = Case.objects.select_related("person", "unit", "isolation", "task", "town").get()
    assert case.town and case.isolation and case.task
    assert (case.person.family, case.person.given) == (who.last, who.first)
    assert (case.unit.code, case.town.code) == ("new-haven", "new-haven")
    assert (case.classification, case.classification_rule) == ("confirmed", "covid19/CSTE-20-02")
    assert case.onset_on == date(2021, 1, 11)
    assert (case.isolation.starts_on, case.isolation.ends_on) == (date(2021, 1, 11), date(2021, 1, 21))
    assert case.isolation.rule == "covid19/ISO-2020-07"
    assert case.scope == "call" and case.task.priority > 0 and case.task.reasons
    assert f"person:{case.person_id}" in case.task.hold_keys
    assert Standing.objects.get(person=case.person).unit == case.unit
    report = Report.objects.get()
    assert (report.state, report.sensitive, report.problems) == ("filed", False, [])
    verbs = set(Entry.objects.filter(person_id=case.person_id).values_list("verb", flat=True))
    assert {"person.added", "case.opened", "case.isolation_set", "task.added", "report.filed"} <= verbs


def test_a_later_version_is_never_a_second_case(lab: Source) -> None:
    who = somebody(2)
    send(lab, order(who, accession="A1", sent=NOW - timedelta(hours=3)))
    send(lab, order(who, accession="A1", sent=NOW - timedelta(hours=2), status="C"))
    file_all()
    assert Case.objects.count() == 1
    assert [r.current for r in LabResult.objects.order_by("version_at")] == [False, True]


@pytest.mark.parametrize("in_order", [True, False])
def test_a_withdrawn_positive_puts_its_case_before_a_human(lab: Source, in_order: bool) -> None:
    who = somebody(3)
    first = order(who, accession="A1", sent=NOW - timedelta(hours=3))
    taken_back = order(who, accession="A1", sent=NOW - timedelta(hours=1), status="W")
    for one in (first, taken_back) if in_order else (taken_back, first):
        send(lab, one)
        file_all()
    case = Case.objects.get()
    assert case.needs_review and case.closure is None
    assert Proposal.objects.get().kind == "withdrawn"
    assert not Task.objects.filter(state="open").exists()


def test_a_correction_that_names_somebody_else_is_held(lab: Source) -> None:
    send(lab, order(somebody(4), accession="A1"))
    file_all()
    send(lab, order(somebody(5), accession="A1", status="C", sent=NOW))
    file_all()
    assert Report.objects.get(state="held").problems == ["other_person_in_correction"]
    assert Person.objects.count() == 1


def test_staff_may_say_that_a_corrected_name_is_the_same_person(lab: Source) -> None:
    first, corrected = somebody(4), somebody(5)
    send(lab, order(first, accession="A1"))
    file_all()
    send(lab, order(corrected, accession="A1", status="C", sent=NOW))
    file_all()
    correct_report(report=Report.objects.get(state="held"), corrections={"accept": "yes"}, by=BY, at=NOW)
    file_all()
    person = Person.objects.get()
    assert (person.family, person.given) == (corrected.last, corrected.first) and Case.objects.count() == 1


def test_one_set_with_two_names_for_one_result_makes_one_person(lab: Source) -> None:
    send(lab, order(somebody(4), accession="A1"), order(somebody(5), accession="A1", status="C", sent=NOW))
    file_all()
    assert Report.objects.get(state="held").problems == ["other_person_in_correction"]
    assert Person.objects.count() == 1 and Case.objects.count() == 1


def test_ninety_days_later_it_is_a_new_episode(lab: Source) -> None:
    who = somebody(6)
    send(lab, order(who, on=date(2020, 10, 1)))
    send(lab, order(who, on=date(2020, 12, 30)))  # day 90: joins
    send(lab, order(who, on=date(2021, 1, 2)))  # day 93: a new episode
    file_all()
    older, newer = Case.objects.order_by("first_positive_on")
    assert (older.first_positive_on, older.last_positive_on) == (date(2020, 10, 1), date(2020, 12, 30))
    assert older.closure is not None and older.closure.reason == "new_episode"
    assert newer.first_positive_on == date(2021, 1, 2) and newer.closure is None


def test_a_negative_joins_whoever_is_followed_up_and_otherwise_counts_without_a_person(lab: Source) -> None:
    known, stranger = somebody(7), somebody(8)
    send(lab, order(known))
    file_all()
    send(lab, order(known, result=NEGATIVE, on=date(2021, 1, 14)), order(stranger, result=NEGATIVE))
    file_all()
    assert Person.objects.count() == 1
    joined, counted = LabResult.objects.filter(result="negative").order_by("person")
    assert joined.person is not None and counted.person is None
    assert counted.unit.kind in ("department", "state")


def test_an_antibody_opens_no_case(lab: Source) -> None:
    send(lab, order(somebody(9), test=ANTIBODY))
    file_all()
    assert not Case.objects.exists() and LabResult.objects.get().person is None


def test_an_antigen_is_probable_and_a_pcr_after_it_confirms(lab: Source) -> None:
    who = somebody(10)
    send(lab, order(who, test=RAPID))
    file_all()
    assert Case.objects.get().classification == "probable"
    send(lab, order(who, on=date(2021, 1, 14)))
    file_all()
    assert Case.objects.get().classification == "confirmed"


def test_measles_has_its_own_rules(lab: Source) -> None:
    send(lab, order(somebody(11), test=MEASLES_RNA))
    file_all()
    case = Case.objects.select_related("task", "isolation").get()
    assert case.task and case.isolation
    assert case.disease == "measles" and case.task.priority >= 900
    assert case.isolation.rule.startswith("measles/")


def test_a_condition_without_rules_waits_where_only_its_manager_sees(lab: Source) -> None:
    send(lab, order(somebody(12), test=HIV, result=("11214006", "Reactive")))
    file_all()
    report = Report.objects.get()
    assert (report.state, report.sensitive) == ("held", True)
    assert not Person.objects.exists()


def test_a_test_message_never_opens_a_case_unless_the_sender_may(lab: Source) -> None:
    send(lab, order(somebody(13), processing="T"))
    file_all()
    assert Report.objects.get().state == "set_aside" and not Case.objects.exists()
    Source.objects.update(tests_open_cases=True)
    send(lab, order(somebody(13), processing="T"))
    file_all()
    assert Case.objects.count() == 1


def test_a_possible_match_waits_two_hours_then_opens_provisionally(lab: Source) -> None:
    who = somebody(14, phone="2035550133", birth=date(1980, 3, 4))
    send(lab, order(who))
    file_all()
    daughter = somebody(14, phone="2035550133", birth=date(2010, 8, 1), number="0000999")
    send(lab, order(daughter))
    file_all()
    assert Match.objects.get(outcome="possible").candidates
    assert Report.objects.filter(state="waiting").count() == 1
    assert file_all(NOW + timedelta(minutes=119)) == 0
    assert file_all(NOW + timedelta(hours=2)) == 1
    assert Person.objects.filter(provisional=True).count() == 1 and Case.objects.count() == 2


@pytest.mark.parametrize("same", [True, False])
def test_a_human_settles_a_possible_match(lab: Source, same: bool) -> None:
    who = somebody(15, phone="2035550134", birth=date(1980, 3, 4))
    send(lab, order(who))
    file_all()
    send(lab, order(somebody(15, phone="2035550134", birth=date(2010, 8, 1), number="0000999")))
    file_all()
    settle_match(match=Match.objects.get(outcome="possible"), person=Person.objects.get() if same else None, by=BY, at=NOW)
    Report.objects.filter(state="waiting").update(not_before=NOW)
    file_all()
    assert Case.objects.count() == (1 if same else 2)
    assert Person.objects.filter(provisional=True).count() == 0


def test_out_of_state_is_kept_and_goes_to_the_states_own_list(lab: Source) -> None:
    send(lab, order(somebody(16, city="Springfield", state="MA", zip="01103")))
    file_all()
    case = Case.objects.select_related("unit").get()
    assert case.unit.kind == "state" and case.town is None


def test_another_address_proposes_and_never_moves_the_case(lab: Source) -> None:
    who = somebody(17, city="New Haven", state="CT", zip="06511")
    send(lab, order(who))
    file_all()
    send(lab, order(somebody(17, city="Hartford", state="CT", zip="06106", street="9 Elm St"), on=date(2021, 1, 14)))
    file_all()
    case = Case.objects.select_related("unit").get()
    assert case.unit.code == "new-haven"
    assert list(Proposal.objects.values_list("to_unit__code", flat=True)) == ["hartford"]


def test_an_inconclusive_result_opens_nothing(lab: Source) -> None:
    send(lab, order(somebody(18), result=INCONCLUSIVE))
    file_all()
    assert not Case.objects.exists() and Report.objects.get().state == "filed"


def test_old_specimens_are_not_called(lab: Source) -> None:
    send(lab, order(somebody(19, birth=date(1990, 1, 1)), on=date(2020, 12, 20)))
    file_all()
    assert Case.objects.get().scope != "call" and not Task.objects.exists()


def test_a_death_in_a_report_stops_the_call_and_taken_back_brings_it(lab: Source) -> None:
    send(lab, order(somebody(20), died=True))
    file_all()
    task = Task.objects.get()
    assert (task.state, task.stopped_by) == ("stopped", "death")
    take_back_death(person=Person.objects.get().pk, by=Actor("staff", uuid7()), at=NOW)
    seal(at=NOW)
    follow_deaths(NOW)
    assert Task.objects.get().state == "open"


def test_a_positive_without_rules_beside_one_with_rules_is_heard_of(lab: Source) -> None:
    both = order(somebody(22))
    hiv = Finding(*HIV, "11214006", "Reactive")
    send(lab, replace(both, findings=(*both.findings, hiv)))
    file_all()
    report = Report.objects.get()
    assert (report.state, report.sensitive, report.problems) == ("filed", True, ["no_rule_set"])
    assert report.causes == ["rule_set:hiv"] and Case.objects.get().disease == "covid19"


def test_another_positive_opens_again_what_was_taken_for_no_case(lab: Source) -> None:
    who = somebody(23)
    send(lab, order(who, accession="A1", sent=NOW - timedelta(hours=3)))
    send(lab, order(who, accession="A1", sent=NOW - timedelta(hours=2), status="W"))
    file_all()
    answer_proposal(proposal=Proposal.objects.get(), accept=True, by=BY, at=NOW)
    assert Case.objects.get().closure is not None
    send(lab, order(who, on=date(2021, 1, 14), sent=NOW - timedelta(hours=1)))
    file_all()
    case = Case.objects.select_related("task").get()
    assert case.closure is None and case.task is not None and case.task.state == "open"


def test_what_a_human_refused_is_not_asked_again(lab: Source) -> None:
    who = somebody(24)
    send(lab, order(who, accession="A1", sent=NOW - timedelta(hours=3)))
    file_all()
    send(lab, order(who, accession="A1", sent=NOW - timedelta(hours=2), status="W"))
    file_all()
    answer_proposal(proposal=Proposal.objects.get(), accept=False, by=BY, at=NOW)
    send(lab, order(who, accession="A1", sent=NOW - timedelta(hours=1), status="W"))
    file_all()
    case = Case.objects.select_related("task").get()
    assert not case.needs_review and case.task is not None and case.task.state == "open"
    assert Proposal.objects.filter(answer="").count() == 0


def test_a_corrected_date_that_joins_two_episodes_puts_the_empty_one_before_a_human(lab: Source) -> None:
    who = somebody(25)
    send(lab, order(who, on=date(2020, 9, 1)), order(who, on=date(2021, 1, 10), accession="A2", sent=NOW - timedelta(hours=3)))
    file_all()
    assert Case.objects.count() == 2
    send(lab, order(who, on=date(2020, 9, 10), accession="A2", sent=NOW - timedelta(hours=2), status="C"))
    file_all()
    assert Case.objects.get(needs_review=True).closure is None and not Task.objects.filter(state="open").exists()


def test_influenza_beside_covid_is_not_filed_as_covid(lab: Source) -> None:
    send(lab, order(somebody(21), test=FLU_A))
    file_all()
    assert Report.objects.get().problems == ["no_rule_set"] and snapshot()["cases"] == []


def test_an_isolation_until_well_ends_when_somebody_says_since_when(lab: Source) -> None:
    then = datetime(2025, 1, 15, 15, 0, tzinfo=UTC)
    ill = order(somebody(26), on=date(2025, 1, 14), answers=(symptomatic(True), onset(datetime(2025, 1, 13, tzinfo=UTC))))
    send(lab, ill, at=then)
    file_all(then)
    case = Case.objects.select_related("isolation").get()
    assert case.isolation is not None and case.isolation.ends_on is None
    with pytest.raises(IsolationLasts):
        close_case(case=case, reason="completed", by=BY, at=then)
    later = then + timedelta(days=5)
    close_case(case=case, reason="completed", well_on=date(2025, 1, 18), by=BY, at=later)
    closed = Case.objects.select_related("isolation", "closure").get()
    assert closed.closure is not None and closed.isolation is not None and closed.isolation.ends_on == date(2025, 1, 18)
