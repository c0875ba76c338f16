"""Whom to call first, and why. Mostly comparisons: who comes before whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracing.diseases.rules import PriorityFacts, first_call_due, priority, provisional_after_hours, reach_due
from tracing.diseases.ruleset import rule_set

COVID = rule_set("covid19")
MEASLES = rule_set("measles")
TODAY = date(2020, 12, 10)


def person(specimen: int = 1, on: date = TODAY, **facts: Any) -> PriorityFacts:
    return PriorityFacts(decision_on=on, specimen_on=on - timedelta(days=specimen), **facts)


# each group: from the most to the least urgent
ORDERS = {
    "newest specimens first": [person(1), person(5), person(10), person(20)],
    "the newer of onset and specimen counts": [person(9, onset_on=TODAY - timedelta(days=2)), person(9)],
    "age": [person(age=85), person(age=70), person(age=30)],
    "settings": [person(setting_kind="shelter"), person(setting_kind="school"), person()],
    "symptoms": [person(symptomatic=True), person()],
    "households": [person(household_size=5), person(household_size=2), person(household_size=1)],
    "risk": [person(high_risk=True), person()],
    "outbreak": [person(outbreak=True), person()],
    "nobody waits for those already tried": [person(), person(attempts=1), person(attempts=3)],
    "isolation already over": [
        person(isolation_ends_on=TODAY + timedelta(days=7)),
        person(isolation_ends_on=TODAY + timedelta(days=2)),
        person(isolation_ends_on=TODAY - timedelta(days=1)),
    ],
    "suspects after cases": [person(classification="confirmed"), person(classification="suspect")],
    "in a surge six days go before sixty-five years": [person(6), person(7, age=70)],
}


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS.keys())
def test_order(order: list[PriorityFacts]) -> None:
    scores = [priority(COVID, facts).score for facts in order]
    assert all(more > less for more, less in pairwise(scores)), scores


def exposed(last: int = 1, first: int | None = None, on: date = TODAY, **facts: Any) -> PriorityFacts:
    """A contact, last exposed so many days ago."""
    first_on = on - timedelta(days=last if first is None else first)
    return PriorityFacts(decision_on=on, of="contact", last_exposure_on=on - timedelta(days=last), first_exposure_on=first_on, **facts)


LATER = date(2026, 11, 23)
# each group: from the most to the least urgent
CONTACTS = {
    "who is exposed still, then the newest": [exposed(0, continues=True), exposed(1), exposed(5), exposed(9), exposed(12)],
    "symptoms before everything but a shelter": [exposed(symptomatic=True), exposed(symptomatic=True, attempts=1), exposed(age=85), exposed()],
    "settings": [exposed(setting_kind="nursing_home"), exposed(setting_kind="school"), exposed()],
    "risk": [exposed(high_risk=True), exposed()],
    "several cases": [exposed(sources=2), exposed(sources=1)],
    "quarantine over": [exposed(12, quarantine_ends_on=TODAY + timedelta(days=1)), exposed(12, quarantine_ends_on=TODAY)],
    "since 2022 settings before age": [
        exposed(3, on=LATER, setting_kind="prison"), exposed(3, on=LATER, age=85), exposed(3, on=LATER, setting_kind="school"),
        exposed(3, on=LATER),
    ],
}  # fmt: skip
PROPHYLAXIS = {
    "a vaccine helps for three days, immunoglobulin for six": [exposed(1), exposed(1, first=5), exposed(1, first=7)],
    "the unprotected first": [exposed(susceptible=True, pregnant=True), exposed(susceptible=True), exposed()],
    "the smallest": [exposed(age=0), exposed(age=1)],
    "not known when: as if too late": [exposed(2), PriorityFacts(decision_on=TODAY, of="contact")],
}


@pytest.mark.parametrize(
    ("disease", "order"),
    [("covid19", order) for order in CONTACTS.values()] + [("measles", order) for order in PROPHYLAXIS.values()],
    ids=[*CONTACTS, *PROPHYLAXIS],
)
def test_order_of_contacts(disease: str, order: list[PriorityFacts]) -> None:
    scores = [priority(rule_set(disease), facts).score for facts in order]
    assert all(more > less for more, less in pairwise(scores)), scores


def test_a_contact_with_symptoms_goes_before_a_case_that_is_a_week_old() -> None:
    assert priority(COVID, exposed(3, symptomatic=True)).score > priority(COVID, person(7)).score


@pytest.mark.parametrize(
    ("on", "rule"), [("2020-03-01", "PRI-C-2020-05"), ("2022-02-27", "PRI-C-2020-05"), ("2022-02-28", "PRI-C-2022-02")]
)
def test_which_rule_of_contacts(on: str, rule: str) -> None:
    assert priority(COVID, exposed(on=date.fromisoformat(on))).rule_id == rule


@pytest.mark.parametrize(
    ("on", "rule"),
    [
        ("2020-03-01", "PRI-2020-05"),
        ("2020-11-21", "PRI-2020-05"),
        ("2020-11-22", "PRI-2020-11"),
        ("2022-02-27", "PRI-2020-11"),
        ("2022-02-28", "PRI-2022-02"),
        ("2026-11-22", "PRI-2022-02"),
    ],
)
def test_which_rule(on: str, rule: str) -> None:
    assert priority(COVID, person(on=date.fromisoformat(on))).rule_id == rule


def test_reasons_add_up_and_carry_their_value() -> None:
    found = priority(COVID, person(3, age=71, household_size=4, attempts=2))
    assert [(reason.code, reason.points, reason.value) for reason in found.reasons] == [
        ("recent", 290, 3),
        ("age_65", 70, 71),
        ("attempts", -60, 2),
        ("household", 40, 4),
    ]
    assert found.score == 100 + 290 + 70 - 60 + 40


def test_what_is_not_known_neither_adds_nor_takes() -> None:
    assert priority(COVID, PriorityFacts(decision_on=TODAY)).reasons == ()


@pytest.mark.parametrize("on", [date(2020, 6, 1), TODAY, date(2026, 11, 22)])
def test_measles_goes_before_everything(on: date) -> None:
    most = person(
        0, on, age=90, setting_kind="shelter", symptomatic=True, household_size=8, high_risk=True, outbreak=True, hospitalised=True
    )
    least = person(40, on, attempts=9)
    assert priority(MEASLES, least).score > priority(COVID, most).score
    assert "category_one" in [reason.code for reason in priority(MEASLES, least).reasons]


@given(
    facts=st.builds(
        PriorityFacts,
        decision_on=st.dates(date(2020, 1, 1), date(2027, 1, 1)),
        specimen_on=st.none() | st.dates(date(2019, 1, 1), date(2028, 1, 1)),
        onset_on=st.none() | st.dates(date(2019, 1, 1), date(2028, 1, 1)),
        age=st.none() | st.integers(0, 130),
        household_size=st.none() | st.integers(0, 200),
        attempts=st.integers(0, 50),
        symptomatic=st.booleans(),
        high_risk=st.booleans(),
        setting_kind=st.sampled_from(["", "prison", "school", "somewhere"]),
        isolation_ends_on=st.none() | st.dates(date(2019, 1, 1), date(2028, 1, 1)),
        classification=st.sampled_from(["", "suspect", "confirmed"]),
        of=st.sampled_from(["case", "contact"]),
        first_exposure_on=st.none() | st.dates(date(2019, 1, 1), date(2028, 1, 1)),
        quarantine_ends_on=st.none() | st.dates(date(2019, 1, 1), date(2028, 1, 1)),
        continues=st.booleans(),
    ),
    disease=st.sampled_from(["covid19", "measles"]),
)
def test_the_score_lies_between_0_and_1000_and_another_attempt_never_raises_it(facts: PriorityFacts, disease: str) -> None:
    found = priority(rule_set(disease), facts)
    assert 0 <= found.score <= 1000
    assert priority(rule_set(disease), replace(facts, attempts=facts.attempts + 1)).score <= found.score


def test_how_fast() -> None:
    noon = datetime(2021, 1, 5, 12, tzinfo=UTC)
    assert first_call_due(COVID, noon) == noon + timedelta(hours=24)
    assert reach_due(COVID, noon) == noon + timedelta(hours=48)
    assert first_call_due(MEASLES, noon) == noon + timedelta(hours=4)
    assert provisional_after_hours(COVID, noon.date()) == 2
    assert provisional_after_hours(COVID, date(2026, 11, 22)) == 2
    assert provisional_after_hours(MEASLES, noon.date()) == 1
