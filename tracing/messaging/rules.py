"""When a message may go out. Pure.

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
