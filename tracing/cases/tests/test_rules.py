"""Which case an episode is, and when a case may be closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from tracing.cases.models import Closure
from tracing.cases.rules import assign, may_close
from tracing.diseases.rules import Positive, episodes
from tracing.diseases.ruleset import rule_set

START = date(2020, 6, 1)


@dataclass
class Known:
    first_positive_on: date
    last_positive_on: date


def day(number: int) -> date:
    return START + timedelta(days=number)


def case(first: int, last: int) -> Known:
    return Known(day(first), day(last))


ASSIGNMENTS: list[tuple[str, list[int], list[Known], list[int | None]]] = [
    ("the first result opens a case", [0], [], [None]),
    ("another of the same illness joins it", [0, 20], [case(0, 0)], [0]),
    ("one ninety days later opens another", [0, 120], [case(0, 0)], [0, None]),
    ("one from before, ninety days earlier, opens one before it", [0, 120], [case(120, 120)], [None, 0]),
    ("one from before, of the same illness, joins it", [0, 20], [case(20, 20)], [0]),
    ("one from between splits nothing", [0, 50, 89], [case(0, 89)], [0]),
    ("two illnesses keep their cases", [0, 120], [case(0, 0), case(120, 120)], [0, 1]),
    ("three illnesses, the one in the middle is new", [0, 120, 240], [case(0, 0), case(240, 240)], [0, None, 1]),
]


@pytest.mark.parametrize(("results", "known", "cases"), [a[1:] for a in ASSIGNMENTS], ids=[a[0] for a in ASSIGNMENTS])
def test_which_case_an_episode_is(results: list[int], known: list[Known], cases: list[int | None]) -> None:
    positives = [Positive(str(n), day(n), "molecular") for n in results]
    found = episodes(rule_set("covid19"), positives)
    on = {str(n): day(n) for n in results}
    last = [max(on[str(key)] for key in episode.result_ids) for episode in found]
    assert assign(found, last, known) == [None if index is None else known[index] for index in cases]


def test_no_case_is_left_over_when_an_earlier_result_moves_the_borders() -> None:
    """What was one illness is two when an older result comes: both cases that there are keep an episode."""
    positives = [Positive(str(n), day(n), "molecular") for n in (0, 80, 100, 200)]
    found = episodes(rule_set("covid19"), positives)
    known = [case(80, 100), case(200, 200)]
    last = [max(p.specimen_on for p in positives if p.result_id in episode.result_ids) for episode in found]
    kept = [one for one in assign(found, last, known) if one is not None]
    assert len(found) >= 2 and kept == known


LASTS, LAST_DAY, OVER = START + timedelta(days=1), START, START - timedelta(days=1)
CLOSINGS = [
    ("completed", LASTS, False), ("completed", LAST_DAY, False), ("completed", OVER, True), ("completed", None, True),
    ("not_reached", LASTS, False), ("not_reached", OVER, True),
    ("died", LASTS, True), ("not_a_case", LASTS, True), ("moved", LASTS, True), ("refused", LASTS, True), ("new_episode", LASTS, True),
    ("merged", LASTS, False),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "ends_on", "may"), CLOSINGS)
def test_when_a_case_may_be_closed(reason: str, ends_on: date | None, may: bool) -> None:
    """The last day at home still counts; what makes the work pointless ends it at once."""
    assert may_close(reason=reason, isolation_ends_on=ends_on, today=START) is may


def test_until_well_nobody_has_completed() -> None:
    assert not may_close(reason="completed", isolation_ends_on=None, today=START, until_well=True)
    assert may_close(reason="not_reached", isolation_ends_on=None, today=START, until_well=True)


def test_every_reason_has_been_thought_of() -> None:
    assert {reason for reason, _, _ in CLOSINGS} == set(Closure.Reason.values)
