"""Permissions, and what somebody's groups give. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from uuid import UUID

PERMISSIONS: Final = {
    "people.see": "See people of the unit: name, ways to reach, addresses, as far as the role's sight shows them",
    "people.search": "Search for people by name, number or birth date",
    "people.look_up_number": "Look up who was called, by the telephone number that is calling, and nothing else",
    "people.see_restricted": "Open restricted records: colleagues, public figures, confidential addresses",
    "people.restrict": "Restrict a record and lift the restriction",
    "people.break_glass": "Open a record that is not theirs in an emergency, with a written reason",
    "people.undo_recusal": "Undo that a member of their team stepped aside from a person they know",
    "people.confidential": "See that somebody is to be reached confidentially, and why; set that and end it",
    "people.settle_match": "Decide whether a report's person is one already known",
    "people.record_death": "Record a death and take it back",
    "cases.see": "See that there is a case, its disease, dates and isolation",
    "cases.detail": "See results, interviews, contacts, calls and messages",
    "cases.work": "Interview, record what was found out, name contacts",
    "cases.close": "Close and reopen cases",
    "cases.share": "Share a case with another unit",
    "cases.transfer": "Hand a case over to another unit or state, and answer what others hand over",
    "orders.sign": "Sign orders of isolation and quarantine",
    "timeline.see": "See what happened to a person's record, and who did it",
    "tasks.next_call": "Take the next call",
    "priorities.publish": "Set the points by which calls are urgent, and publish them",
    "tasks.assign": "Lead the work: teams and absences, who makes which calls, shares lent to a team and taken back",
    "lists.see": "See lists",
    "lists.export": "Take lists out as files",
    "lists.approve_export": "Approve that somebody takes out more people than they may alone",
    "counts.see": "See counts, without anybody's record",
    "work.oversee": "See how the work goes: the board, who works on what, who is waiting",
    "referrals.make": "Refer a person to an organisation that helps",
    "referrals.see": "See whom the organisation was asked to help",
    "intake.review": "See and settle held reports",
    "intake.sources": "See who sends, and mend what keeps a sender's reports waiting",
    "diseases.unlisted": "See reports of conditions that have no rule set here",
    "users.administer": "Make accounts, grant roles, review them",
    "users.lift_waits": "See which accounts of the unit wait after wrong passwords, and end the wait",
    "users.define_roles": "Define roles of the state's own",
    "users.directory": "Connect an organisation's directory: keys, groups",
    "units.administer": "Close and merge units, say who covers whom",
    "journal.see": "See who looked at a person of the unit",
    "privacy.review": "Review emergency access, unusual looks, all looks of a user, and what left the agency",
    "audit.see": "See the journal's entries and looks without anybody's record, and take them out",
}
"""Every permission there is, in words for an auditor."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """A group of a directory gives a role in a unit, for all diseases that are not sensitive or for those named."""

    group: str
    role: UUID
    unit: UUID
    diseases: tuple[str, ...] = ()
    powerful: bool = False
    """The role is one that two people grant: no group gives it by itself."""


@dataclass(frozen=True, slots=True)
class Held:
    """A membership that stands now."""

    id: UUID
    role: UUID
    unit: UUID
    diseases: tuple[str, ...] = ()
    source: str = "hand"


@dataclass(frozen=True, slots=True)
class Settled:
    """What follows from somebody's groups."""

    give: tuple[Mapped, ...]
    propose: tuple[Mapped, ...]
    """Roles that another person must confirm first."""
    end: tuple[UUID, ...]
    """Memberships that a group of this source gave and none gives any more."""
    unknown: tuple[str, ...]
    """Groups that nobody has mapped, as they were named."""


def group_key(name: str) -> str:
    """Groups are the same whatever their letters' case and the blanks around them."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def settle_groups(claimed: Collection[str], mapped: Collection[Mapped], held: Collection[Held], *, source: str) -> Settled:
    """From the groups that a provider or a directory names now: which memberships to give and which to end.

    Only memberships of the same source end: what was given by hand stays. What is held already, from whatever source, is not given
    twice. The same groups in any order, and the same question asked again, give the same.
    """
    groups = {group_key(name): name for name in sorted(claimed, reverse=True) if group_key(name)}
    wanted: dict[tuple[UUID, UUID, tuple[str, ...]], Mapped] = {}
    for one in sorted(mapped, key=lambda m: (group_key(m.group), str(m.role), str(m.unit), m.diseases)):
        if group_key(one.group) in groups:
            wanted.setdefault((one.role, one.unit, tuple(sorted(one.diseases))), one)
    present = {(m.role, m.unit, tuple(sorted(m.diseases))) for m in held}
    missing = [one for key, one in wanted.items() if key not in present]
    known = {group_key(one.group) for one in mapped}
    over = [m.id for m in held if m.source == source and (m.role, m.unit, tuple(sorted(m.diseases))) not in wanted]
    return Settled(
        give=tuple(one for one in missing if not one.powerful),
        propose=tuple(one for one in missing if one.powerful),
        end=tuple(sorted(over)),
        unknown=tuple(sorted(name for key, name in groups.items() if key not in known)),
    )
