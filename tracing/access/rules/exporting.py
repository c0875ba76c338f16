"""Lists taken out as files: for what, of how many people alone, until when an approval holds. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Literal

ALONE: Final = 500
"""So many people somebody takes out by themselves; for more a second person approves."""
HOLDS: Final = timedelta(hours=24)
"""So long an approved list may be taken."""
MORE: Final = 10
"""So many of a hundred a list may have grown since it was approved."""

GROUNDS: Final[Mapping[str, str]] = {
    "public_health": "public_health_authority", "quality": "own_operations", "legal": "required_by_law",
    "research": "approved_research", "other": "as_written",
}  # fmt: skip
"""What a list may be taken out for → code of what allows it, as the register of disclosures keeps it."""

Answer = Literal["take", "ask", "grown", "late", "taken", "refused", "waiting"]


def needs_approval(people: int) -> bool:
    return people > ALONE


def may_take(*, answer: str, approved: int, now: int, until: datetime | None, taken: bool, at: datetime) -> Answer:
    """What becomes of a request that its asker wants to take now: `approved` people then, `now` people today."""
    if answer != "approved":
        return "refused" if answer == "refused" else "waiting"
    if taken:
        return "taken"
    if until is None or until <= at:
        return "late"
    return "take" if now * 100 <= approved * (100 + MORE) else "grown"
