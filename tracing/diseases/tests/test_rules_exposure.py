"""What counted as close contact, and when."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tracing.diseases.rules import close_contact, exposure_window
from tracing.diseases.ruleset import rule_set

PUPILS = {"setting": "k12_classroom", "both_masked_pupils": True}

# decision · facts · close · rule · reason
TABLE: list[tuple[str, dict[str, Any], bool | None, str, str]] = [
    ("2020-10-20", {"feet": 6, "longest_minutes": 15}, True, "CON-2020-03", "near_and_long"),
    ("2020-10-20", {"feet": 6, "longest_minutes": 10, "minutes_in_24h": 20}, False, "CON-2020-03", "too_short"),
    ("2020-10-21", {"feet": 6, "longest_minutes": 10, "minutes_in_24h": 20}, True, "CON-2020-10", "near_and_long"),
    ("2020-10-21", {"feet": 6, "longest_minutes": 15}, True, "CON-2020-10", "near_and_long"),
    ("2020-10-21", {"feet": 6, "minutes_in_24h": 14}, False, "CON-2020-10", "too_short"),
    ("2020-10-21", {"feet": 7, "minutes_in_24h": 60}, False, "CON-2020-10", "too_far"),
    ("2020-10-20", {"feet": 9, "kinds": ["shared_utensils"], "longest_minutes": 1}, False, "CON-2020-03", "too_far"),
    ("2020-10-21", {"feet": 9, "kinds": ["shared_utensils"], "longest_minutes": 1}, True, "CON-2020-10", "shared_utensils"),
    ("2020-06-01", {"kinds": ["household"]}, True, "CON-2020-03", "household"),
    ("2021-01-01", {"feet": 6}, None, "CON-2020-10", "not_enough_known"),
    ("2021-01-01", {}, None, "CON-2020-10", "not_enough_known"),
    ("2021-07-08", {"feet": 4, "minutes_in_24h": 30, **PUPILS}, True, "CON-2020-10", "near_and_long"),
    ("2021-07-09", {"feet": 4, "minutes_in_24h": 30, **PUPILS}, False, "CON-2021-07-K", "too_far"),
    ("2021-07-09", {"feet": 3, "minutes_in_24h": 30, **PUPILS}, True, "CON-2021-07-K", "near_and_long"),
    ("2021-07-09", {"feet": 4, "minutes_in_24h": 30, "setting": "k12_classroom"}, True, "CON-2020-10", "near_and_long"),
    ("2022-08-11", {"feet": 4, "minutes_in_24h": 30, **PUPILS}, True, "CON-2020-10", "near_and_long"),
]  # fmt: skip


@pytest.mark.parametrize(("decision", "facts", "close", "rule", "reason"), TABLE)
def test_covid19(decision: str, facts: dict[str, Any], close: bool | None, rule: str, reason: str) -> None:
    found = close_contact(rule_set("covid19"), decision_on=date.fromisoformat(decision), **facts)
    assert (found.close, found.rule_id, found.reasons[0]) == (close, rule, reason)


def test_measles_counts_shared_air_and_asks_for_no_distance() -> None:
    measles = rule_set("measles")
    assert close_contact(measles, decision_on=date(2025, 3, 1), kinds=["shared_air"]).close is True
    assert close_contact(measles, decision_on=date(2025, 3, 1), feet=30, longest_minutes=1).close is None


@pytest.mark.parametrize(
    ("disease", "began", "first", "last"),
    [
        ("covid19", "2020-03-15", "2020-03-01", "2020-03-13"),  # 14 and 2 days before the first symptom
        ("covid19", "2026-11-20", "2026-11-06", "2026-11-18"),
        ("measles", "2026-11-22", "2026-11-01", "2026-11-15"),  # 21 and 7 days before the rash
    ],
)
def test_the_days_in_which_it_was_caught(disease: str, began: str, first: str, last: str) -> None:
    day = date.fromisoformat(began)
    assert exposure_window(rule_set(disease), began_on=day, decision_on=day) == (date.fromisoformat(first), date.fromisoformat(last))
