"""Who would move: counted in any number of steps it comes to the same."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from tracing.tasks.moves import TOP, Moves, Scored, count, restored, stored


def test_what_is_counted() -> None:
    calls = [Scored("a", "x", 100, 160), Scored("b", "x", 200, 200), Scored("c", "y", 300, 240), Scored("d", "y", 50, 99)]
    moves = count(Moves(), calls)
    assert (moves.up, moves.down, moves.same) == (2, 1, 1)
    assert moves.units == {"x": [1, 0, 1], "y": [1, 1, 0]}
    assert moves.bars == {"50": 1, "-100": 1, "0": 1}
    assert moves.entering == moves.leaving == [], "all of them stand at the head of so short a list"


def test_who_comes_to_the_head_of_the_list_and_who_leaves_it() -> None:
    old = [Scored(f"{number:03}", "x", 500, 500) for number in range(TOP)]
    moves = count(Moves(), [*old, Scored("new", "x", 10, 900), Scored("other", "x", 10, 20)])
    assert moves.entering == ["new"] and moves.leaving == ["000"]


@pytest.mark.parametrize("seed", range(12))
def test_in_steps_it_comes_to_the_same(seed: int) -> None:
    chance = Random(seed)
    calls = [Scored(f"{number:04}", chance.choice("xyz"), chance.randrange(1001), chance.randrange(1001)) for number in range(chance.randrange(400))]
    kept: dict[str, Any] = {}
    whole, step = count(Moves(), calls), chance.randrange(1, 60)
    for start in range(0, len(calls), step):
        kept = stored(count(restored(kept), calls[start : start + step]))
    parts = restored(kept)
    assert (parts.up, parts.down, parts.same, parts.units, parts.bars) == (whole.up, whole.down, whole.same, whole.units, whole.bars)
    assert (parts.entering, parts.leaving) == (whole.entering, whole.leaving)
    assert parts.total == len(calls)
