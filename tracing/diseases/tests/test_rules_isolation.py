"""Isolation around every turning point. "After day 10" means: the last day at home is day 10."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracing.diseases.rules import infectious_window, isolation, isolation_alternatives, revise
from tracing.diseases.ruleset import rule_set

COVID = rule_set("covid19")
MEASLES = rule_set("measles")


def day(text: str) -> date:
    return date.fromisoformat(text)


# decision · onset · first positive · last day at home · rule · precautions until
SYMPTOMATIC = [
    ("2020-02-01", "2020-01-28", "2020-01-30", "2020-02-04", "ISO-2020-03", None),  # before the first version
    ("2020-03-16", "2020-03-10", "2020-03-14", "2020-03-17", "ISO-2020-03", None),
    ("2020-05-02", "2020-04-28", "2020-04-30", "2020-05-05", "ISO-2020-03", None),
    ("2020-05-03", "2020-04-28", "2020-04-30", "2020-05-08", "ISO-2020-05", None),
    ("2020-07-16", "2020-07-10", "2020-07-12", "2020-07-20", "ISO-2020-05", None),
    ("2020-07-17", "2020-07-10", "2020-07-12", "2020-07-20", "ISO-2020-07", None),
    ("2021-12-26", "2021-12-22", "2021-12-24", "2022-01-01", "ISO-2020-07", None),
    ("2021-12-27", "2021-12-22", "2021-12-24", "2021-12-27", "ISO-2021-12", "2022-01-01"),
    ("2022-08-10", "2022-08-05", "2022-08-08", "2022-08-10", "ISO-2021-12", "2022-08-15"),
    ("2022-08-11", "2022-08-05", "2022-08-08", "2022-08-10", "ISO-2022-08", "2022-08-15"),
    ("2024-02-29", "2024-02-26", "2024-02-28", "2024-03-02", "ISO-2022-08", "2024-03-07"),
    ("2024-03-01", "2024-02-26", "2024-02-28", None, "ISO-2024-03", None),
]  # fmt: skip


@pytest.mark.parametrize(("decision", "onset", "positive", "ends", "rule", "after"), SYMPTOMATIC)
def test_symptomatic(decision: str, onset: str, positive: str, ends: str | None, rule: str, after: str | None) -> None:
    found = isolation(COVID, decision_on=day(decision), onset_on=day(onset), first_positive_on=day(positive), symptomatic=True)
    assert found.rule_id == rule
    assert found.ends_on == (day(ends) if ends else None)
    assert (found.day_zero, found.day_zero_is, found.starts_on) == (day(onset), "onset", day(onset))
    assert found.after_period_until == (day(after) if after else None)


NEVER_SYMPTOMATIC = [
    ("2020-05-02", "2020-05-01", "2020-05-08", "ISO-2020-03-A", None),
    ("2020-05-03", "2020-05-01", "2020-05-11", "ISO-2020-05-A", None),
    ("2020-07-17", "2020-07-15", "2020-07-25", "ISO-2020-05-A", None),
    ("2021-12-26", "2021-12-24", "2022-01-03", "ISO-2020-05-A", None),
    ("2021-12-27", "2021-12-24", "2021-12-29", "ISO-2021-12", "2022-01-03"),
    ("2022-08-11", "2022-08-09", "2022-08-14", "ISO-2022-08", "2022-08-19"),
    ("2024-03-01", "2024-02-28", "2024-02-28", "ISO-2024-03", "2024-03-04"),
]  # fmt: skip


@pytest.mark.parametrize(("decision", "positive", "ends", "rule", "after"), NEVER_SYMPTOMATIC)
def test_never_symptomatic(decision: str, positive: str, ends: str, rule: str, after: str | None) -> None:
    found = isolation(COVID, decision_on=day(decision), onset_on=None, first_positive_on=day(positive), symptomatic=False)
    assert (found.rule_id, found.ends_on) == (rule, day(ends))
    assert (found.day_zero, found.day_zero_is) == (day(positive), "first_positive")
    assert found.after_period_until == (day(after) if after else None)


# decision · population · severe · days at home · rule
SPECIAL = [
    ("2020-07-19", "general", True, 10, "ISO-2020-07"),  # no rule for severe illness yet
    ("2020-07-20", "general", True, 10, "ISO-2020-07-S"),
    ("2021-12-27", "general", True, 10, "ISO-2020-07-S"),  # severe illness keeps its ten days
    ("2022-08-11", "general", True, 10, "ISO-2020-07-S"),
    ("2024-03-01", "general", True, 10, "ISO-2020-07-S"),
    ("2021-12-27", "k12", False, 5, "ISO-2021-12"),
    ("2021-12-30", "k12", False, 5, "ISO-2021-12"),
    ("2021-12-31", "k12", False, 5, "ISO-2021-12-K"),
    ("2022-08-10", "k12", False, 5, "ISO-2021-12-K"),
    ("2022-08-11", "k12", False, 5, "ISO-2022-08"),
    ("2021-12-31", "k12", True, 10, "ISO-2020-07-S"),  # severe illness goes before school
]  # fmt: skip


@pytest.mark.parametrize(("decision", "population", "severe", "days", "rule"), SPECIAL)
def test_special_populations(decision: str, population: str, severe: bool, days: int, rule: str) -> None:
    on = day(decision)
    found = isolation(
        COVID, decision_on=on, onset_on=on, first_positive_on=on, symptomatic=True, population=population, severe=severe
    )
    assert (found.rule_id, found.ends_on) == (rule, on + timedelta(days=days))


def test_severe_illness_may_be_lengthened_by_a_person_to_day_20() -> None:
    on = day("2021-01-01")
    found = isolation(COVID, decision_on=on, onset_on=on, first_positive_on=on, severe=True, lengthened_to=day("2021-01-16"))
    assert (found.ends_on, found.may_lengthen_until) == (day("2021-01-16"), day("2021-01-21"))
    assert "lengthened_by_person" in found.reasons
    found = isolation(COVID, decision_on=on, onset_on=on, first_positive_on=on, severe=True, lengthened_to=day("2021-03-01"))
    assert found.ends_on == day("2021-01-21")
    # nobody lengthens where the rule does not allow it
    found = isolation(COVID, decision_on=on, onset_on=on, first_positive_on=on, lengthened_to=day("2021-01-16"))
    assert (found.ends_on, found.may_lengthen_until) == (day("2021-01-11"), None)


@pytest.mark.parametrize(
    ("decision", "conditions"),
    [
        ("2020-05-02", ("fever_free_72h", "respiratory_symptoms_improved")),
        ("2020-07-16", ("fever_free_72h", "respiratory_symptoms_improved")),
        ("2020-07-17", ("fever_free_24h", "symptoms_improved")),
        ("2024-03-01", ("fever_free_24h", "symptoms_improved")),
    ],
)
def test_conditions(decision: str, conditions: tuple[str, ...]) -> None:
    on = day(decision)
    found = isolation(COVID, decision_on=on, onset_on=on, first_positive_on=on, symptomatic=True)
    assert found.conditions == conditions


def test_the_rule_is_that_of_the_day_of_the_decision() -> None:
    """A specimen of Christmas 2021, decided late: five days, though the rule of the specimen's day was ten."""
    facts = {"onset_on": day("2021-12-24"), "first_positive_on": day("2021-12-25"), "symptomatic": True}
    assert isolation(COVID, decision_on=day("2021-12-26"), **facts).ends_on == day("2022-01-03")  # type: ignore[arg-type]
    assert isolation(COVID, decision_on=day("2021-12-28"), **facts).ends_on == day("2021-12-29")  # type: ignore[arg-type]


