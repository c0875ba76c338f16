"""When who may do what is looked at again, and which accounts nobody uses. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

REVIEW_WITHIN: Final = timedelta(days=30)
UNUSED_AFTER: Final = timedelta(days=30)
INVITATION_LASTS: Final = timedelta(days=14)
LINK_REFUSALS: Final = 20
"""Wrong links from one network address within `rules.PAUSE`; a link has 256 bits, so this only keeps noise away."""


def quarter_of(day: date) -> str:
    """ "2026-Q4" """
    return f"{day.year}-Q{(day.month - 1) // 3 + 1}"


def due_on(opened: date) -> date:
    """Until when a review is to be closed."""
    return opened + REVIEW_WITHIN


def is_overdue(due: date, closed: bool, today: date) -> bool:
    return not closed and today > due


def is_unused(*, added: datetime | None, last_seen: datetime | None, last_sign_in: datetime | None, at: datetime) -> bool:
    """Whether an account was not used for so long that closing it is proposed. One that was never used counts from when it was made;
    of one whose beginning nobody wrote down it is not said."""
    last = max((moment for moment in (added, last_seen, last_sign_in) if moment is not None), default=None)
    return last is not None and at - last >= UNUSED_AFTER
