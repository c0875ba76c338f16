"""Permissions, and how guessing is slowed down. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

PERMISSIONS: Final = {
    "people.see": "See people of the unit: name, ways to reach, addresses",
    "people.settle_match": "Decide whether a report's person is one already known",
    "people.record_death": "Record a death and take it back",
    "cases.see": "See cases, results and interviews of the unit",
    "cases.work": "Interview, record what was found out, name contacts",
    "cases.close": "Close and reopen cases",
    "tasks.next_call": "Take the next call",
    "lists.see": "See lists",
    "lists.export": "Take lists out as files",
    "intake.review": "See and settle held reports",
    "intake.sources": "See who sends, and mend what keeps a sender's reports waiting",
    "diseases.unlisted": "See reports of conditions that have no rule set here",
    "users.administer": "Make accounts, grant roles",
    "journal.see": "See who did what, and who looked",
}
"""Every permission there is, in words for an auditor."""

REFUSALS_UNTIL_PAUSE: Final = 5
PAUSE: Final = timedelta(minutes=5)


def must_pause(refusals_within_pause: int) -> bool:
    """Whether another attempt on this account from this address has to wait. Counted per account and address together, so that
    a stranger elsewhere cannot keep the owner out."""
    return refusals_within_pause >= REFUSALS_UNTIL_PAUSE
