"""Who takes what: tables of examples, no database."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracing.base.ids import uuid7
from tracing.tasks.loads import Hands, Help, Wanted, in_share, not_done_today, not_done_with_help, rest_of_day, room, spread

ANNA, BEN, CARLA = (UUID(int=n) for n in (1, 2, 3))


def calls(*kinds: tuple[str, str]) -> list[Wanted]:
    return [Wanted(UUID(int=100 + n), language, skill) for n, (language, skill) in enumerate(kinds)]


def of(hands: list[Hands], wanted: list[Wanted]) -> list[UUID | None]:
    given_to = spread(wanted, hands)
    return [given_to.get(call.task) for call in wanted]


@pytest.mark.parametrize(
    ("hands", "wanted", "takes"),
    [
        # To the least loaded, in turn; the one who has most already gets none until the others have as many.
        ([Hands(ANNA, 9), Hands(BEN, 9)], calls(*[("", "")] * 4), [ANNA, BEN, ANNA, BEN]),
        ([Hands(ANNA, 9, assigned=2), Hands(BEN, 9)], calls(*[("", "")] * 4), [BEN, BEN, ANNA, BEN]),
        # No more than there is room for: the rest stays with everybody.
        ([Hands(ANNA, 1), Hands(BEN, 1)], calls(*[("", "")] * 3), [ANNA, BEN, None]),
        ([Hands(ANNA, 0)], calls(("", "")), [None]),
        # A language to who speaks it; where nobody does, to who has an interpreter.
        ([Hands(ANNA, 9), Hands(BEN, 9, languages=frozenset({"es"}))], calls(("es", ""), ("es", "")), [BEN, BEN]),
        ([Hands(ANNA, 9, interpreter=False), Hands(BEN, 9)], calls(("vi", ""), ("vi", "")), [BEN, BEN]),
        ([Hands(ANNA, 9, interpreter=False)], calls(("vi", "")), [None]),
        # A skill only to who has it.
        ([Hands(ANNA, 9), Hands(CARLA, 1, skills=frozenset({"measles"}))], calls(("", "measles"), ("", "measles"), ("", "")),
         [CARLA, None, ANNA]),
        # Calls of both kinds count: who got the Spanish one gets the next English one later.
        ([Hands(ANNA, 9), Hands(BEN, 9, languages=frozenset({"es"}))], calls(("es", ""), ("", ""), ("", "")), [BEN, ANNA, ANNA]),
    ],
)  # fmt: skip
def test_spread(hands: list[Hands], wanted: list[Wanted], takes: list[UUID | None]) -> None:
    got = of(hands, wanted)
    assert [who for who in got] == takes or sorted(map(str, got)) == sorted(map(str, takes)) and got[0] == takes[0]


@given(
    rooms=st.lists(st.integers(0, 6), min_size=1, max_size=6),
    wanted=st.lists(st.sampled_from([("", ""), ("es", ""), ("", "measles")]), max_size=30),
)
def test_nobody_gets_more_than_there_is_room_for_and_loads_differ_by_one_at_most(rooms: list[int], wanted: list[tuple[str, str]]) -> None:
    hands = [Hands(UUID(int=n + 1), number) for n, number in enumerate(rooms)]
    given_to = spread(calls(*wanted), hands)
    took = {one.user: list(given_to.values()).count(one.user) for one in hands}
    assert all(took[one.user] <= one.room for one in hands)
    with_room = [took[one.user] for one in hands if took[one.user] < one.room]
    assert not with_room or max(took.values()) - min(with_room) <= 1


@pytest.mark.parametrize(("cap", "tried", "assigned", "left"), [(25, 0, 0, 25), (25, 10, 5, 10), (25, 30, 0, 0), (0, 0, 0, 0)])
def test_room(cap: int, tried: int, assigned: int, left: int) -> None:
    assert room(cap, tried, assigned) == left


@pytest.mark.parametrize(("due", "capacity", "left"), [(100, 60, 40), (60, 60, 0), (10, 60, 0)])
def test_what_will_not_be_done_today(due: int, capacity: int, left: int) -> None:
    assert not_done_today(due, capacity) == left


@pytest.mark.parametrize(
    ("due", "capacity", "helped", "left"),
    [
        (100, 60, [], 40),
        # Help beside one's own people is room.
        (100, 60, [Help(100, 30)], 10), (100, 60, [Help(50, 50)], 0), (100, 60, [Help(20, 20), Help(80, 10)], 10),
        # What is the team's alone is no work of one's own, and nobody else does what the team does not.
        (100, 60, [Help(40, 40, alone=True)], 0), (100, 60, [Help(40, 10, alone=True)], 30), (100, 0, [Help(100, 100, alone=True)], 0),
        (100, 50, [Help(40, 10, alone=True), Help(60, 5)], 35),
    ],
)  # fmt: skip
def test_what_others_take_off_a_department(due: int, capacity: int, helped: list[Help], left: int) -> None:
    assert not_done_with_help(due, capacity, helped) == left


@pytest.mark.parametrize(("cap", "part", "tries"), [(24, 1.0, 24), (24, 0.5, 12), (25, 0.5, 13), (25, 0.0, 0), (0, 1.0, 0)])
def test_tries_that_the_rest_of_the_day_has_time_for(cap: int, part: float, tries: int) -> None:
    assert rest_of_day(cap, part) == tries


def test_a_larger_share_holds_every_smaller_one_and_is_about_as_large_as_said() -> None:
    keys = [uuid7() for _ in range(4000)]
    small, large = ({key for key in keys if in_share(key, percent)} for percent in (20, 60))
    assert small < large and abs(len(small) - 800) < 150 and abs(len(large) - 2400) < 200
    assert all(in_share(key, 100) for key in keys)
