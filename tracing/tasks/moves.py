"""Who would move if calls were scored otherwise: counted call by call, in any number of steps. Pure."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

TOP: Final = 100
"""How many calls at the head of the list are looked at: which would come to it, and which leave it."""
STEP: Final = 50
"""Points that one bar of the picture stands for."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One call: its points now, and what they would be."""

    key: str
    unit: str
    now: int
    then: int


@dataclass(slots=True)
class Moves:
    """What was counted so far. `units`: unit → calls that rise, fall, stay. `bars`: points of change (the lower end of STEP) → calls."""

    up: int = 0
    down: int = 0
    same: int = 0
    units: dict[str, list[int]] = field(default_factory=dict)
    bars: dict[str, int] = field(default_factory=dict)
    heads_now: list[tuple[int, str]] = field(default_factory=list)
    heads_then: list[tuple[int, str]] = field(default_factory=list)
    """The TOP most urgent, (points, key), the least urgent first: the order of a heap."""

    @property
    def total(self) -> int:
        return self.up + self.down + self.same

    @property
    def entering(self) -> list[str]:
        """Calls that would come to the head of the list, the most urgent first."""
        return [key for _points, key in sorted(self.heads_then, reverse=True) if key not in {old for _points, old in self.heads_now}]

    @property
    def leaving(self) -> list[str]:
        return [key for _points, key in sorted(self.heads_now, reverse=True) if key not in {new for _points, new in self.heads_then}]


def count(moves: Moves, scored: Iterable[Scored]) -> Moves:
    """Count these too."""
    for one in scored:
        change = one.then - one.now
        moves.up += change > 0
        moves.down += change < 0
        moves.same += change == 0
        place = moves.units.setdefault(one.unit, [0, 0, 0])
        place[0 if change > 0 else 1 if change < 0 else 2] += 1
        if change:
            bar = str(change // STEP * STEP)
            moves.bars[bar] = moves.bars.get(bar, 0) + 1
        _keep(moves.heads_now, (one.now, one.key))
        _keep(moves.heads_then, (one.then, one.key))
    return moves


def _keep(heap: list[tuple[int, str]], item: tuple[int, str]) -> None:
    if len(heap) < TOP:
        heapq.heappush(heap, item)
    else:
        heapq.heappushpop(heap, item)


def stored(moves: Moves) -> dict[str, Any]:
    """As a row keeps it."""
    return {
        "up": moves.up, "down": moves.down, "same": moves.same, "units": moves.units, "bars": moves.bars,
        "now": [list(one) for one in moves.heads_now], "then": [list(one) for one in moves.heads_then],
    }  # fmt: skip


def restored(kept: dict[str, Any]) -> Moves:
    """From what a row keeps; {} is nothing counted yet."""
    moves = Moves(kept.get("up", 0), kept.get("down", 0), kept.get("same", 0), dict(kept.get("units", {})), dict(kept.get("bars", {})))
    moves.heads_now = [(int(points), key) for points, key in kept.get("now", [])]
    moves.heads_then = [(int(points), key) for points, key in kept.get("then", [])]
    heapq.heapify(moves.heads_now)
    heapq.heapify(moves.heads_then)
    return moves
