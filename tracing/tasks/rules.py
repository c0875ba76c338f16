"""When to call, when to try again, how long a person stays in hand. Pure.

Hours to call: 8 to 21 where the person is, as 47 CFR 64.1200(c)(1) has it for solicitations; health departments keep to it too.
The spacing of tries is the project's own choice; that they fall on different parts of the day follows CDC's case investigation
guidance (2020-05-26).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final

HOLD: Final = timedelta(minutes=30)
"""How long a person stays in hand without a sign of work."""
HOUSEHOLD_AT_MOST: Final = 12
"""People at one address; more are a building or an institution."""

OPENS: Final = time(8)
CLOSES: Final = time(21)
"""The first minute that is too late."""
PARTS_OF_DAY: Final = (time(9), time(13), time(18))
"""Where tries fall when nobody agreed an hour: morning, afternoon, evening."""

AGREED_PRIORITY: Final = 950
"""Of a call whose hour was agreed: above every score of a rule set (at most 899), so that the promise is kept."""

AFTER: Final = {"busy": timedelta(minutes=30), "partial": timedelta(hours=2)}
SAME_DAY_TRIES: Final = 3
"""So many tries on the day of the first; then one a day."""
NEXT_TRY_AFTER: Final = timedelta(hours=2)
"""At the least, between two tries of one day."""

TRIES: Final = 6
"""So many tries without reaching them, on three days at the least: then a letter goes out."""
LETTER_WAITS: Final = timedelta(days=4)
"""Until the letter has come and they had a day to call; then one more try, and no further call comes up."""
LEFT_FOR: Final = timedelta(hours=2)
"""So long a call in another language is left to colleagues at work who speak it; then to anybody, with an interpreter."""

CALLS_AGAIN: Final = frozenset({"partial", "no_answer", "voicemail", "busy", "wrong_number", "out_of_service"})
UNREACHED: Final = frozenset({"no_answer", "voicemail", "busy", "wrong_number", "out_of_service"})
ENDS: Final = frozenset({"reached", "refused", "do_not_call", "died"})
WORKS: Final = frozenset({"reached", "partial", "refused", "do_not_call"})
"""Whoever was looked for answered there."""
BAD_NUMBER: Final = frozenset({"wrong_number", "out_of_service"})


def may_call(at: datetime, zone: tzinfo) -> bool:
    """Whether it is an hour to call at, there. `at` is any instant with a zone."""
    return OPENS <= at.astimezone(zone).time() < CLOSES


def next_hour_to_call(at: datetime, zone: tzinfo) -> datetime:
    """`at` itself when it is an hour to call at, else the next opening: 8 o'clock there, in UTC."""
    local = at.astimezone(zone)
    if local.time() < OPENS:
        return _there(local, OPENS, 0)
    if local.time() >= CLOSES:
        return _there(local, OPENS, 1)
    return at


def may_call_in(at: datetime, zones: Iterable[tzinfo]) -> bool:
    """Whether it is an hour to call at in each of these zones: where the person is, as closely as that is known."""
    return all(may_call(at, zone) for zone in zones)


def asleep(at: datetime, zones: Iterable[str], zone_of: Callable[[str], tzinfo]) -> list[str]:
    """Of these zones those in which nobody is called at this moment."""
    return [name for name in zones if not may_call(at, zone_of(name))]


def best_part(reached: Sequence[time]) -> time | None:
    """The part of the day in which they were reached before, the last time counting; None when they never were."""
    return max((part for part in PARTS_OF_DAY if part <= reached[-1]), default=PARTS_OF_DAY[0]) if reached else None


def next_try(
    outcome: str, attempts: int, at: datetime, zone: tzinfo, other_numbers: bool = False, *,
    today: int | None = None, best: time | None = None, also: Sequence[tzinfo] = (),
) -> datetime:  # fmt: skip
    """When to try again after the `attempts`th try, when nobody agreed an hour. An instant in UTC within the hours to call.

    Wrong number: at once when the person has another number; tomorrow morning otherwise, when somebody has looked for one. `today`:
    tries at this person today, whatever for, with this one. `best`: the part of the day in which they were reached before. `also`:
    further zones in which the person may be. After TRIES tries in vain a letter goes out, and has LETTER_WAITS to be answered.
    """
    proposed = _next_try(outcome, attempts, attempts if today is None else today, at, zone, other_numbers, best)
    while not may_call_in(proposed, (zone, *also)):
        proposed = max(next_hour_to_call(proposed, one) for one in (zone, *also))
    return proposed


def exhausted(outcome: str, attempts: int) -> bool:
    """Whether calling alone does not reach them."""
    return outcome in UNREACHED and attempts >= TRIES


def _next_try(
    outcome: str, attempts: int, today: int, at: datetime, zone: tzinfo, other_numbers: bool, best: time | None
) -> datetime:  # fmt: skip
    if exhausted(outcome, attempts):
        later = (at + LETTER_WAITS).astimezone(zone)
        return _there(later, best or _next_part(later.time()), 0)
    if outcome in BAD_NUMBER:
        return next_hour_to_call(at, zone) if other_numbers else _there(at.astimezone(zone), PARTS_OF_DAY[0], 1)
    if outcome in AFTER:
        return next_hour_to_call(at + AFTER[outcome], zone)
    local = at.astimezone(zone)
    if attempts < SAME_DAY_TRIES and today < SAME_DAY_TRIES:
        for part in PARTS_OF_DAY:
            there = _there(local, part, 0)
            if there >= at + NEXT_TRY_AFTER:
                return there
        return _there(local, best or PARTS_OF_DAY[0], 1)
    return _there(local, best or _next_part(local.time()), 1)


def _next_part(now: time) -> time:
    """The part of the day that follows this one, so that tomorrow's try falls on another."""
    for part in PARTS_OF_DAY:
        if part > now:
            return part
    return PARTS_OF_DAY[0]


def _there(local: datetime, hour: time, days: int) -> datetime:
    """That hour of the clock so many days later, in UTC; across a change of summer time the clock's hour holds."""
    return datetime.combine(local.date() + timedelta(days=days), hour, local.tzinfo).astimezone(UTC)
