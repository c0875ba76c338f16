from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from tracing.diseases.rules import PriorityFacts
from tracing.diseases.ruleset import rule_sets
from tracing.tasks import rules, scoring

HERE = ZoneInfo("America/New_York")


def local(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=HERE)


@pytest.mark.parametrize(
    ("hour", "minute", "may"), [(7, 59, False), (8, 0, True), (12, 0, True), (20, 59, True), (21, 0, False), (0, 0, False)]
)
def test_calls_are_made_from_8_to_21_where_the_person_is(hour: int, minute: int, may: bool) -> None:
    assert rules.may_call(local(20, hour, minute).astimezone(UTC), HERE) is may


def test_the_same_moment_may_be_night_elsewhere() -> None:
    assert rules.may_call(local(20, 9), HERE)
    assert not rules.may_call(local(20, 9), ZoneInfo("America/Los_Angeles"))


@pytest.mark.parametrize(
    ("outcome", "attempts", "now", "other", "then"),
    [
        ("busy", 1, local(20, 12), False, local(20, 12, 30)),
        ("busy", 1, local(20, 20, 45), False, local(21, 8)),
        ("partial", 1, local(20, 12), False, local(20, 14)),
        ("partial", 1, local(20, 20), False, local(21, 8)),
        ("no_answer", 1, local(20, 9), False, local(20, 13)),
        ("no_answer", 2, local(20, 13), False, local(20, 18)),
        ("no_answer", 1, local(20, 12), False, local(20, 18)),
        ("no_answer", 2, local(20, 19), False, local(21, 9)),
        ("no_answer", 3, local(20, 18), False, local(21, 9)),
        ("no_answer", 4, local(20, 9), False, local(21, 13)),
        ("voicemail", 5, local(20, 13), False, local(21, 18)),
        ("wrong_number", 1, local(20, 13), True, local(20, 13)),
        ("wrong_number", 1, local(20, 13), False, local(21, 9)),
        ("out_of_service", 1, local(20, 21, 30), True, local(21, 8)),
        # The clock's hour holds across the end of summer time (1 November 2026).
        ("no_answer", 3, local(31, 18, month=10), False, local(1, 9)),
    ],
)
def test_when_to_try_again(outcome: str, attempts: int, now: datetime, other: bool, then: datetime) -> None:
    proposed = rules.next_try(outcome, attempts, now.astimezone(UTC), HERE, other_numbers=other)
    assert proposed == then and proposed.utcoffset() == UTC.utcoffset(None)


@pytest.mark.parametrize("outcome", sorted(rules.CALLS_AGAIN))
@pytest.mark.parametrize("hour", range(24))
def test_a_proposal_never_lies_at_night_or_behind_us(outcome: str, hour: int) -> None:
    for attempts in range(1, 8):
        proposed = rules.next_try(outcome, attempts, local(20, hour), HERE)
        assert rules.may_call(proposed, HERE) and proposed >= local(20, hour)


def test_every_outcome_is_settled_one_way() -> None:
    from tracing.tasks.models import Attempt

    assert not rules.CALLS_AGAIN & rules.ENDS
    assert {str(value) for value in Attempt.Outcome.values} == rules.CALLS_AGAIN | rules.ENDS


def test_facts_come_back_from_the_row_as_they_went_in() -> None:
    facts = PriorityFacts(
        decision_on=date(2026, 11, 20), specimen_on=date(2026, 11, 18), age=82, setting_kind="nursing_home", symptomatic=True
    )
    kept = scoring.kept(facts)
    assert kept["specimen_on"] == "2026-11-18" and "onset_on" not in kept and "attempts" not in kept
    first = scoring.score("covid19", kept, attempts=0, on=date(2026, 11, 20), rules=rule_sets())
    third = scoring.score("covid19", kept, attempts=2, on=date(2026, 11, 20), rules=rule_sets())
    assert first is not None and third is not None and first.score > third.score
    assert ["attempts", -60, 2] in scoring.reasons(third)
    assert first.score < rules.AGREED_PRIORITY


def test_work_without_rules_or_facts_has_no_score() -> None:
    assert scoring.score("unheard_of", {"age": 3}, attempts=0, on=date(2026, 11, 20), rules=rule_sets()) is None
    assert scoring.score("covid19", {}, attempts=0, on=date(2026, 11, 20), rules=rule_sets()) is None
