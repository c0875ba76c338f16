"""What follows for contacts when something has changed: their own illness, the case they were exposed to, what they tell, a death."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tracing.base.ids import uuid7
from tracing.cases.actions import Answers, close_case, record_interview, reopen_case
from tracing.cases.models import Case
from tracing.contacts.actions import name_contacts
from tracing.contacts.following import concerned, settle_contacts
from tracing.contacts.models import Circumstances, Exposure, Naming, Quarantine
from tracing.contacts.naming import ChangedMeanwhile, Met, OfThemselves, change_naming, keep_told, take_back_naming
from tracing.contacts.quarantining import complete_quarantines
from tracing.contacts.tests.test_actions import BY, NOON, STAFF, TODAY, becomes_case, facts, named, person_of
from tracing.journal.actions import Unchanged
from tracing.people.death import record_death
from tracing.people.models import Person
from tracing.tasks.models import Task

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def case() -> Case:
    return becomes_case(person_of(facts("Vera", phones=("+12035550101",))))


def in_force(given: str) -> Quarantine | None:
    return Quarantine.objects.filter(person__given=given, settled="").first()


def call_of(given: str) -> Task:
    return Task.objects.get(person__given=given, kind="contact_call")


def follow(case: Case, hours: int = 1) -> None:
    settle_contacts(people=concerned(case.person_id), by=BY, at=NOON + hours * HOUR)


def of(days: int) -> date:
    return TODAY - timedelta(days=days)


def test_a_contact_is_called_once_for_all_exposures(case: Case) -> None:
    other = becomes_case(person_of(facts("Bruno")))
    name_contacts(case=case, named=[named("Saul", days_ago=5, phones=("+12035550109",))], by=STAFF, at=NOON)
    first = call_of("Saul")
    assert (first.state, first.unit_id, first.facts["of"]) == ("open", case.follow_unit_id, "contact") and first.priority > 0 and not first.no_phone
    name_contacts(case=other, named=[named("Saul", kind="work", days_ago=1)], by=STAFF, at=NOON + HOUR)
    again = call_of("Saul")
    assert again.facts["sources"] == 2 and again.priority > first.priority
    row = in_force("Saul")
    assert row is not None and (row.starts_on, row.ends_on) == (of(5), of(1) + timedelta(days=14))
    assert list(Quarantine.objects.filter(person=row.person).order_by("at").values_list("settled", flat=True)) == ["replaced", ""]


def test_one_in_force_is_kept_by_the_database(case: Case) -> None:
    name_contacts(case=case, named=[named("Saul")], by=STAFF, at=NOON)
    row = in_force("Saul")
    assert row is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        Quarantine.objects.create(
            id=uuid7(), person=row.person, disease="covid19", exposure=row.exposure, starts_on=of(1), ends_on=of(0), rule="x", at=NOON
        )


def test_nothing_new_changes_nothing(case: Case) -> None:
    name_contacts(case=case, named=[named("Saul"), named("Nina", kind="work")], by=STAFF, at=NOON)
    assert isinstance(settle_contacts(people=concerned(case.person_id), by=BY, at=NOON + 30 * HOUR), Unchanged)


def test_a_household_that_cannot_keep_apart_moves_with_the_case(case: Case) -> None:
    name_contacts(case=case, named=[named("Saul", days_ago=1)], by=STAFF, at=NOON)
    line = Naming.objects.get()
    change_naming(naming=line, met=Met("household", None, of(1), continues=True), revision=0, by=STAFF, at=NOON + HOUR)
    before = in_force("Saul")
    assert before is not None and before.ends_on is not None and before.ends_on > of(1) + timedelta(days=14)
    assert "exposure_continues" in before.reasons
    record_interview(case=case, answers=Answers(symptomatic=True, onset_on=of(0)), by=STAFF, at=NOON + 2 * HOUR)
    follow(case, 3)
    after = in_force("Saul")
    assert after is not None and after.ends_on is not None and after.ends_on > before.ends_on, "the case fell ill later: it infects longer"


def test_a_case_that_was_none_frees_its_contacts_and_binds_them_again(case: Case) -> None:
    name_contacts(case=case, named=[named("Saul")], by=STAFF, at=NOON)
    before = in_force("Saul")
    close_case(case=case, reason="not_a_case", by=STAFF, at=NOON + HOUR)
    follow(case)
    assert in_force("Saul") is None and call_of("Saul").stopped_by == "not_exposed"
    case.refresh_from_db()
    reopen_case(case=case, by=STAFF, at=NOON + 2 * HOUR)
    follow(case, 3)
    assert in_force("Saul") == before and call_of("Saul").state == "open"


def test_a_contact_becomes_a_case_and_back(case: Case) -> None:
    name_contacts(case=case, named=[named("Saul")], by=STAFF, at=NOON)
    saul = Person.objects.get(given="Saul")
    before = in_force("Saul")
    own = becomes_case(saul)
    assert in_force("Saul") is None and call_of("Saul").stopped_by == "became_case"
    close_case(case=own, reason="not_a_case", by=STAFF, at=NOON + HOUR)
    follow(own)
    assert in_force("Saul") == before and call_of("Saul").state == "open"


def test_named_while_a_case_themselves(case: Case) -> None:
    """Linked, and not a word: no quarantine, no call beside the one of their own case."""
    bruno = person_of(facts("Bruno"))
    becomes_case(bruno)
    name_contacts(case=case, named=[named("Bruno")], by=STAFF, at=NOON)
    assert Exposure.objects.get().contact == bruno and not Quarantine.objects.exists()
    assert not Task.objects.filter(kind="contact_call").exists()
    assert str(Naming.objects.get()) == "Bruno Otero"


def test_named_after_their_death(case: Case) -> None:
    saul = person_of(facts("Saul"))
    record_death(person=saul.pk, source="staff", by=STAFF, at=NOON - HOUR)
    name_contacts(case=case, named=[named("Saul")], by=STAFF, at=NOON)
    assert Exposure.objects.count() == Naming.objects.count() == 1
    assert not Quarantine.objects.exists() and not Task.objects.filter(kind="contact_call").exists()


def test_the_line_keeps_the_words_of_the_case(case: Case) -> None:
    """Whoever was known by another name is listed by the one the case said: the list tells nothing of whether they were known."""
    person_of(facts("Saul", middle="Known", phones=("+12035550109",)))
    name_contacts(case=case, named=[named("SAUL", phones=("+12035550109",))], by=STAFF, at=NOON)
    line = Naming.objects.get()
    assert (line.given, line.family, line.phone, line.person_id) == ("SAUL", "Otero", "+12035550109", case.person_id)


def test_too_far_does_not_count_and_is_kept(case: Case) -> None:
    far = named("Nina", kind="work")
    name_contacts(case=case, named=[type(far)(far.facts, "work", far.last_on, feet=20, minutes=60)], by=STAFF, at=NOON)
    row = Exposure.objects.get()
    assert (row.close, row.close_rule) == (False, "covid19/CON-2020-10")
    assert not Quarantine.objects.exists() and not Task.objects.filter(kind="contact_call").exists()
    change_naming(naming=Naming.objects.get(), met=Met("work", None, row.last_on, feet=3, minutes=60), revision=0, by=STAFF, at=NOON + HOUR)
    assert in_force("Nina") is not None and call_of("Nina").state == "open"


def test_taken_back(case: Case) -> None:
    name_contacts(case=case, named=[named("Saul")], by=STAFF, at=NOON)
    take_back_naming(naming=Naming.objects.get(), by=STAFF, at=NOON + HOUR)
    assert in_force("Saul") is None and call_of("Saul").stopped_by == "not_exposed"
    made = name_contacts(case=case, named=[named("Saul")], by=STAFF, at=NOON + 2 * HOUR)
    assert not isinstance(made, Unchanged) and len(made) == 1, "and named again"


def test_two_who_change_one_line(case: Case) -> None:
    name_contacts(case=case, named=[named("Saul")], by=STAFF, at=NOON)
    line = Naming.objects.get()
    change_naming(naming=line, met=Met("social", None, of(2)), revision=0, by=STAFF, at=NOON + HOUR)
    with pytest.raises(ChangedMeanwhile):
        change_naming(naming=line, met=Met("work", None, of(2)), revision=0, by=STAFF, at=NOON + HOUR)


TOLD: list[tuple[str, dict[str, Any], str, int | None]] = [
    ("nothing", {"symptomatic": False}, "full", 14),
    ("ten days", {"option": "ten_day"}, "ten_day", 10),
    ("a test that came too early", {"option": "seven_day_test", "negative_on": TODAY}, "full", 14),
    ("a test of the fifth day", {"option": "seven_day_test", "negative_on": TODAY + timedelta(days=2)}, "seven_day_test", 7),
]


@pytest.mark.parametrize(("said", "option", "days"), [row[1:] for row in TOLD], ids=[row[0] for row in TOLD])
def test_what_they_tell_moves_their_dates(case: Case, said: dict[str, Any], option: str, days: int) -> None:
    name_contacts(case=case, named=[named("Saul", days_ago=3)], by=STAFF, at=NOON)
    saul = Person.objects.get(given="Saul")
    keep_told(person=saul, disease="covid19", said=OfThemselves(**said), by=STAFF, at=NOON + HOUR)
    row = in_force("Saul")
    assert row is not None and (row.option, row.ends_on) == (option, of(3) + timedelta(days=days))
    assert isinstance(keep_told(person=saul, disease="covid19", said=OfThemselves(**said), by=STAFF, at=NOON + 2 * HOUR), Unchanged)
    assert Circumstances.objects.count() == 1


def test_symptoms_make_their_call_more_urgent(case: Case) -> None:
    name_contacts(case=case, named=[named("Saul", days_ago=3)], by=STAFF, at=NOON)
    before = call_of("Saul").priority
    keep_told(person=Person.objects.get(given="Saul"), disease="covid19", said=OfThemselves(symptomatic=True), by=STAFF, at=NOON + HOUR)
    assert call_of("Saul").priority > before


def test_its_last_day_over_it_is_completed_and_stays_so(case: Case) -> None:
    name_contacts(case=case, named=[named("Saul", days_ago=3)], by=STAFF, at=NOON)
    row = in_force("Saul")
    assert row is not None and row.ends_on is not None
    late = NOON + (row.ends_on - TODAY + timedelta(days=1)) / timedelta(hours=1) * HOUR
    assert isinstance(complete_quarantines(by=BY, at=late - timedelta(days=1)), Unchanged)
    assert complete_quarantines(by=BY, at=late) == 1
    follow(case)
    row.refresh_from_db()
    assert row.settled == "completed" and in_force("Saul") is None
