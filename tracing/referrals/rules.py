"""What may be asked for, how it can end, and until when an organisation sees somebody. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

NEEDS: Final = (
    "food", "medicine", "housing", "money", "child_care", "care_at_home", "transport", "work_letter", "internet", "mental_health",
    "supplies", "other",
)  # fmt: skip
"""Codes of needs; their words stand with the pages."""
OUTCOMES: Final = ("met", "partly_met", "not_reached", "not_wanted", "not_possible")
LONGEST: Final = 90
"""Days ahead at most that somebody is referred for."""
AFTERWARDS: Final = 14
"""Days after its end date that an open referral is still seen: what was begun may be brought to its end."""
HOUSEHOLD_AT_MOST: Final = 12
"""People at one address; more is a hall or a tower, and tells nothing of a household."""


def seen_until(until_on: date, zone: ZoneInfo) -> datetime:
    """The last instant at which the organisation sees the person, unless the referral ends before."""
    return datetime.combine(until_on + timedelta(days=AFTERWARDS + 1), time(0), zone)


def household(people: int) -> int | None:
    """How many live there, from how many are known at the address; None where that tells nothing."""
    return people if 1 <= people <= HOUSEHOLD_AT_MOST else None
