"""Contacts named, quarantined, and isolated when they become cases themselves."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tracing.base.ids import uuid7
from tracing.cases.actions import Answers, close_case
from tracing.cases.models import Case
from tracing.cases.news import CaseNews
from tracing.contacts.actions import CaseIsClosed, Named, name_contacts, record_cases, settle_quarantine
from tracing.contacts.interview import record_call
from tracing.contacts.models import Exposure, Quarantine
from tracing.diseases.rules import Positive
from tracing.journal.actions import Unchanged
from tracing.journal.actor import Actor, job
from tracing.journal.models import Entry
from tracing.jurisdictions.models import Unit
from tracing.people.actions import Wanted, match_or_add
from tracing.people.facts import PersonFacts
from tracing.people.models import Match, Person, Standing
from tracing.people.rules import FEED
from tracing.tasks.models import Task

pytestmark = pytest.mark.django_db

NOON = datetime(2021, 1, 15, 17, tzinfo=UTC)
TODAY = date(2021, 1, 15)
BY: Actor = job("test")
STAFF = Actor("staff", uuid7())


def facts(given: str, **more: Any) -> PersonFacts:
    return PersonFacts(**{"family": "Otero", "given": given, "birth_on": date(1990, 2, 3), **more})


def named(given: str, *, kind: str = "household", days_ago: int | None = 3, **more: Any) -> Named:
    return Named(facts(given, **more), kind, None if days_ago is None else TODAY - timedelta(days=days_ago))


def person_of(someone: PersonFacts) -> Person:
    unit, _ = Unit.objects.get_or_create(
        code="ct", defaults={"name": "Connecticut", "kind": "state", "time_zone": "America/New_York"}
    )
    wanted = Wanted(report=uuid7(), facts=someone, as_of=NOON, unit=unit.pk, possible_until=NOON)
    found = match_or_add(wanted=[wanted], rank=FEED, source="feed", by=BY, at=NOON)[0]
    assert found.person is not None
    return Person.objects.get(pk=found.person)


def becomes_case(person: Person, *, disease: str = "covid19", on: date = TODAY - timedelta(days=1)) -> Case:
    unit = Unit.objects.get(code="ct")
    news = CaseNews(
        person=person.pk, disease=disease, sort_key=person.sort_key, birth_on=person.birth_on, birth_year=None,
        results=(Positive(f"{person.pk}-{disease}", on, "molecular"),), unit=unit.pk, unit_known=True, follow_unit=unit.pk, town=None,
        received_at=NOON,
    )  # fmt: skip
    record_cases(news=[news], by=BY, at=NOON)
    return Case.objects.select_related("follow_unit").get(person=person, disease=disease)


@pytest.fixture
def case() -> Case:
    return becomes_case(person_of(facts("Vera", phones=("+12035550101",))))


def contacts_of(case: Case) -> set[str]:
    return set(Exposure.objects.filter(source=case).values_list("contact__given", flat=True))


def test_contacts_are_added_and_stay_at_home(case: Case) -> None:
    made = name_contacts(case=case, named=[named("Saul"), named("Nina", kind="work", days_ago=5)], by=STAFF, at=NOON)
    assert not isinstance(made, Unchanged) and contacts_of(case) == {"Saul", "Nina"}
    row = Quarantine.objects.get(person__given="Nina")
    last = TODAY - timedelta(days=5)
    assert row.starts_on >= last and row.ends_on is not None and row.ends_on - last in {timedelta(days=n) for n in (7, 10, 14)}
    assert row.rule.startswith("covid19/") and row.settled == "" and row.exposure.kind == "work"
    assert set(Standing.objects.filter(why="exposed").values_list("unit_id", "person__given")) == {
        (case.follow_unit_id, "Saul"), (case.follow_unit_id, "Nina"),
    }  # fmt: skip
    assert Entry.objects.filter(verb="contact.named").count() == Entry.objects.filter(verb="quarantine.set").count() == 2


def test_quarantine_runs_from_the_last_day_together(case: Case) -> None:
    name_contacts(case=case, named=[named("Saul", days_ago=1), named("Nina", days_ago=4)], by=STAFF, at=NOON)
    saul, nina = Quarantine.objects.order_by("person__given").values_list("ends_on", flat=True)[::-1]
    assert saul is not None and nina is not None and saul - nina == timedelta(days=3)


def test_without_a_day_there_is_an_exposure_and_no_quarantine(case: Case) -> None:
    name_contacts(case=case, named=[named("Saul", days_ago=None)], by=STAFF, at=NOON)
    assert contacts_of(case) == {"Saul"} and not Quarantine.objects.exists()


def test_named_twice_is_named_once(case: Case) -> None:
    name_contacts(case=case, named=[named("Saul"), named("Saul", kind="work")], by=STAFF, at=NOON)
    assert isinstance(name_contacts(case=case, named=[named("Saul")], by=STAFF, at=NOON + timedelta(hours=1)), Unchanged)
    assert Person.objects.filter(given="Saul").count() == 1
    assert sorted(Exposure.objects.values_list("kind", flat=True)) == ["household", "work"], "two ways of meeting are two exposures"
    assert Quarantine.objects.count() == 1, "and one quarantine"


def test_the_same_contact_of_two_cases_is_one_person(case: Case) -> None:
    other = becomes_case(person_of(facts("Bruno")))
    for one in (case, other):
        name_contacts(case=one, named=[named("Saul")], by=STAFF, at=NOON)
    assert Person.objects.filter(given="Saul").count() == 1 and Exposure.objects.count() == 2


def test_nobody_is_a_contact_of_themselves(case: Case) -> None:
    assert isinstance(name_contacts(case=case, named=[named("Vera")], by=STAFF, at=NOON), Unchanged)
    assert isinstance(name_contacts(case=case, named=[], by=STAFF, at=NOON), Unchanged)
    assert not Exposure.objects.exists()


def test_somebody_known_is_found(case: Case) -> None:
    known = person_of(facts("Saul"))
    name_contacts(case=case, named=[named("Saul")], by=STAFF, at=NOON)
    assert Exposure.objects.get().contact == known


def test_a_possible_match_does_not_hold_the_naming_up(case: Case) -> None:
    """A name and a number without a birth date: added, and a human joins the two later."""
    known = person_of(facts("Saul", phones=("+12035550109",)))
    name_contacts(case=case, named=[named("Saul", birth_on=None, phones=("+12035550109",))], by=STAFF, at=NOON)
    contact = Exposure.objects.select_related("contact").get().contact
    assert contact != known and contact.provisional
    match = Match.objects.get(person=contact)
    assert match.outcome == "provisional" and match.candidates[0]["person"] == str(known.pk)
    assert Standing.objects.filter(person=contact, why="exposed").exists()


def test_a_name_alone_is_somebody_new(case: Case) -> None:
    person_of(facts("Saul"))
    name_contacts(case=case, named=[named("Saul", birth_on=None)], by=STAFF, at=NOON)
    assert Person.objects.filter(given="Saul").count() == 2


def test_what_a_case_says_of_a_contact_does_not_beat_what_they_said(case: Case) -> None:
    """Both count as said; the later word stands, and the contact's own was later."""
    from tracing.people.actions import record_said

    saul = person_of(facts("Saul"))
    record_said(person=saul, facts=facts("Saul", middle="Own"), by=STAFF, at=NOON + timedelta(hours=1))
    name_contacts(case=case, named=[named("Saul", middle="Named")], by=STAFF, at=NOON)
    saul.refresh_from_db()
    assert saul.middle == "Own"


