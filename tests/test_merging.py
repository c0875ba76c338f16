"""Merging two people who are one, and taking it back: what became of cases, calls, messages, and everything else about them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.merging import asks, astray, case_of, differences, everything, meets, reported, worked_on_twice
from tests.world import BY, NOW, connecticut, file_all, order, send, somebody
from tracing.access.models import User
from tracing.access.viewer import Viewer
from tracing.base.ids import uuid7
from tracing.cases.actions import Answers
from tracing.cases.models import Case
from tracing.contacts.models import Exposure, Quarantine
from tracing.contacts.queries import named_by
from tracing.intake.merging import CannotMerge, CannotUndo, merge_people, undo_merge
from tracing.intake.models import LabResult, Source
from tracing.messaging.actions import NewMessage, queue
from tracing.messaging.models import Message
from tracing.people.actions import keep_apart, record_said
from tracing.people.death import is_dead, record_death
from tracing.people.facts import PersonFacts
from tracing.people.models import Person
from tracing.tasks.models import Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def source() -> Source:
    return connecticut()


def everywhere() -> Viewer:
    return Viewer(uuid7(), "Helen", {}, frozenset({"cases.detail", "people.see"}), None, ("state_epidemiologist",))


def test_one_illness_one_case_one_call_and_back(source: Source) -> None:
    one, other = reported(source, 1), reported(source, 2, on=date(2021, 1, 11))
    before = everything()
    merge = merge_people(keep=one, merge=other, why="", by=BY, at=NOW)
    first, second = Case.objects.order_by("opened_at", "pk")
    assert (first.person_id, second.person_id) == (one.pk, one.pk)
    assert second.merged_into_id == first.pk and second.closure is not None and second.closure.reason == "merged"
    assert first.closure is None and first.first_positive_on == date(2021, 1, 11)
    assert Task.objects.filter(state="open").count() == 1
    undo_merge(merge=merge, by=BY, at=NOW + timedelta(hours=1))
    assert differences(before, everything()) == []


def test_of_each_field_the_value_that_holds_and_what_each_said_alone_comes_back(source: Source) -> None:
    one, other = reported(source, 1), reported(source, 2)
    record_said(person=one, facts=PersonFacts(given="Robert", language="es"), by=BY, at=NOW)
    record_said(person=other, facts=PersonFacts(given="Bob"), by=BY, at=NOW + timedelta(hours=1))
    merge = merge_people(keep=one, merge=other, by=BY, at=NOW + timedelta(hours=2))
    both = Person.objects.get(pk=one.pk)
    assert (both.given, both.language) == ("Bob", "es"), "said later; said at all"
    assert Person.objects.get(pk=other.pk).given == "Bob" and Person.objects.get(pk=other.pk).language == other.language
    # A feed says less than the person did: shown or not, it is kept for whoever it is filed on.
    record_said(person=both, facts=PersonFacts(language="pt"), by=BY, at=NOW + timedelta(hours=3))
    undo_merge(merge=merge, by=BY, at=NOW + timedelta(hours=4))
    alone = Person.objects.get(pk=one.pk)
    assert (alone.given, alone.language, alone.own) == ("Robert", "pt", None)


def test_a_report_finds_them_by_any_of_their_names(source: Source) -> None:
    one, other = reported(source, 1), reported(source, 2)
    merge_people(keep=one, merge=other, by=BY, at=NOW)
    send(source, order(somebody(1), on=date(2021, 1, 9)), order(somebody(2), on=date(2021, 1, 9)))
    file_all()
    assert Person.objects.count() == 2 and set(LabResult.objects.values_list("person", flat=True)) == {one.pk}
    assert Case.objects.filter(closure=None).count() == 1


def test_nobody_is_a_contact_of_their_own_nor_stays_at_home_as_one_while_ill(source: Source) -> None:
    one = reported(source, 1)
    meets(one, PersonFacts(family="Quint", given="Bo", phones=("+12035550150",)))
    bo = Person.objects.get(given="Bo")
    merge = merge_people(keep=one, merge=bo, by=BY, at=NOW)
    assert Quarantine.objects.get().settled == "not_needed" and Exposure.objects.get().contact_id == one.pk
    assert not named_by(case_of(one), everywhere()).exists()
    undo_merge(merge=merge, by=BY, at=NOW)
    assert Quarantine.objects.get().settled == "" and Exposure.objects.get().contact_id == bo.pk
    two = reported(source, 2)
    merge = merge_people(keep=two, merge=bo, by=BY, at=NOW)
    assert Quarantine.objects.get().settled == "became_case"
    undo_merge(merge=merge, by=BY, at=NOW)
    assert Quarantine.objects.get().settled == ""


def test_what_stops_one_stops_both(source: Source) -> None:
    one, other = reported(source, 1), reported(source, 2)
    queue(messages=[NewMessage(one.pk, "covid19", "sms", "case_advice", NOW)], by=BY, at=NOW)
    record_death(person=other.pk, source="staff", by=BY, at=NOW)
    merge = merge_people(keep=one, merge=other, by=BY, at=NOW)
    assert is_dead(one.pk) and not Task.objects.filter(state="open").exists() and not Message.objects.filter(state="queued").exists()
    undo_merge(merge=merge, by=BY, at=NOW)
    assert not is_dead(one.pk) and is_dead(other.pk)
    assert Task.objects.get(state="open").person_id == one.pk and Message.objects.get(state="queued").person_id == one.pk


def test_work_done_while_they_were_one_goes_with_its_case(source: Source) -> None:
    one, other = reported(source, 1), reported(source, 2)
    merge = merge_people(keep=one, merge=other, by=BY, at=NOW)
    asks(one, Answers(symptomatic=True, onset_on=date(2021, 1, 10)), at=NOW)
    assert case_of(one).onset_on == date(2021, 1, 10)
    undo_merge(merge=merge, by=BY, at=NOW + timedelta(days=1))
    assert case_of(one).onset_on == date(2021, 1, 10) and case_of(other).onset_on is None
    assert case_of(other).closure is None and astray() == [] and worked_on_twice() == []


def test_an_interview_of_the_other_speaks_for_both_and_goes_with_it(source: Source) -> None:
    one, other = reported(source, 1), reported(source, 2)
    asks(other, Answers(symptomatic=True, onset_on=date(2021, 1, 10)), at=NOW)
    merge = merge_people(keep=one, merge=other, by=BY, at=NOW)
    assert case_of(one).onset_on == date(2021, 1, 10)
    undo_merge(merge=merge, by=BY, at=NOW)
    assert case_of(one).onset_on is None and case_of(other).onset_on == date(2021, 1, 10)


def test_an_illness_months_ago_is_another_case(source: Source) -> None:
    one, other = reported(source, 1), reported(source, 2, on=date(2020, 8, 1))
    merge = merge_people(keep=one, merge=other, by=BY, at=NOW)
    old, new = Case.objects.order_by("first_positive_on")
    assert old.merged_into is None and old.closure is not None and old.closure.reason == "new_episode" and new.closure is None
    assert {old.episode, new.episode} == {1, 2}
    undo_merge(merge=merge, by=BY, at=NOW)
    assert set(Case.objects.values_list("closure", "episode")) == {(None, 1)}


def test_in_the_middle_of_two_calls_nothing_is_merged(source: Source) -> None:
    one, other = reported(source, 1), reported(source, 2)
    for who, name in ((one, "Dana"), (other, "Ruth")):
        user = User.objects.create(email=f"{name}@example.org", name=name)
        Task.objects.filter(person=who).update(state="held", held_by=user, held_until=NOW + timedelta(minutes=20))
    with pytest.raises(CannotMerge) as refused:
        merge_people(keep=one, merge=other, by=BY, at=NOW)
    assert refused.value.code == "both_in_hand"
    Task.objects.filter(person=one).update(state="open", held_by=None, held_until=None)
    merge_people(keep=one, merge=other, by=BY, at=NOW)
    assert Task.objects.get(state="held").filed_on == other.pk, "the call that goes on is not taken from them"
    assert case_of(one).merged_into_id == case_of(other).pk


def test_refused(source: Source) -> None:
    one, other, third = (reported(source, seed) for seed in (1, 2, 3))
    with pytest.raises(CannotMerge, match="same_person"):
        merge_people(keep=one, merge=one, by=BY, at=NOW)
    keep_apart(one=one, other=other, by=BY, at=NOW)
    with pytest.raises(CannotMerge, match="told_apart"):
        merge_people(keep=one, merge=other, by=BY, at=NOW)
    merge = merge_people(keep=one, merge=other, why="one passport", by=BY, at=NOW)
    with pytest.raises(CannotMerge) as refused:
        merge_people(keep=third, merge=other, by=BY, at=NOW)
    assert (refused.value.code, refused.value.root) == ("merged_away", one.pk)
    undo_merge(merge=merge, by=BY, at=NOW)
    with pytest.raises(CannotUndo, match="undone"):
        undo_merge(merge=merge, by=BY, at=NOW)
    with pytest.raises(CannotMerge, match="told_apart"):
        merge_people(keep=one, merge=other, by=BY, at=NOW)


def test_a_merge_in_the_middle_of_others_is_undone(source: Source) -> None:
    """C was B, B was A: C is somebody else after all, and what was filed on C alone leaves A."""
    a, b, c = (reported(source, seed) for seed in (1, 2, 3))
    inner = merge_people(keep=b, merge=c, by=BY, at=NOW)
    outer = merge_people(keep=a, merge=b, by=BY, at=NOW)
    undo_merge(merge=inner, by=BY, at=NOW)
    assert Person.objects.get(pk=b.pk).merged_into_id == a.pk and Person.objects.get(pk=c.pk).merged_into_id is None
    assert set(LabResult.objects.filter(person=c).values_list("filed_on", flat=True)) == {c.pk}
    assert LabResult.objects.filter(person=a).count() == 2 and astray() == []
    undo_merge(merge=outer, by=BY, at=NOW)
    assert LabResult.objects.filter(person=b).count() == 1 and astray() == []
