"""The 90-day rule and its kin."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracing.diseases.rules import Positive, episodes
from tracing.diseases.ruleset import rule_set

COVID = rule_set("covid19")
MEASLES = rule_set("measles")


def positive(name: str, on: str, *, analyte: str = "molecular", current: bool = True) -> Positive:
    return Positive(name, date.fromisoformat(on), analyte, current=current)


# specimen days · days on which an episode begins
TABLE = [
    (["2021-09-10"], ["2021-09-10"]),
    (["2021-09-10", "2021-12-09"], ["2021-09-10"]),  # day 90 still joins
    (["2021-09-10", "2021-12-10"], ["2021-09-10", "2021-12-10"]),  # day 91 is new
    # counted from the FIRST positive of the episode: a chain of positives does not lengthen it
    (["2021-09-10", "2021-11-30", "2021-12-10"], ["2021-09-10", "2021-12-10"]),
    (["2021-09-10", "2021-12-10", "2022-03-10"], ["2021-09-10", "2021-12-10"]),
    (["2021-09-10", "2021-12-10", "2022-03-11"], ["2021-09-10", "2021-12-10", "2022-03-11"]),
    # before the national rule: our own choice is the same number
    (["2020-04-01", "2020-06-30"], ["2020-04-01"]),
    (["2020-04-01", "2020-07-01"], ["2020-04-01", "2020-07-01"]),
    # across the day on which the national rule began
    (["2021-06-03", "2021-09-01"], ["2021-06-03"]),
    (["2021-06-02", "2021-09-01"], ["2021-06-02", "2021-09-01"]),
    # two specimens of one day
    (["2022-01-05", "2022-01-05"], ["2022-01-05"]),
    # before the first version
    (["2020-02-01", "2020-02-20"], ["2020-02-01"]),
]


@pytest.mark.parametrize(("days", "begins"), TABLE)
def test_covid19(days: list[str], begins: list[str]) -> None:
    found = episodes(COVID, [positive(f"r{number}", day) for number, day in enumerate(days)])
    assert [str(episode.first_positive_on) for episode in found] == begins
    assert [episode.number for episode in found] == list(range(1, len(begins) + 1))


@pytest.mark.parametrize(
    ("day", "rule"),
    [("2020-12-01", "EPS-2020"), ("2021-08-31", "EPS-2020"), ("2021-09-01", "CSTE-21-01-NEW"), ("2023-01-01", "CSTE-22-01-NEW")],
)
def test_which_rule(day: str, rule: str) -> None:
    assert episodes(COVID, [positive("a", day)])[0].rule_id == rule


def test_measles_once_in_a_life() -> None:
    found = episodes(MEASLES, [positive("a", "2019-01-05"), positive("b", "2025-04-01")])
    assert [episode.result_ids for episode in found] == [("a", "b")]


@pytest.mark.parametrize("analyte", ["antibody", "igm", "igg"])
def test_antibodies_make_no_episode(analyte: str) -> None:
    assert episodes(COVID, [positive("a", "2021-01-01", analyte=analyte)]) == ()


def test_measles_igm_makes_one_and_igg_does_not() -> None:
    assert len(episodes(MEASLES, [positive("a", "2025-01-01", analyte="igm")])) == 1
    assert episodes(MEASLES, [positive("a", "2025-01-01", analyte="igg")]) == ()


def test_a_withdrawn_positive_keeps_its_episode_for_a_person_to_review() -> None:
    (found,) = episodes(COVID, [positive("a", "2022-01-01", current=False)])
    assert (found.needs_review, found.first_current_on, found.result_ids) == (True, None, ("a",))


def test_another_positive_of_the_same_illness_carries_it() -> None:
    (found,) = episodes(COVID, [positive("b", "2022-01-05"), positive("a", "2022-01-01", current=False)])
    assert (found.needs_review, found.first_positive_on, found.first_current_on) == (False, date(2022, 1, 1), date(2022, 1, 5))


def test_a_known_onset_starts_the_count() -> None:
    results = [positive("a", "2022-01-10"), positive("b", "2022-04-08")]
    assert len(episodes(COVID, results)) == 1  # 88 days after the specimen
    found = episodes(COVID, results, onsets=[date(2022, 1, 5)])  # 93 days after onset
    assert [episode.counted_from for episode in found] == [date(2022, 1, 5), date(2022, 4, 8)]
    # an onset long before belongs to something else
    assert len(episodes(COVID, results, onsets=[date(2021, 11, 1)])) == 1


RESULTS = st.lists(
    st.builds(
        Positive,
        result_id=st.uuids(),
        specimen_on=st.dates(date(2020, 1, 1), date(2024, 12, 31)),
        analyte=st.sampled_from(["molecular", "antigen", "antibody", "igg"]),
        current=st.booleans(),
    ),
    max_size=12,
    unique_by=lambda found: found.result_id,
)


@given(results=RESULTS, data=st.data(), disease=st.sampled_from(["covid19", "measles"]))
def test_order_never_matters(results: list[Positive], data: st.DataObject, disease: str) -> None:
    ruleset = rule_set(disease)
    shuffled = data.draw(st.permutations(results))
    assert episodes(ruleset, shuffled) == episodes(ruleset, results)


@given(results=RESULTS)
def test_every_counted_result_is_in_exactly_one_episode(results: list[Positive]) -> None:
    found = episodes(COVID, results)
    named = [result_id for episode in found for result_id in episode.result_ids]
    counted = [result.result_id for result in results if result.analyte in ("molecular", "antigen")]
    assert sorted(named, key=str) == sorted(counted, key=str)
    for earlier, later in zip(found, found[1:], strict=False):
        assert later.first_positive_on - earlier.counted_from > timedelta(days=90)


@given(results=RESULTS)
def test_a_withdrawal_moves_no_episode(results: list[Positive]) -> None:
    standing = [Positive(found.result_id, found.specimen_on, found.analyte) for found in results]
    assert [found.result_ids for found in episodes(COVID, results)] == [found.result_ids for found in episodes(COVID, standing)]
