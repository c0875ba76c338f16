"""Dates as laboratories and schools write them into spreadsheets. Pure: no Django, no clock.

Read: 1/20/1962 with or without a time and a zone, 2021-12-20T14:00:00-05:00, 20210714, 202107141914-0500. The order of
month and day is the American one. What cannot be read is None: nothing is guessed but the century of a two-digit year.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

_SLASHED = re.compile(
    r"(?P<month>\d{1,2})[/.-](?P<day>\d{1,2})[/.-](?P<year>\d{4}|\d{2})"
    r"(?:[ T]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d{1,9})?)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?)?"
    r"\s*(?P<zone>[A-Za-z]{1,5}|[+-]\d{2}:?\d{2})?"
)
_ISO = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
    r"(?:[ T]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d{1,9})?)?)?(?P<half>)"
    r"\s*(?P<zone>[A-Za-z]{1,5}|[+-]\d{2}:?\d{2})?"
)
_COMPACT = re.compile(
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
    r"(?:T?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?:\.\d{1,9})?)?(?P<half>)"
    r"\s*(?P<zone>[A-Za-z]{1,5}|[+-]\d{2}:?\d{2})?"
)

# Names of the zones of the United States and its territories, in hours from UTC.
_ZONES = {
    "Z": 0, "UTC": 0, "GMT": 0, "AST": -4, "ADT": -3, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6,
    "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10, "HDT": -9, "SST": -11, "CHST": 10,
}  # fmt: skip


def day_and_moment(text: str, *, not_after: date | None = None) -> tuple[date | None, datetime | None]:
    """The day as it was written, in the writer's own zone, and the instant in UTC.

    The instant is None where no time or no zone was written: whose noon it was is not for a reader to invent. A year of
    two digits means the latest such year that is not after `not_after`; without that it is not read.
    """
    text = text.strip()
    if not text or len(text) > 40:
        return None, None
    found = _SLASHED.fullmatch(text) or _COMPACT.fullmatch(text) or _ISO.fullmatch(text)
    if found is None:
        return None, None
    part = found.groupdict()
    year = int(part["year"])
    if len(part["year"]) == 2:
        if not_after is None:
            return None, None
        year += not_after.year // 100 * 100
        if (year, int(part["month"]), int(part["day"])) > (not_after.year, not_after.month, not_after.day):
            year -= 100
    try:
        day = date(year, int(part["month"]), int(part["day"]))
    except ValueError:
        return None, None
    if part["hour"] is None or part["zone"] is None:
        return day, None
    return day, _instant(day, part)


def day(text: str, *, not_after: date | None = None) -> date | None:
    """The day alone."""
    return day_and_moment(text, not_after=not_after)[0]


def _instant(day: date, part: dict[str, str | None]) -> datetime | None:
    hour = int(part["hour"] or 0)
    half = (part["half"] or "").lower()[:1]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    zone = part["zone"] or ""
    if zone[0] in "+-":
        digits = zone[1:].replace(":", "")
        hours, minutes = int(digits[:2]), int(digits[2:])
        if hours > 14 or minutes > 59:
            return None
        away = timedelta(hours=hours, minutes=minutes) * (-1 if zone[0] == "-" else 1)
    else:
        named = _ZONES.get(zone.upper())
        if named is None:
            return None
        away = timedelta(hours=named)
    try:
        local = datetime(
            day.year, day.month, day.day, hour, int(part["minute"] or 0), int(part["second"] or 0), tzinfo=timezone(away)
        )
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