def test_whoever_falls_ill_later_gets_a_new_day_zero() -> None:
    first = isolation(COVID, decision_on=day("2021-03-03"), onset_on=None, first_positive_on=day("2021-03-01"), symptomatic=False)
    assert first.ends_on == day("2021-03-11")
    second = isolation(
        COVID,
        decision_on=day("2021-03-06"),
        onset_on=day("2021-03-05"),
        first_positive_on=day("2021-03-01"),
        symptomatic=True,
    )
    assert (second.day_zero, second.ends_on) == (day("2021-03-05"), day("2021-03-15"))
    assert "fell_ill_after_specimen" in second.reasons
    revision = revise(first, second, today=day("2021-03-06"))
    assert (revision.dates, revision.changed, revision.needs_note) == (second, True, True)


@pytest.mark.parametrize(
    ("onset", "symptomatic", "zero", "reason"),
    [
        (None, None, "2021-03-01", "symptoms_unknown"),
        (None, True, "2021-03-01", "onset_unknown"),
        ("2021-02-26", None, "2021-02-26", "counted_from_onset"),
        ("2021-02-26", True, "2021-02-26", "counted_from_onset"),
        ("2021-02-26", False, "2021-03-01", "counted_from_first_positive"),
    ],
)
def test_what_is_not_known_is_said(onset: str | None, symptomatic: bool | None, zero: str, reason: str) -> None:
    found = isolation(
        COVID,
        decision_on=day("2021-03-03"),
        onset_on=day(onset) if onset else None,
        first_positive_on=day("2021-03-01"),
        symptomatic=symptomatic,
    )
    assert found.day_zero == day(zero)
    assert reason in found.reasons