def test_contacts_are_named_while_the_case_is_open(case: Case) -> None:
    close_case(case=case, reason="refused", by=STAFF, at=NOON)
    case.refresh_from_db()
    with pytest.raises(CaseIsClosed):
        name_contacts(case=case, named=[named("Saul")], by=STAFF, at=NOON)
    assert not Person.objects.filter(given="Saul").exists()


def test_a_case_that_was_closed_meanwhile_takes_no_contacts(case: Case) -> None:
    """The page was opened before somebody else closed the case."""
    close_case(case=case, reason="refused", by=STAFF, at=NOON)
    assert case.closure_id is None, "what the page knows"
    with pytest.raises(CaseIsClosed):
        name_contacts(case=case, named=[named("Saul")], by=STAFF, at=NOON)


def test_a_contact_who_becomes_a_case_isolates_instead(case: Case) -> None:
    name_contacts(case=case, named=[named("Saul"), named("Nina")], by=STAFF, at=NOON)
    saul = Person.objects.get(given="Saul")
    own = becomes_case(saul)
    settled = Quarantine.objects.get(person=saul)
    assert (settled.settled, settled.settled_at) == ("became_case", NOON)
    assert Quarantine.objects.get(person__given="Nina").settled == ""
    assert own.isolation_id is not None and Task.objects.filter(person=saul, kind="first_call").exists()
    entry = Entry.objects.get(verb="quarantine.settled")
    assert (entry.person_id, entry.subject_id, entry.codes) == (saul.pk, settled.pk, {"why": "became_case"})
    assert isinstance(settle_quarantine(ill={(saul.pk, "covid19"): NOON.date()}, by=BY, at=NOON), Unchanged)


