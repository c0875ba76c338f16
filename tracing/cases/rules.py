"""Which case an episode is, and whether a case may be closed. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol, TypeVar

from tracing.diseases.rules import Episode


class Dated(Protocol):
    """What is asked of a case here."""

    first_positive_on: date
    last_positive_on: date


C = TypeVar("C", bound=Dated)


def assign(episodes: Sequence[Episode], last_days: Sequence[date], cases: Sequence[C]) -> list[C | None]:
    """The case of each episode, None where one is to be opened. Episodes and cases in order of time.

    Another result never makes fewer episodes than there were, so every case finds its place; a case goes to the first free episode
    whose days overlap its own, and what is left over pairs up in order.
    """
    found: list[C | None] = [None] * len(episodes)
    left: list[C] = []
    for case in cases:
        for index, episode in enumerate(episodes):
            overlaps = episode.first_positive_on <= case.last_positive_on and case.first_positive_on <= last_days[index]
            if found[index] is None and overlaps:
                found[index] = case
                break
        else:
            left.append(case)
    free = [index for index, case in enumerate(found) if case is None]
    for index, case in zip(free, left, strict=False):
        found[index] = case
    return found


def may_close(*, reason: str, isolation_ends_on: date | None, today: date, until_well: bool = False) -> bool:
    """Refused while isolation lasts; a death, a mistake, a refusal or a move out of state ends the work at once.

    `until_well`: an isolation without a fixed end; nobody can say that it was completed before somebody says since when they are well.
    """
    if until_well and reason == "completed":
        return False
    if reason in ("died", "not_a_case", "moved", "new_episode", "refused"):
        return True
    return isolation_ends_on is None or today > isolation_ends_on
