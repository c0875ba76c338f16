"""Which interviews are reviewed, and what a review comes to. Pure: no Django, no clock.

The sample: of every tracer's finished interviews a share, and at least one; drawn by a seed, so that nobody chooses and anybody can draw
it again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil
from random import Random
from typing import Final
from uuid import UUID

CRITERIA: Final = (
    "identity", "confidential", "symptoms", "contacts", "advice", "needs", "manner", "record",
)  # fmt: skip
"""What is asked of every interview; labels lie with the page."""
MARKS: Final[Mapping[str, float]] = {"met": 1.0, "part": 0.5, "not": 0.0}
"""Mark → its worth; "na" (did not apply) counts neither way."""
NOT_APPLICABLE: Final = "na"


@dataclass(frozen=True, slots=True)
class Finished:
    """One finished interview and who held it."""

    key: UUID
    by: UUID


def draw(finished: Iterable[Finished], *, percent: int, seed: str, already: Mapping[UUID, int] | None = None) -> list[UUID]:
    """The interviews to review: of each tracer `percent` in a hundred, rounded up, at least one, without those `already` drawn of theirs in
    this span (tracer → number). The same seed draws the same."""
    of: dict[UUID, list[UUID]] = defaultdict(list)
    for one in finished:
        of[one.by].append(one.key)
    found: list[UUID] = []
    for tracer in sorted(of):
        had = (already or {}).get(tracer, 0)
        wanted = max(1, ceil((len(of[tracer]) + had) * percent / 100)) - had
        if wanted > 0:
            found += Random(f"{seed}/{tracer}").sample(sorted(of[tracer]), min(wanted, len(of[tracer])))
    return found


def score(marks: Mapping[str, str]) -> int | None:
    """Per cent of what applied that was met, a part counting half; None where nothing applied."""
    worth = [MARKS[mark] for mark in marks.values() if mark != NOT_APPLICABLE]
    return round(100 * sum(worth) / len(worth)) if worth else None