@pytest.mark.parametrize(
    ("decision", "onset", "well", "ends", "after"),
    [
        ("2021-01-10", "2021-01-01", "2021-01-06", "2021-01-11", None),  # well early: the ten days stay
        ("2021-01-14", "2021-01-01", "2021-01-13", "2021-01-13", None),  # still feverish on day 10
        ("2022-02-08", "2022-02-01", "2022-02-08", "2022-02-08", "2022-02-11"),
        ("2022-02-14", "2022-02-01", "2022-02-13", "2022-02-13", None),  # past the days with a mask
        ("2024-03-05", "2024-03-01", "2024-03-04", "2024-03-04", "2024-03-09"),  # no fixed minimum
    ],
)
def test_nobody_leaves_before_the_conditions_are_met(decision: str, onset: str, well: str, ends: str, after: str | None) -> None:
    found = isolation(
        COVID, decision_on=day(decision), onset_on=day(onset), first_positive_on=day(onset), symptomatic=True, well_on=day(well)
    )
    assert found.ends_on == day(ends)
    assert found.after_period_until == (day(after) if after else None)


@pytest.mark.parametrize(
    ("decision", "ids"),
    [("2020-03-15", []), ("2020-03-16", ["ISO-2020-03-T"]), ("2020-07-19", ["ISO-2020-03-T"]), ("2020-07-20", [])],
)
def test_two_negative_tests_could_be_chosen_in_spring_2020(decision: str, ids: list[str]) -> None:
    assert [rule.id for rule in isolation_alternatives(COVID, decision_on=day(decision))] == ids


# told end · new rule's end · today · what stands · changed · note · why
REVISIONS = [
    ("2021-12-30", "2021-12-25", "2021-12-28", "2021-12-27", True, True, "shortened"),  # ends yesterday at the earliest
    ("2021-12-30", "2021-12-29", "2021-12-28", "2021-12-29", True, True, "shortened"),
    ("2021-12-28", "2021-12-23", "2021-12-28", "2021-12-27", True, True, "shortened"),  # on the last day itself
    ("2021-12-27", "2021-12-22", "2021-12-28", "2021-12-27", False, False, "end_already_passed"),
    ("2020-05-05", "2020-05-08", "2020-05-03", "2020-05-08", True, True, "lengthened"),
    ("2020-05-02", "2020-05-05", "2020-05-03", "2020-05-02", False, False, "end_already_passed"),
    ("2020-07-20", "2020-07-20", "2020-07-17", "2020-07-20", False, False, "same_dates"),
]  # fmt: skip


@pytest.mark.parametrize(("told", "new", "today", "stands", "changed", "note", "why"), REVISIONS)
def test_a_later_rule(told: str, new: str, today: str, stands: str, changed: bool, note: bool, why: str) -> None:
    zero = day(told) - timedelta(days=10)
    before = isolation(COVID, decision_on=day("2021-01-01"), onset_on=zero, first_positive_on=zero, symptomatic=True)
    after = replace(before, ends_on=day(new), rule_id="ANOTHER")
    revision = revise(before, after, today=day(today))
    assert revision.dates.ends_on == day(stands)
    assert (revision.changed, revision.needs_note, revision.reasons) == (changed, note, (why,))


def test_dates_that_nobody_was_told_need_no_note() -> None:
    on = day("2021-12-26")
    before = isolation(COVID, decision_on=on, onset_on=on, first_positive_on=on)
    after = isolation(COVID, decision_on=day("2021-12-27"), onset_on=on, first_positive_on=on)
    revision = revise(before, after, today=day("2021-12-27"), told=False)
    assert (revision.dates.ends_on, revision.changed, revision.needs_note) == (day("2021-12-31"), True, False)


