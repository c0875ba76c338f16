"""Which case an episode is, whether it may be closed, and how long what is shared and handed over lasts. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

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


@dataclass(frozen=True, slots=True)
class Hours:
    """When a department answers: from one hour to another, every day but those named."""

    opens: time
    closes: time
    closed_on: frozenset[date] = frozenset()


def answer_due(offered_at: datetime, zone: ZoneInfo, hours: Hours, within: timedelta) -> datetime:
    """When so many working hours have passed, where the receiver is. Two hours before closing and two after opening make four."""
    left = within
    day = offered_at.astimezone(zone).date()
    while True:
        if day not in hours.closed_on:
            # In UTC, so that the night on which the clocks change takes and gives nothing.
            opens = datetime.combine(day, hours.opens, zone).astimezone(UTC)
            closes = datetime.combine(day, hours.closes, zone).astimezone(UTC)
            begins = max(opens, offered_at.astimezone(UTC))
            if begins < closes:
                if closes - begins >= left:
                    return begins + left
                left -= closes - begins
        day += timedelta(days=1)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The first instant after a day, where somebody is."""
    return datetime.combine(day + timedelta(days=1), time(0), zone).astimezone(UTC)


def affiliated_until(
    *, isolation_ends_on: date | None, closed_at: datetime | None, at: datetime, zone: ZoneInfo, days: int, longest: int
) -> datetime:
    """Until when a school sees somebody who is affiliated to it: so many days after isolation ends, or after the case was closed,
    whichever comes first; while the end of isolation is not known, as long as any share may last."""
    until = at + timedelta(days=longest)
    if isolation_ends_on is not None:
        until = end_of(isolation_ends_on + timedelta(days=days), zone)
    if closed_at is not None:
        until = min(until, closed_at + timedelta(days=days))
    return until


def is_too_long(until: datetime, at: datetime, days: int) -> bool:
    """Whether it lasts longer than so many days; the last day counts whole."""
    return until - at > timedelta(days=days + 1)


def may_give_back(*, state: str, answered_at: datetime | None, at: datetime, days: int, holder: object, receivers: Collection[object]) -> bool:
    """Whether an accepted transfer can be turned back: for so many days, and while the case is still with who accepted it."""
    if state != "accepted" or answered_at is None or holder not in receivers:
        return False
    return at - answered_at < timedelta(days=days)