def test_a_case_of_another_disease_settles_nothing(case: Case) -> None:
    name_contacts(case=case, named=[named("Saul")], by=STAFF, at=NOON)
    becomes_case(Person.objects.get(given="Saul"), disease="measles")
    assert Quarantine.objects.get().settled == ""


def test_a_hundred_contacts_in_a_few_statements(case: Case, django_assert_max_num_queries: Any) -> None:
    """A church, a class: naming them takes as many statements as naming one."""
    many = [named(f"Guest{n:03}", birth_on=date(1950, 1, 1) + timedelta(days=n)) for n in range(100)]
    with django_assert_max_num_queries(74):
        made = name_contacts(case=case, named=many, by=STAFF, at=NOON)
    assert not isinstance(made, Unchanged) and len(made) == 100


def test_somebody_named_again_without_a_birth_date_is_not_somebody_else(case: Case) -> None:
    """A name and a number, as most contacts are named: in the second interview they are named again."""
    saul = named("Saul", birth_on=None, phones=("+12035550109",))
    name_contacts(case=case, named=[saul], by=STAFF, at=NOON)
    again = name_contacts(case=case, named=[saul, named("Saul", phones=("+12035550109",)), named("Nina")], by=STAFF, at=NOON)
    assert not isinstance(again, Unchanged) and [e.contact.given for e in again] == ["Nina"]
    assert Person.objects.get(given="Saul").birth_on == date(1990, 2, 3), "and what is new about them is kept"
    assert not Match.objects.filter(outcome="possible").exists()


def test_a_father_and_a_son_of_one_name_and_number_are_two_contacts(case: Case) -> None:
    """Their birth dates differ, and both are known."""
    number = ("+12035550109",)
    name_contacts(case=case, named=[named("Saul", phones=number)], by=STAFF, at=NOON)
    name_contacts(case=case, named=[named("Saul", phones=number, birth_on=date(2012, 5, 6))], by=STAFF, at=NOON)
    assert Exposure.objects.count() == Person.objects.filter(given="Saul").count() == 2


def test_people_are_locked_before_their_case(case: Case) -> None:
    """The filing locks people, then cases: whoever goes the other way round waits for it in a ring."""
    with CaptureQueriesContext(connection) as asked:
        record_call(
            task=None, case=case, answers=Answers(symptomatic=True), named=[named("Saul")], ended=None,
            said=facts("Vera", middle="Eva"), by=STAFF, at=NOON,
        )  # fmt: skip
    sql = [query["sql"] for query in asked.captured_queries]

    def first(*words: str) -> int:
        return next(number for number, text in enumerate(sql) if all(word in text for word in words))

    person, of_case = first('FROM "people_person"', "FOR NO KEY UPDATE"), first('FROM "cases_case"', "FOR NO KEY UPDATE")
    assert first("pg_advisory_xact_lock") < person < of_case
