"""Points of a state in the place of those shipped: from when, until when, and what cannot be used. Pure."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tracing.diseases.rules import PriorityFacts, priority
from tracing.diseases.rules.tuned import Tuned, TuningWrong, judge, tuned
from tracing.diseases.ruleset import rule_set

RULES = rule_set("covid19")
TODAY = date(2026, 11, 23)
RULE = RULES.priority["case"].at(TODAY)[0]
POINTS = {weight.code: weight.points for weight in RULE.weights}


def one(from_on: date, **points: int) -> Tuned:
    return Tuned(f"T{from_on}", "case", from_on, RULE.base, POINTS | points)


def score(tunings: list[Tuned], on: date, **facts: object) -> tuple[int, str]:
    made = priority(tuned(RULES, tunings), PriorityFacts(decision_on=on, **facts))  # type: ignore[arg-type]
    return made.score, made.rule_id


@pytest.mark.parametrize(
    ("tunings", "on", "expected"),
    [
        ([], TODAY, (RULE.base + POINTS["age_65"], RULE.id)),
        ([one(TODAY, age_65=200)], TODAY, (RULE.base + 200, "T2026-11-23")),
        ([one(TODAY, age_65=200)], TODAY - timedelta(days=1), (RULE.base + POINTS["age_65"], RULE.id)),
        ([one(TODAY, age_65=0)], TODAY, (RULE.base, "T2026-11-23")),
        # the next ends it, in whichever order they come
        ([one(TODAY + timedelta(days=9), age_65=1), one(TODAY, age_65=200)], TODAY + timedelta(days=8), (RULE.base + 200, "T2026-11-23")),
        ([one(TODAY + timedelta(days=9), age_65=1), one(TODAY, age_65=200)], TODAY + timedelta(days=9), (RULE.base + 1, "T2026-12-02")),
        # what a state set for contacts moves no case
        ([Tuned("C", "contact", TODAY, 0, POINTS | {"age_65": 200})], TODAY, (RULE.base + POINTS["age_65"], RULE.id)),
        # made for weights that the rule of that day does not have: the shipped rule stands
        ([Tuned("O", "case", TODAY, 0, {"gone": 5})], TODAY, (RULE.base + POINTS["age_65"], RULE.id)),
    ],
)  # fmt: skip
def test_from_when_until_when_points_of_a_state_hold(tunings: list[Tuned], on: date, expected: tuple[int, str]) -> None:
    assert score(tunings, on, age=70) == expected


def test_a_newer_shipped_rule_ends_them() -> None:
    first, second = RULES.priority["case"].rules[:2]
    points = {weight.code: weight.points for weight in first.weights} | {"age_65": 77}
    made = Tuned("T", "case", first.starts_on, first.base, points)
    assert score([made], second.starts_on - timedelta(days=1), age=70)[1] == "T"
    assert score([made], second.starts_on, age=70)[1] == second.id


@pytest.mark.parametrize(
    ("changed", "code", "weight"),
    [
        ({"points": POINTS | {"made_up": 1}}, "unknown", "made_up"),
        ({"points": {code: points for code, points in POINTS.items() if code != "age_65"}}, "missing", "age_65"),
        ({"points": POINTS | {"age_65": 1001}}, "heavy", "age_65"), ({"points": POINTS | {"age_65": -1001}}, "heavy", "age_65"),
        ({"base": 1001}, "base", ""), ({"base": -1}, "base", ""), ({"from_on": TODAY - timedelta(days=1)}, "past", ""),
        ({"points": POINTS}, "same", ""),
    ],
)  # fmt: skip
def test_points_that_cannot_be_used_are_named(changed: dict[str, object], code: str, weight: str) -> None:
    given = {"base": RULE.base, "points": POINTS | {"age_65": 1}, "from_on": TODAY} | changed
    with pytest.raises(TuningWrong) as wrong:
        judge(RULE, today=TODAY, **given)  # type: ignore[arg-type]
    assert (wrong.value.code, wrong.value.weight) == (code, weight)