def test_march_2024_frees_running_periods_to_their_conditions() -> None:
    onset = day("2024-02-27")
    before = isolation(COVID, decision_on=day("2024-02-28"), onset_on=onset, first_positive_on=onset)
    after = isolation(COVID, decision_on=day("2024-03-01"), onset_on=onset, first_positive_on=onset)
    revision = revise(before, after, today=day("2024-03-01"))
    assert (revision.dates.ends_on, revision.reasons) == (None, ("no_fixed_minimum",))
    well = isolation(COVID, decision_on=day("2024-03-04"), onset_on=onset, first_positive_on=onset, well_on=day("2024-03-02"))
    assert revise(after, well, today=day("2024-03-04")).dates.ends_on == day("2024-03-02")


def test_measles_counts_from_the_rash() -> None:
    found = isolation(
        MEASLES, decision_on=day("2025-03-10"), onset_on=day("2025-03-08"), first_positive_on=day("2025-03-09"), symptomatic=True
    )
    assert (found.day_zero, found.ends_on, found.rule_id) == (day("2025-03-08"), day("2025-03-12"), "MEA-ISO")


# onset · positive · isolated · isolation ends · window
WINDOWS = [
    (COVID, "2021-03-05", "2021-03-07", None, "2021-03-15", "2021-03-03", "2021-03-15", "until_end_of_isolation"),
    (COVID, "2021-03-05", "2021-03-07", "2021-03-08", "2021-03-15", "2021-03-03", "2021-03-08", "until_isolated"),
    (COVID, None, "2021-03-07", None, "2021-03-17", "2021-03-05", "2021-03-17", "until_end_of_isolation"),
    (COVID, "2021-03-05", "2021-03-07", None, None, "2021-03-03", "2021-03-09", "until_decision"),
    (MEASLES, "2021-03-05", "2021-03-07", None, "2021-03-09", "2021-03-01", "2021-03-09", "counted_from_onset"),
    (MEASLES, "2021-03-05", "2021-03-07", "2021-03-06", "2021-03-09", "2021-03-01", "2021-03-06", "until_isolated"),
    (MEASLES, None, "2021-03-07", None, None, "2021-03-03", "2021-03-11", "counted_from_first_positive"),
]  # fmt: skip


@pytest.mark.parametrize(("ruleset", "onset", "positive", "isolated", "ends", "first", "last", "reason"), WINDOWS)
def test_infectious_window(
    ruleset: object, onset: str | None, positive: str, isolated: str | None, ends: str | None, first: str, last: str, reason: str
) -> None:
    found = infectious_window(
        ruleset,  # type: ignore[arg-type]
        decision_on=day("2021-03-09"),
        onset_on=day(onset) if onset else None,
        first_positive_on=day(positive),
        isolated_on=day(isolated) if isolated else None,
        isolation_ends_on=day(ends) if ends else None,
    )
    assert (found.starts_on, found.ends_on) == (day(first), day(last))
    assert found.reasons[-1] == reason


DAYS = st.dates(date(2020, 1, 1), date(2026, 12, 31))


@given(
    disease=st.sampled_from(["covid19", "measles"]),
    decision_on=DAYS,
    onset_on=st.none() | DAYS,
    first_positive_on=DAYS,
    symptomatic=st.none() | st.booleans(),
    severe=st.booleans(),
    population=st.sampled_from(["general", "k12"]),
    well_on=st.none() | DAYS,
    lengthened_to=st.none() | DAYS,
)
def test_isolation_never_ends_before_day_zero(disease: str, **facts: object) -> None:
    found = isolation(rule_set(disease), **facts)  # type: ignore[arg-type]
    assert found.starts_on == found.day_zero
    assert found.ends_on is None or found.ends_on >= found.day_zero
    assert found.after_period_until is None or (found.ends_on is not None and found.after_period_until >= found.ends_on)
    assert found == isolation(rule_set(disease), **facts)  # type: ignore[arg-type]


@given(decided=DAYS, today=DAYS, onset=st.none() | DAYS, positive=DAYS, told=st.booleans())
def test_a_rule_never_moves_an_end_that_has_passed(
    decided: date, today: date, onset: date | None, positive: date, told: bool
) -> None:
    decided, today = min(decided, today), max(decided, today)
    before = isolation(COVID, decision_on=decided, onset_on=onset, first_positive_on=positive)
    after = isolation(COVID, decision_on=today, onset_on=onset, first_positive_on=positive)
    revision = revise(before, after, today=today, told=told)
    if before.ends_on is not None and before.ends_on < today:
        assert revision.dates == before
    if revision.changed and told:
        assert revision.needs_note
    if not revision.changed:
        assert revision.dates == before
