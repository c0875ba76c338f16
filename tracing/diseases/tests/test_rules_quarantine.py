"""Quarantine options around every turning point, counted from the last exposure."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tracing.diseases.rules import ContactFacts, quarantine
from tracing.diseases.ruleset import rule_set

COVID = rule_set("covid19")
MEASLES = rule_set("measles")
EXPOSED = date(2021, 1, 10)


def day(text: str) -> date:
    return date.fromisoformat(text)


# decision · options (code, days at home or None, days of monitoring)
OPTIONS = [
    ("2020-02-01", [("full", 14, 14)]),  # before the first version
    ("2020-12-01", [("full", 14, 14)]),
    ("2020-12-02", [("full", 14, 14), ("ten_day", 10, 14), ("seven_day_test", 7, 14)]),
    ("2021-12-26", [("full", 14, 14), ("ten_day", 10, 14), ("seven_day_test", 7, 14)]),
    ("2021-12-27", [("five_day", 5, 10)]),
    ("2022-08-10", [("five_day", 5, 10)]),
    ("2022-08-11", [("none", None, 10)]),
    ("2024-02-29", [("none", None, 10)]),
    ("2024-03-01", [("none", None, None)]),
]


@pytest.mark.parametrize(("decision", "options"), OPTIONS)
def test_options_without_exemption(decision: str, options: list[tuple[str, int | None, int | None]]) -> None:
    exposed = day(decision) - timedelta(days=1)
    found = quarantine(COVID, decision_on=day(decision), last_exposure_on=exposed)
    assert [
        (
            option.code,
            (option.ends_on - exposed).days if option.ends_on else None,
            (option.monitor_until - exposed).days if option.monitor_until else None,
        )
        for option in found.options
    ] == options
    assert found.options[0].preferred
    assert found.exempt == (options[0][0] == "none")


def test_the_seven_days_need_a_specimen_of_day_5_or_later_and_never_end_earlier() -> None:
    found = quarantine(COVID, decision_on=date(2021, 1, 12), last_exposure_on=EXPOSED)
    seven = next(option for option in found.options if option.code == "seven_day_test")
    assert (seven.test_from, seven.test_required) == (date(2021, 1, 15), True)
    assert (seven.ends_on, seven.after_period_until) == (date(2021, 1, 17), date(2021, 1, 24))
    assert "test_negative" in seven.conditions


RECOVERED = ContactFacts(infected_on=EXPOSED - timedelta(days=90))
VACCINATED = ContactFacts(vaccinated_on=EXPOSED - timedelta(days=14), vaccine="mrna")


def shifted(facts: ContactFacts, exposed: date) -> ContactFacts:
    """The same facts, as many days before another exposure."""
    from dataclasses import replace

    moved = exposed - EXPOSED
    return replace(
        facts,
        infected_on=facts.infected_on + moved if facts.infected_on else None,
        vaccinated_on=facts.vaccinated_on + moved if facts.vaccinated_on else None,
        boosted_on=facts.boosted_on + moved if facts.boosted_on else None,
    )


# decision · facts · exempt by which rule, "" = not exempt
EXEMPTIONS = [
    ("2020-07-31", RECOVERED, ""),
    ("2020-08-01", RECOVERED, "QUA-2020-08-R"),
    ("2021-12-26", RECOVERED, "QUA-2020-08-R"),
    ("2021-12-27", RECOVERED, ""),
    ("2022-01-01", RECOVERED, "QUA-2021-12-B"),
    ("2021-06-01", ContactFacts(infected_on=EXPOSED - timedelta(days=91)), ""),
    ("2021-06-01", ContactFacts(infected_on=EXPOSED + timedelta(days=1)), ""),
    ("2021-02-09", VACCINATED, ""),
    ("2021-02-10", VACCINATED, "QUA-2021-02-V"),
    ("2021-02-10", ContactFacts(vaccinated_on=EXPOSED - timedelta(days=13)), ""),
    ("2021-03-07", ContactFacts(vaccinated_on=EXPOSED - timedelta(days=100)), ""),  # more than three months
    ("2021-03-08", ContactFacts(vaccinated_on=EXPOSED - timedelta(days=100)), "QUA-2021-03-V"),
    ("2021-07-26", VACCINATED, "QUA-2021-03-V"),
    ("2021-07-27", VACCINATED, "QUA-2021-07-V"),
    ("2021-12-26", VACCINATED, "QUA-2021-07-V"),
    ("2021-12-27", VACCINATED, "QUA-2021-12-B"),
    ("2021-12-27", ContactFacts(vaccinated_on=EXPOSED - timedelta(days=200), vaccine="mrna"), ""),
    ("2021-12-27", ContactFacts(vaccinated_on=EXPOSED - timedelta(days=70), vaccine="single_dose"), ""),
    ("2021-12-27", ContactFacts(vaccinated_on=EXPOSED - timedelta(days=50), vaccine="single_dose"), "QUA-2021-12-B"),
    ("2021-12-27", ContactFacts(vaccinated_on=EXPOSED - timedelta(days=50)), ""),  # which vaccine is not known
    ("2021-12-27", ContactFacts(boosted_on=EXPOSED - timedelta(days=1)), "QUA-2021-12-B"),
    ("2021-12-27", ContactFacts(boosted_on=EXPOSED + timedelta(days=1)), ""),
]


@pytest.mark.parametrize(("decision", "facts", "rule"), EXEMPTIONS)
def test_exemptions(decision: str, facts: ContactFacts, rule: str) -> None:
    exposed = day(decision) - timedelta(days=1)
    found = quarantine(COVID, decision_on=day(decision), last_exposure_on=exposed, facts=shifted(facts, exposed))
    assert found.exempt == bool(rule)
    if rule:
        assert [option.rule_id for option in found.options] == [rule]


def test_symptoms_end_an_exemption() -> None:
    facts = ContactFacts(infected_on=date(2020, 12, 1), symptomatic=True)
    found = quarantine(COVID, decision_on=date(2021, 1, 11), last_exposure_on=EXPOSED, facts=facts)
    assert not found.exempt
    assert found.reasons == ("symptoms_end_exemption",)


def test_the_rule_is_that_of_the_day_of_the_decision() -> None:
    found = quarantine(COVID, decision_on=date(2020, 12, 2), last_exposure_on=date(2020, 11, 28))
    assert [option.ends_on for option in found.options] == [date(2020, 12, 12), date(2020, 12, 8), date(2020, 12, 5)]


def test_a_household_contact_who_cannot_keep_apart_counts_from_the_end_of_the_window() -> None:
    found = quarantine(COVID, decision_on=date(2021, 1, 11), last_exposure_on=EXPOSED, exposed_until=date(2021, 1, 18))
    assert found.options[0].starts_on == EXPOSED
    assert found.options[0].ends_on == date(2021, 2, 1)


# first exposure · last exposure · facts · from · until · exempt
MEASLES_TABLE = [
    ("2025-03-01", "2025-03-01", {}, "2025-03-06", "2025-03-22"),
    ("2025-03-01", "2025-03-03", {}, "2025-03-06", "2025-03-24"),
    ("2025-03-01", "2025-03-03", {"prophylaxis": "immune_globulin", "prophylaxis_on": "2025-03-05"}, "2025-03-06", "2025-03-31"),
    ("2025-03-01", "2025-03-03", {"prophylaxis": "mmr", "prophylaxis_on": "2025-03-04"}, None, None),
    ("2025-03-01", "2025-03-03", {"prophylaxis": "mmr", "prophylaxis_on": "2025-03-05"}, "2025-03-06", "2025-03-24"),
    ("2025-03-01", "2025-03-03", {"immune": True}, None, None),
]


@pytest.mark.parametrize(("first", "last", "facts", "starts", "ends"), MEASLES_TABLE)
def test_measles(first: str, last: str, facts: dict[str, object], starts: str | None, ends: str | None) -> None:
    known = {key: day(value) if key.endswith("_on") else value for key, value in facts.items()}  # type: ignore[arg-type]
    found = quarantine(
        MEASLES,
        decision_on=date(2025, 3, 6),
        last_exposure_on=day(last),
        facts=ContactFacts(first_exposure_on=day(first), **known),  # type: ignore[arg-type]
    )
    (option,) = found.options
    assert (option.starts_on, option.ends_on) == (day(starts) if starts else None, day(ends) if ends else None)
