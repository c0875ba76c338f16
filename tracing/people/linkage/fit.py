"""Weights moved towards a file: how often its records of one person agree, and how often those of two people do. Pure.

Expectation maximisation over the combinations of degrees that occur among pairs sharing a key (Winkler 1988; Jaro 1989). What two
records agree in by chance is counted among pairs drawn at random, since those that share a key agree more often.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log2
from typing import Final

from tracing.people.linkage.comparisons import COMPARISONS, MISSING, Levels
from tracing.people.linkage.score import agreed
from tracing.people.linkage.weights import Weights, level_names

TRUST_M: Final = 100.0
"""The document's m counts like so many pairs of one person."""
TRUST_U: Final = 5.0
"""The document's u counts like a sample in which so many pairs agreed by chance: what is rare is hardly moved by not being seen."""
SHARED_FROM: Final = 0.1
ENOUGH: Final = 100
"""Of so many pairs at one address at least, a tenth with other names and birth dates tell that households stand in the file."""
ROUNDS: Final = 15
_NAMES: Final = tuple(tuple(level_names(comparison)) for comparison in COMPARISONS)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A combination of degrees and how many pairs show it."""

    levels: Levels
    number: int


Table = list[list[float]]


def fit(weights: Weights, alike: Sequence[Pattern], random: Sequence[Pattern], people: int) -> Weights:
    """The document's weights moved towards pairs that share a key (`alike`) and pairs drawn at random; `people`: size of the file."""
    u = {
        comparison.name: {
            name: min(1.0, (count + TRUST_U) / (total + TRUST_U / weights.u[comparison.name][name]))
            for name, count in zip(names, counted, strict=True)
        }
        for comparison, names, counted in zip(COMPARISONS, _NAMES, _counts(random), strict=True)
        for total in [sum(counted)]
    }
    m = {name: dict(levels) for name, levels in weights.m.items()}
    odds = [[log2(m[c.name][name] / u[c.name][name]) for name in names] for c, names in zip(COMPARISONS, _NAMES, strict=True)]
    prior = -log2(max(people, 2))
    pairs = sum(pattern.number for pattern in alike)
    for _round in range(ROUNDS):
        same, other = _expected(alike, odds, prior)
        matches = max(max(map(sum, same)), 1.0)
        prior = log2(matches / max(pairs - matches, 1.0))
        for place, (comparison, names) in enumerate(zip(COMPARISONS, _NAMES, strict=True)):
            before = weights.m[comparison.name]
            total, others = sum(same[place]), sum(other[place])
            for level, name in enumerate(names):
                m[comparison.name][name] = (same[place][level] + TRUST_M * before[name]) / (total + TRUST_M)
                # Among pairs with a key in common, two people agree more often than at random: only this round uses it.
                apart = (other[place][level] + TRUST_M * u[comparison.name][name]) / (others + TRUST_M)
                odds[place][level] = log2(m[comparison.name][name] / apart)
    return replace(weights, version=f"{weights.version}, fitted", m=m, u=u, households=_households(alike, weights.households))


def _households(alike: Sequence[Pattern], otherwise: bool) -> bool:
    """Whether people share addresses: then most pairs at one address are two people, with other first names and birth dates."""
    at_home = two = 0
    for pattern in alike:
        found = agreed(pattern.levels)
        if found["address"] == "exact" and "missing" not in (found["given"], found["birth"]):
            at_home += pattern.number
            two += pattern.number if found["given"] == "other" and found["birth"] in ("other", "same_year") else 0
    return two > SHARED_FROM * at_home if at_home >= ENOUGH else otherwise


def _counts(patterns: Sequence[Pattern]) -> Table:
    found = [[0.0] * len(names) for names in _NAMES]
    for pattern in patterns:
        for place, level in enumerate(pattern.levels):
            if level != MISSING:
                found[place][level] += pattern.number
    return found


def _expected(patterns: Sequence[Pattern], odds: Table, prior: float) -> tuple[Table, Table]:
    """How many pairs of one person, and of two, are expected to show each degree."""
    same = [[0.0] * len(names) for names in _NAMES]
    other = [[0.0] * len(names) for names in _NAMES]
    for pattern in patterns:
        weight = prior + sum(odds[place][level] for place, level in enumerate(pattern.levels) if level != MISSING)
        share = 1 / (1 + 2 ** -min(max(weight, -60.0), 60.0))
        for place, level in enumerate(pattern.levels):
            if level != MISSING:
                same[place][level] += share * pattern.number
                other[place][level] += (1 - share) * pattern.number
    return same, other
