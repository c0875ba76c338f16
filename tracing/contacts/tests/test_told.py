"""What the answers of a contact come to for their quarantine: a table of examples. Pure."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tracing.contacts.told import OfThemselves, of_themselves


def day(text: str) -> date:
    return date.fromisoformat(text)


FIRST, SECOND, THIRD = day("2021-01-05"), day("2021-01-26"), day("2021-10-02")


@pytest.mark.parametrize(
    ("before", "found", "withdrawn", "expected"),
    [
        ({}, {"symptomatic": False}, (), {"symptomatic": False}),
        ({"symptomatic": False}, {}, (), {"symptomatic": False}),  # not asked this time: stays
        ({"symptomatic": True, "onset_on": FIRST}, {"symptomatic": False}, ("onset_on",), {"symptomatic": False}),
        ({}, {"vaccinated_on": [SECOND, FIRST], "vaccine": ["Pfizer", "Pfizer"]}, (), {"vaccine": "mrna", "vaccinated_on": SECOND}),
        # one of two doses is no finished series
        ({}, {"vaccinated_on": [FIRST], "vaccine": ["Moderna"]}, (), {}),
        ({}, {"vaccinated_on": [FIRST], "vaccine": ["Johnson & Johnson"]}, (), {"vaccine": "single_dose", "vaccinated_on": FIRST}),
        ({}, {"vaccinated_on": [FIRST, SECOND, THIRD], "vaccine": ["Pfizer"]}, (),
         {"vaccine": "mrna", "vaccinated_on": SECOND, "boosted_on": THIRD}),
        ({}, {"vaccinated_on": [FIRST, THIRD], "vaccine": ["Janssen", "Pfizer"]}, (),
         {"vaccine": "single_dose", "vaccinated_on": FIRST, "boosted_on": THIRD}),
        ({"vaccine": "mrna", "vaccinated_on": SECOND}, {}, ("vaccinated_on",), {}),
        ({}, {"test_result": "negative", "tested_on": THIRD}, (), {"negative_on": THIRD}),
        ({}, {"test_result": "negative"}, (), {}),  # which day is not known
        ({"negative_on": FIRST}, {"test_result": "positive", "tested_on": THIRD}, (), {}),
        ({"negative_on": FIRST}, {"test_result": "waiting"}, (), {}),
        ({"option": "test_out", "negative_on": FIRST}, {}, (), {"option": "test_out", "negative_on": FIRST}),
    ],
)  # fmt: skip
def test_what_the_answers_come_to(before: dict[str, Any], found: dict[str, Any], withdrawn: tuple[str, ...], expected: dict[str, Any]) -> None:
    assert of_themselves(OfThemselves(**before), found, withdrawn) == OfThemselves(**expected)
