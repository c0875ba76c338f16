"""When a message may go out, and what a dialled call proposes. Pure.

Nothing that makes a telephone ring or buzz goes out at night: 8 to 21 where the person is, the hours that calls keep to
(`tracing.tasks.rules`). Letters and e-mail lie until they are read.
"""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import Final

from tracing.tasks.rules import next_hour_to_call

WAKES: Final = frozenset({"sms"})
LOST_AFTER: Final = timedelta(minutes=15)
"""A message that a provider was given and that nobody heard of again. It may have gone out: it is not sent a second time."""


def not_before(channel: str, at: datetime, zone: tzinfo) -> datetime:
    """The first moment at or after `at` when this channel may be used there."""
    return next_hour_to_call(at, zone) if channel in WAKES else at

UNDER_WAY: Final = ("asked", "placing", "ringing", "connecting", "talking")
"""States of a dialled call in which a telephone may be ringing."""
TAKEN_WITHIN: Final = timedelta(seconds=30)
"""A call that no worker has taken up by then is not made: nobody expects their telephone to ring any more."""
SPOKEN: Final = 30
"""Seconds on the line after which somebody was most likely reached; a voicemail is left sooner, or hung up on."""
TALK_AT_MOST: Final = timedelta(hours=2)
SILENT: Final = {
    "asked": TAKEN_WITHIN, "placing": timedelta(minutes=1), "ringing": timedelta(minutes=2), "connecting": timedelta(minutes=2),
    "talking": timedelta(minutes=10),
}  # fmt: skip
"""After so long without a word from the service it is asked what became of the call."""


def outcome_of(result: str, seconds: int | None) -> str:
    """The outcome that a dialled call proposes; "" where whoever called must say it. A short talk may have been a voicemail."""
    if result == "answered":
        return "reached" if (seconds or 0) >= SPOKEN else ""
    return result if result in ("busy", "no_answer") else ""


def result_of(status: str, state: str, *, persons: bool) -> str:
    """What a status of the service means for a call in this state: "talking", a result, or "" for nothing new.

    `persons`: it is of the person's line, which has the last word. The caller's line tells that they did not answer, or hung up.
    """
    if persons:
        if status == "in-progress":
            return "talking" if state in ("placing", "ringing", "connecting") else ""
        return _OF_PERSON.get(status, "")
    if status not in _OF_PERSON or state not in UNDER_WAY:
        return ""
    if status == "completed" and state in ("connecting", "talking"):
        return "cancelled" if state == "connecting" else "answered"
    return "not_taken"


_OF_PERSON: Final = {
    "completed": "answered", "busy": "busy", "no-answer": "no_answer", "failed": "failed", "canceled": "cancelled",
}  # fmt: skip
"""Last status of the person's line → result."""
