"""How good links are. Pure: counts in, shares and intervals out."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Literal, TypeVar

Kind = Literal[
    "right_certain", "right_possible", "wrong_certain", "wrong_possible", "missed", "right_new", "linked_certain", "linked_possible"
]
"""What became of a case. `linked_…`: a person was given though nobody was to be found; `wrong_…`: another than the right one."""

P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Quality:
    """True, false and missed links."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (2 * self.right + self.wrong + self.missed) if self.right + self.wrong + self.missed else 1.0


def quality(found: Set[P], truth: Set[P]) -> Quality:
    """Of pairs."""
    right = len(found & truth)
    return Quality(right, len(found) - right, len(truth) - right)


def best(scores: Mapping[P, float], truth: Set[P]) -> tuple[float, Quality]:
    """The threshold that gives the greatest F1, known only afterwards; links are pairs at or above it."""
    order = sorted(scores, key=lambda p: -scores[p])
    right, top, at = 0, Quality(0, 0, len(truth)), math.inf
    for count, p in enumerate(order, 1):
        right += p in truth
        if count < len(order) and scores[order[count]] == scores[p]:
            continue
        now = Quality(right, count - right, len(truth) - right)
        if now.f1 > top.f1:
            top, at = now, scores[p]
    return at, top


def kind(outcome: str, person: str | None, truth: str | None) -> Kind:
    """What became of one case. `outcome`: certain, possible or new; `truth`: the person, or None where nobody is to be found."""
    if outcome == "new" or not person:
        return "missed" if truth else "right_new"
    if truth is None:
        return "linked_certain" if outcome == "certain" else "linked_possible"
    if person == truth:
        return "right_certain" if outcome == "certain" else "right_possible"
    return "wrong_certain" if outcome == "certain" else "wrong_possible"


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of many cases."""

    counts: Mapping[Kind, int]

    @classmethod
    def of(cls, kinds: Iterable[Kind]) -> Tally:
        return cls(Counter(kinds))

    def __getitem__(self, name: Kind) -> int:
        return self.counts.get(name, 0)

    @property
    def cases(self) -> int:
        return sum(self.counts.values())

    @property
    def certain(self) -> int:
        return self["right_certain"] + self["wrong_certain"] + self["linked_certain"]

    @property
    def possible(self) -> int:
        return self["right_possible"] + self["wrong_possible"] + self["linked_possible"]

    @property
    def wrong(self) -> int:
        """Certain links that join two people."""
        return self["wrong_certain"] + self["linked_certain"]

    def quality(self, with_possible: bool = False) -> Quality:
        """Of certain links; `with_possible`: a human is taken to say yes to the right candidate and no to a wrong one."""
        right = self["right_certain"] + (self["right_possible"] if with_possible else 0)
        known = (
            right
            + self["wrong_certain"]
            + self["wrong_possible"]
            + self["missed"]
            + (0 if with_possible else self["right_possible"])
        )
        return Quality(right, self.wrong, known - right)


def wilson(hits: int, of: int, z: float = 1.959964) -> tuple[float, float]:
    """Interval of a share, 95 % unless told: Wilson's score interval."""
    if of == 0:
        return 0.0, 1.0
    share, square = hits / of, z * z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = z / (1 + square / of) * math.sqrt(share * (1 - share) / of + square / (4 * of * of))
    return max(0.0, middle - half), min(1.0, middle + half)


def clopper_pearson(hits: int, of: int, level: float = 0.95) -> tuple[float, float]:
    """The exact interval of a share: wider than needed, never narrower. The one to use for rare events."""
    if of == 0:
        return 0.0, 1.0
    tail = (1 - level) / 2
    low = 0.0 if hits == 0 else _solve(lambda share: 1 - _at_most(hits - 1, of, share) - tail)
    high = 1.0 if hits == of else _solve(lambda share: tail - _at_most(hits, of, share))
    return low, high


def _at_most(hits: int, of: int, share: float) -> float:
    """The chance of so many hits or fewer."""
    if share <= 0:
        return 1.0
    if share >= 1:
        return float(hits >= of)
    logs = [
        math.lgamma(of + 1) - math.lgamma(k + 1) - math.lgamma(of - k + 1) + k * math.log(share) + (of - k) * math.log1p(-share)
        for k in range(hits + 1)
    ]
    top = max(logs)
    return min(1.0, math.exp(top) * math.fsum(math.exp(value - top) for value in logs))


def _solve(rising: Callable[[float], float]) -> float:
    low, high = 0.0, 1.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < 0 else (low, middle)
    return (low + high) / 2


def quantile(values: Iterable[float], share: float) -> float:
    """The value that so many lie at or below; of the sorted values the nearest rank."""
    order = sorted(values)
    return order[max(0, math.ceil(share * len(order)) - 1)]
