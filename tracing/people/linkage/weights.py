"""The document of weights: how much each degree of agreement says, how common names are, and from where a pair is certain. Pure.

For every level m, the share of pairs of one person that show it, and u, the share of pairs of two people (Fellegi and Sunter, A Theory
for Record Linkage, JASA 64, 1969). A level's weight is log2(m / u); a score is their sum. Where a name agrees exactly its own
frequency takes the place of u (Winkler 1989).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from math import log2
from pathlib import Path
from typing import Any, Final

from tracing.people.linkage.comparisons import COMPARISONS, Comparison
from tracing.people.linkage.names import any_form

TRUST: Final = 20_000
"""As many people of the document's population stand beside a file's own when it counts its names."""
SHIPPED: Final = Path(__file__).parent / "data" / "weights.json"


class WeightsUnreadable(ValueError):
    """The document of weights cannot be used; the message says which part and why."""


@dataclass(frozen=True, slots=True)
class Weights:
    """`m` and `u` by comparison and level, in the order of `comparisons.COMPARISONS`."""

    version: str
    source: str
    certain: float
    """Match weight above the one of chance from which a pair may be certain: log2 of the posterior odds."""
    possible: float
    people: int
    """Size of the population that a record is looked for in: chance is one in so many."""
    m: Mapping[str, Mapping[str, float]]
    u: Mapping[str, Mapping[str, float]]
    frequencies: Mapping[str, Mapping[str, float]]
    """Of "given" and "family": folded name → its share of all people, for the common ones."""
    rare: Mapping[str, float]
    """Of "given" and "family": what counts as the share of any other."""
    households: bool
    """Whether people who live together stand in the file."""
    names: frozenset[str]
    """Given names that are no slip of the pen: the document's common ones, and all that have other forms or are one."""

    def frequency(self, kind: str, name: str | None) -> float:
        """The share of people so called."""
        if name is None:
            return 1.0
        return self.frequencies[kind].get(name, self.rare[kind])

    def weight(self, comparison: str, level: str) -> float:
        return log2(self.m[comparison][level] / self.u[comparison][level])


def read(document: Mapping[str, Any]) -> Weights:
    """Weights from a document; WeightsUnreadable with the part that is wrong."""
    m: dict[str, dict[str, float]] = {}
    u: dict[str, dict[str, float]] = {}
    try:
        for comparison in COMPARISONS:
            given = document["comparisons"][comparison.name]
            names = level_names(comparison)
            if set(given) != set(names):
                raise WeightsUnreadable(
                    f"comparisons.{comparison.name}: needs the levels {', '.join(names)}; has {', '.join(given) or 'none'}."
                )
            for level, (one, other) in given.items():
                if not (0 < one <= 1 and 0 < other <= 1):
                    raise WeightsUnreadable(f"comparisons.{comparison.name}.{level}: m and u lie above 0 and not above 1.")
            m[comparison.name] = {level: float(given[level][0]) for level in names}
            u[comparison.name] = {level: float(given[level][1]) for level in names}
        return Weights(
            str(document["version"]), str(document["source"]), float(document["certain"]), float(document["possible"]),
            int(document["people"]), m, u,
            {kind: dict(document["frequencies"][kind]["common"]) for kind in ("given", "family")},
            {kind: float(document["frequencies"][kind]["rare"]) for kind in ("given", "family")},
            bool(document["households"]),
            any_form() | frozenset(document["frequencies"]["given"]["common"]),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as wrong:
        if isinstance(wrong, WeightsUnreadable):
            raise
        raise WeightsUnreadable(f"The document of weights lacks or misspells {wrong}.") from wrong


def level_names(comparison: Comparison) -> list[str]:
    """The names of a comparison's levels as the document has them."""
    return [level.code or "absorbed" for level in comparison.levels]


def load(path: Path) -> Weights:
    """Weights from a file; WeightsUnreadable where it is no such document."""
    try:
        return read(json.loads(path.read_text()))
    except json.JSONDecodeError as wrong:
        raise WeightsUnreadable(f"{path.name} is not JSON: {wrong}.") from wrong


@cache
def shipped() -> Weights:
    """Those that come along."""
    return load(SHIPPED)


def with_counts(weights: Weights, counts: Mapping[str, Mapping[str, int]], *, trust: int = TRUST) -> Weights:
    """Frequencies moved towards what a file counts: as if `trust` people of the document's population stood in it too.

    `counts`: of "given" and "family", folded name → number of records. A small file hardly moves them, a state's own does.
    """
    moved: dict[str, dict[str, float]] = {}
    for kind, counted in counts.items():
        total = sum(counted.values())
        before = weights.frequencies[kind]
        moved[kind] = {
            name: (counted.get(name, 0) + trust * weights.frequency(kind, name)) / (total + trust)
            for name in {*before, *counted}
        }
    return replace(weights, frequencies=moved)
