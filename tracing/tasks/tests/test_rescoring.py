"""Facts change, and with them who is called next."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tracing.diseases.rules import PriorityFacts
from tracing.journal.actions import UNCHANGED
from tracing.journal.models import Entry
from tracing.people.models import Person
from tracing.tasks import scoring
from tracing.tasks.actions import NewTask, Restated, add, record_attempt, restate, take
from tracing.tasks.jobs import _answer_language
from tracing.tasks.models import Task
from tracing.tasks.queries import hold_keys
from tracing.tasks.rules import AGREED_PRIORITY
from tracing.tasks.tests.made import FILING, NOON, call, department, fresh, person, staff, tracer

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
FACTS = PriorityFacts(decision_on=TODAY, of="contact", last_exposure_on=date(2026, 11, 16), first_exposure_on=date(2026, 11, 15), age=30)


def of_contact(facts: PriorityFacts = FACTS, *, language: str = "", skill: str = "") -> Task:
    who = person("Contact", "+18605550142")
    scored = scoring.score("covid19", scoring.kept(facts), attempts=0, on=TODAY)
    assert scored is not None
    new = NewTask(
        kind="contact_call", unit_id=department("bethel").pk, person_id=who.pk, disease="covid19", facts=scoring.kept(facts), not_before=NOON,
        priority=scored.score, rule=scored.rule_id, hold_keys=hold_keys([who.pk])[who.pk],
        language=language, skill=skill,
    )  # fmt: skip
    return add(tasks=[new], by=FILING, at=NOON)[0]


def test_what_is_kept_of_the_facts_gives_the_same_score() -> None:
    kept = scoring.kept(FACTS)
    assert kept == {"of": "contact", "last_exposure_on": "2026-11-16", "first_exposure_on": "2026-11-15", "age": 30}
    assert scoring.score("covid19", kept, attempts=0, on=TODAY) == scoring.score("covid19", kept, attempts=0, on=TODAY, of="contact")


def test_an_infant_is_kept_as_one() -> None:
    assert scoring.kept(replace(FACTS, age=0))["age"] == 0


def test_symptoms_make_a_contact_urgent() -> None:
    task = of_contact()
    restate(said=[Restated(task.pk, scoring.kept(replace(FACTS, symptomatic=True)))], by=FILING, at=NOON)
    after = fresh(task)
    assert after.priority == task.priority + 200
    assert ["symptomatic", 200, 1] in after.reasons


def test_a_language_is_kept_and_english_is_none() -> None:
    task = of_contact(language="es", skill="children")
    assert (task.language, task.skill) == ("es", "children")
    restate(said=[Restated(task.pk, language="en")], by=FILING, at=NOON)
    assert fresh(task).language == ""


def test_an_agreed_hour_keeps_its_place_and_nothing_new_is_nothing() -> None:
    task = call(person("Agreed", "+18605550143"), department("danbury"))
    asker = tracer("dana", task.unit)
    take(task=task, viewer=asker, by=staff(asker), at=NOON)
    record_attempt(task=task, outcome="partial", again_at=NOON.replace(hour=20), by=staff(asker), at=NOON)
    restate(said=[Restated(task.pk, {"age": 90})], by=FILING, at=NOON)
    assert fresh(task).priority == AGREED_PRIORITY
    assert restate(said=[Restated(task.pk, {"age": 90})], by=FILING, at=NOON) is UNCHANGED


def test_a_call_to_a_contact_stays_one_when_an_hour_is_agreed() -> None:
    task = of_contact()
    asker = tracer("dana", task.unit)
    take(task=task, viewer=asker, by=staff(asker), at=NOON)
    record_attempt(task=task, outcome="partial", again_at=NOON.replace(hour=20), by=staff(asker), at=NOON)
    assert fresh(task).kind == "contact_call"


def test_the_language_is_the_persons_and_follows_them() -> None:
    who = person("Rivera", "+18605550144")
    Person.objects.filter(pk=who.pk).update(language="es")
    task = call(who, department("bethel"))
    assert task.language == "es"
    Person.objects.filter(pk=who.pk).update(language="pt")
    _answer_language(Entry(person_id=who.pk), NOON)
    assert fresh(task).language == "pt"
    Person.objects.filter(pk=who.pk).update(language="en")
    _answer_language(Entry(person_id=who.pk), NOON)
    assert fresh(task).language == ""
