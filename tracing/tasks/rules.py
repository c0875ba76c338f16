"""When to call, when to try again, how long a person stays in hand. Pure.

Hours to call: 8 to 21 where the person is, as 47 CFR 64.1200(c)(1) has it for solicitations; health departments keep to it too.
The spacing of tries is the project's own choice; that they fall on different parts of the day follows CDC's case investigation
guidance (2020-05-26).
"""

from __future__ import annotations

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

CALLS_AGAIN: Final = frozenset({"partial", "no_answer", "voicemail", "busy", "wrong_number", "out_of_service"})
ENDS: Final = frozenset({"reached", "refused", "died"})
WORKS: Final = frozenset({"reached", "partial", "refused"})
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


def next_try(outcome: str, attempts: int, at: datetime, zone: tzinfo, other_numbers: bool = False) -> datetime:
    """When to try again after the `attempts`th try, when nobody agreed an hour. An instant in UTC within the hours to call.

    Wrong number: at once when the person has another number; tomorrow morning otherwise, when somebody has looked for one.
    """
    if outcome in BAD_NUMBER:
        return next_hour_to_call(at, zone) if other_numbers else _there(at.astimezone(zone), PARTS_OF_DAY[0], 1)
    if outcome in AFTER:
        return next_hour_to_call(at + AFTER[outcome], zone)
    local = at.astimezone(zone)
    if attempts < SAME_DAY_TRIES:
        for part in PARTS_OF_DAY:
            there = _there(local, part, 0)
            if there >= at + NEXT_TRY_AFTER:
                return there
        return _there(local, PARTS_OF_DAY[0], 1)
    return _there(local, _next_part(local.time()), 1)


def _next_part(now: time) -> time:
    """The part of the day that follows this one, so that tomorrow's try falls on another."""
    for part in PARTS_OF_DAY:
        if part > now:
            return part
    return PARTS_OF_DAY[0]


def _there(local: datetime, hour: time, days: int) -> datetime:
    """That hour of the clock so many days later, in UTC; across a change of summer time the clock's hour holds."""
    return datetime.combine(local.date() + timedelta(days=days), hour, local.tzinfo).astimezone(UTC)
