"""Permissions, and how guessing is slowed down. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

PERMISSIONS: Final = {
    "people.see": "See people of the unit: name, ways to reach, addresses, as far as the role's sight shows them",
    "people.search": "Search for people by name, number or birth date",
    "people.look_up_number": "Look up who was called, by the telephone number that is calling, and nothing else",
    "people.see_restricted": "Open restricted records: colleagues, public figures, confidential addresses",
    "people.restrict": "Restrict a record and lift the restriction",
    "people.break_glass": "Open a record that is not theirs in an emergency, with a written reason",
    "people.settle_match": "Decide whether a report's person is one already known",
    "people.record_death": "Record a death and take it back",
    "cases.see": "See that there is a case, its disease, dates and isolation",
    "cases.detail": "See results, interviews, contacts, calls and messages",
    "cases.work": "Interview, record what was found out, name contacts",
    "cases.close": "Close and reopen cases",
    "cases.share": "Share a case with another unit",
    "cases.transfer": "Hand a case over to another unit or state, and answer what others hand over",
    "timeline.see": "See what happened to a person's record, and who did it",
    "tasks.next_call": "Take the next call",
    "lists.see": "See lists",
    "lists.export": "Take lists out as files",
    "lists.approve_export": "Approve that somebody takes out more people than they may alone",
    "counts.see": "See counts, without anybody's record",
    "referrals.make": "Refer a person to an organisation that helps",
    "referrals.see": "See whom the organisation was asked to help",
    "intake.review": "See and settle held reports",
    "intake.sources": "See who sends, and mend what keeps a sender's reports waiting",
    "diseases.unlisted": "See reports of conditions that have no rule set here",
    "users.administer": "Make accounts, grant roles, review them",
    "users.define_roles": "Define roles of the state's own",
    "users.directory": "Connect an organisation's directory: keys, groups",
    "units.administer": "Close and merge units, say who covers whom",
    "journal.see": "See who looked at a person of the unit",
    "privacy.review": "Review emergency access, unusual looks, all looks of a user, and what left the agency",
    "audit.see": "See the journal's entries and looks without anybody's record, and take them out",
}
"""Every permission there is, in words for an auditor."""

REFUSALS_UNTIL_PAUSE: Final = 5
PAUSE: Final = timedelta(minutes=5)


def must_pause(refusals_within_pause: int) -> bool:
    """Whether another attempt on this account from this address has to wait. Counted per account and address together, so that
    a stranger elsewhere cannot keep the owner out."""
    return refusals_within_pause >= REFUSALS_UNTIL_PAUSE
