"""Numbers so small that they point at somebody are not shown, nor are they to be worked out from those that are. Pure.

Each week stands by itself: its departments and their sum. There is no sum over weeks, no sum over diseases and no sum over
departments but the one of all, so that no second table, of another span or another day, gives what this one hides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

SMALL: Final = 5
"""Fewer than this are not told."""
TOGETHER: Final = 3
"""So many are hidden at the least, where one is, and the sum is told."""

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Line(Generic[K]):
    """One week: each department's number and the sum of all; None where it is not told."""

    numbers: Mapping[K, int | None]
    total: int | None


def told(numbers: Mapping[K, int], protected: Sequence[K]) -> Line[K]:
    """What is told of one week. `protected`: departments whose small numbers the reader may not see, in an order that has nothing to
    do with their numbers.

    Small ones are hidden; where fewer than TOGETHER are, the next in order are hidden with them, so that the sum of all tells their
    sum and no more. The sum is not told when there are none left to hide, when it is small itself, or when the hidden ones come so
    near to the largest that small ones can be that it would tell each.
    """
    careful = list(dict.fromkeys(key for key in protected if key in numbers))
    small = {key for key in careful if numbers[key] < SMALL}
    total: int | None = sum(numbers.values())
    if not small:
        return Line(dict(numbers), total if not careful or sum(numbers.values()) >= SMALL else None)
    hidden = set(small)
    for key in careful:
        if len(hidden) < TOGETHER:
            hidden.add(key)
    most = (SMALL - 1) * len(small)
    if len(hidden) < TOGETHER or sum(numbers.values()) < SMALL or (hidden == small and sum(numbers[key] for key in small) >= most - 2):
        total = None
    return Line({key: None if key in hidden else number for key, number in numbers.items()}, total)
