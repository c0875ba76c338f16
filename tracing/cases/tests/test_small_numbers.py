"""What is hidden cannot be worked out, also by who knows how it is hidden: every table of a small world is looked at."""

from __future__ import annotations

from collections import defaultdict
from itertools import product

import pytest

from tracing.cases.small_numbers import SMALL, told


@pytest.mark.parametrize(("departments", "up_to", "looked_at"), [(1, 20, 20), (2, 20, 14), (3, 16, 10), (4, 12, 8)])
def test_no_small_number_follows_from_what_is_told(departments: int, up_to: int, looked_at: int) -> None:
    """All numbers that lead to the same page: a hidden small one must be able to be another one among them."""
    same: dict[tuple[tuple[int | None, ...], int | None], list[tuple[int, ...]]] = defaultdict(list)
    for numbers in product(range(up_to), repeat=departments):
        line = told(dict(enumerate(numbers)), range(departments))
        same[tuple(line.numbers.values()), line.total].append(numbers)
    for (shown, _total), alike in same.items():
        for numbers in alike:
            if max(numbers) >= looked_at:
                continue  # at the edge of this world its neighbours are missing
            for place, number in enumerate(shown):
                if number is None and 0 < numbers[place] < SMALL:
                    assert len({other[place] for other in alike}) > 1, (numbers, shown)
                assert number is None or number >= SMALL


@pytest.mark.parametrize(
    ("numbers", "protected", "expected", "total"),
    [
        ({"a": 9, "b": 7}, "ab", {"a": 9, "b": 7}, 16),
        ({"a": 9, "b": 2}, "ab", {"a": None, "b": None}, None),
        ({"a": 9, "b": 2, "c": 30, "d": 8}, "abcd", {"a": None, "b": None, "c": None, "d": 8}, 49),
        ({"a": 9, "b": 2, "c": 1, "d": 3}, "abcd", {"a": 9, "b": None, "c": None, "d": None}, 15),
        ({"a": 9, "b": 4, "c": 4, "d": 4}, "abcd", {"a": 9, "b": None, "c": None, "d": None}, None),
        ({"a": 0, "b": 0, "c": 0}, "abc", {"a": None, "b": None, "c": None}, None),
        ({"a": 2, "b": 3}, "", {"a": 2, "b": 3}, 5),
        ({"a": 1, "b": 3}, "b", {"a": 1, "b": None}, None),
        ({"a": 3}, "a", {"a": None}, None),
        ({}, "", {}, 0),
    ],
)
def test_what_is_told(numbers: dict[str, int], protected: str, expected: dict[str, int | None], total: int | None) -> None:
    line = told(numbers, list(protected))
    assert (line.numbers, line.total) == (expected, total)
