from __future__ import annotations

import pytest

from tests.matching.metrics import Quality, Tally, best, clopper_pearson, kind, quality, quantile, wilson


def test_quality_of_pairs() -> None:
    found = quality({("a", "b"), ("a", "c"), ("d", "e")}, {("a", "b"), ("a", "c"), ("f", "g"), ("h", "i")})
    assert found == Quality(2, 1, 2)
    assert (found.precision, found.recall) == (2 / 3, 0.5)
    assert found.f1 == pytest.approx(4 / 7)
    assert quality(set(), set()) == Quality(0, 0, 0) and quality(set(), set()).f1 == 1


def test_best_threshold_keeps_equal_scores_together() -> None:
    at, found = best({"a": 9.0, "b": 5.0, "c": 5.0, "d": 1.0}, {"a", "b"})
    assert (at, found) == (5.0, Quality(2, 1, 0))
    assert best({}, {"a"})[1] == Quality(0, 0, 1)


@pytest.mark.parametrize(
    ("outcome", "person", "truth", "expected"),
    [
        ("certain", "1", "1", "right_certain"),
        ("certain", "2", "1", "wrong_certain"),
        ("certain", "2", None, "linked_certain"),
        ("possible", "1", "1", "right_possible"),
        ("possible", "2", "1", "wrong_possible"),
        ("possible", "2", None, "linked_possible"),
        ("new", None, "1", "missed"),
        ("new", None, None, "right_new"),
    ],
)
def test_what_became_of_a_case(outcome: str, person: str | None, truth: str | None, expected: str) -> None:
    assert kind(outcome, person, truth) == expected


def test_tally() -> None:
    tally = Tally.of(["right_certain"] * 8 + ["wrong_certain", "right_possible", "missed", "linked_certain", "right_new"])  # type: ignore[arg-type]
    assert (tally.cases, tally.certain, tally.possible, tally.wrong) == (13, 10, 1, 2)
    assert tally.quality() == Quality(8, 2, 3)
    assert tally.quality(with_possible=True) == Quality(9, 2, 2)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 10, 0, 0.3085), (1, 20, 0.0013, 0.2487), (5, 10, 0.1871, 0.8129), (10, 10, 0.6915, 1), (3, 100_000, 0.0000062, 0.0000877)],
)
def test_clopper_pearson(hits: int, of: int, low: float, high: float) -> None:
    """Against the tables of the binomial distribution."""
    found = clopper_pearson(hits, of)
    assert found[0] == pytest.approx(low, abs=6e-5 if of < 1000 else 2e-7)
    assert found[1] == pytest.approx(high, abs=6e-5 if of < 1000 else 2e-7)


def test_wilson() -> None:
    low, high = wilson(5, 10)
    assert (low, high) == (pytest.approx(0.2366, abs=1e-4), pytest.approx(0.7634, abs=1e-4))
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(0, 50)[0] == 0.0


def test_quantile() -> None:
    assert quantile([3, 1, 2, 4], 0.5) == 2
    assert quantile(range(1, 101), 0.95) == 95
