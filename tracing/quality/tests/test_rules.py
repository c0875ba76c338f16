"""Which interviews are drawn, and what a review comes to. Pure."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

import pytest

from tracing.quality.rules import CRITERIA, Finished, draw, score

ANA, BO = UUID(int=1), UUID(int=2)


def held(ana: int, bo: int) -> list[Finished]:
    return [Finished(UUID(int=1000 + number), ANA) for number in range(ana)] + [Finished(UUID(int=5000 + number), BO) for number in range(bo)]


def drawn(found: list[UUID]) -> tuple[int, int]:
    counted = Counter(key.int >= 5000 for key in found)
    return counted[False], counted[True]


@pytest.mark.parametrize(
    ("ana", "bo", "percent", "already", "expected"),
    [
        (100, 40, 5, {}, (5, 2)), (3, 1, 5, {}, (1, 1)), (0, 1, 5, {}, (0, 1)), (101, 0, 5, {}, (6, 0)), (10, 10, 100, {}, (10, 10)),
        # what was drawn before counts: only what is missing is added
        (95, 40, 5, {ANA: 5}, (0, 2)), (97, 40, 10, {ANA: 3}, (7, 4)), (0, 0, 5, {ANA: 1}, (0, 0)),
    ],
)  # fmt: skip
def test_of_each_tracer_a_share_and_at_least_one(ana: int, bo: int, percent: int, already: dict[UUID, int], expected: tuple[int, int]) -> None:
    assert drawn(draw(held(ana, bo), percent=percent, seed="2026-W48", already=already)) == expected


def test_the_same_seed_draws_the_same_and_another_another() -> None:
    first = draw(held(200, 0), percent=10, seed="2026-W48")
    assert first == draw(list(reversed(held(200, 0))), percent=10, seed="2026-W48"), "in whichever order they come"
    assert first != draw(held(200, 0), percent=10, seed="2026-W49")


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ("met met met met met met met met", 100), ("not not not not not not not not", 0), ("met part not na na na na na", 50),
        ("na na na na na na na na", None), ("met met part na na na na na", 83),
    ],
)
def test_what_a_review_comes_to(marks: str, expected: int | None) -> None:
    assert score(dict(zip(CRITERIA, marks.split(), strict=True))) == expected
