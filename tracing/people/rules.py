"""Which source a fact is taken from, and small decisions about people. Pure. Who is who: `linkage`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from tracing.base.sight import Sight

SAID: Final = 3
"""A person said so, or somebody who speaks for them."""
STAFF: Final = 2
"""Staff corrected it without speaking to the person."""
FEED: Final = 1
"""A report said so."""

Stamp = tuple[int, str, str]
"""Rank, instant (ISO 8601, UTC) and source of the value a field has now."""


def prefer(present: Any, stamp: Sequence[Any] | None, offered: Any, rank: int, as_of: datetime, source: str) -> Stamp | None:
    """The stamp under which the offered value is taken, or None when the present one stays.

    The greatest (rank, instant, value) wins, so that any order of the same facts ends in the same value; an empty value never
    displaces one, and what a person said is never displaced by a feed.
    """
    if offered is None or offered == "" or offered == []:
        return None
    offer = (rank, as_of.isoformat(), str(offered))
    if stamp is not None and (int(stamp[0]), str(stamp[1]), str(present)) >= offer:
        return None
    return rank, as_of.isoformat(), source


def age_on(birth_on: date | None, birth_year: int | None, day: date) -> int | None:
    """Full years; from a year alone the smaller age it may be; None when nothing is known."""
    if birth_on is not None:
        return day.year - birth_on.year - ((day.month, day.day) < (birth_on.month, birth_on.day))
    return max(day.year - birth_year - 1, 0) if birth_year else None


OLD: Final = 90
"""From this age on somebody without a name is still easily found: then only that they are as old is told."""


def age_shown(age: int | None, level: Sight) -> str:
    """An age as pages and files write it; "" when it is not known, or not for these eyes."""
    if age is None or level == "contact":
        return ""
    return f"{OLD}+" if level == "deidentified" and age >= OLD else str(age)


def stamped(facts: Mapping[str, Any], field: str) -> Sequence[Any] | None:
    """The stamp of a field in a row's `facts`."""
    found = facts.get(field)
    return found if isinstance(found, list | tuple) else None


EMERGENCY_LASTS: Final = timedelta(hours=4)
"""Then emergency access ends by itself."""
EMERGENCIES_A_DAY: Final = 5
"""So often within 24 hours may one user ask for it, found or not."""
REASON_AT_LEAST: Final = 20


def emergencies_left(asked: int) -> int:
    """How often one may still ask after so many within 24 hours."""
    return max(0, EMERGENCIES_A_DAY - asked)


def reason_is_enough(reason: str) -> bool:
    """Whether a written reason says something: so many characters besides doubled blanks, and not the same few repeated."""
    told = " ".join(reason.split())
    return len(told) >= REASON_AT_LEAST and len(set(told.lower()) - {" "}) >= 6
