"""Who may give which role to whom: the rule that an auditor signs. Pure.

Nobody grants more than they hold. Said exactly, because an administrator sees nobody and must still be able to make a tracer:

1. To give a role in a unit one administers that unit: `users.administer`, held there by a membership of one's own, not by coverage.
2. Nobody gives a role to themselves.
3. What makes power over others (`ADMINISTRATIVE`) can be given by who holds it on that unit; by an administrator of the state also
   where they do not hold it, together with a second one. An administrator of a department gives no more than their own.
4. A sensitive disease is named by an administrator of the state, or by who holds it themselves.
5. A powerful grant (`is_powerful`) is proposed by one and confirmed by another, each of whom may give it by the rules above. The one
   who receives it is neither of them.

`docs/roles.md` shows the same as a table of examples, and the test reads it from there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

ADMINISTER: Final = "users.administer"
ADMINISTRATIVE: Final = frozenset(
    "users.administer users.lift_waits users.define_roles users.directory units.administer privacy.review audit.see journal.see lists.approve_export"
    .split()
)  # fmt: skip
"""Power over what others may do, see or take out."""
BY_TWO: Final = frozenset("users.administer users.define_roles users.directory privacy.review audit.see people.see_restricted".split())
"""A role with one of these is given by two people wherever it is given."""
OPENS_PEOPLE: Final = ("people.", "cases.")
"""A role with a permission that begins so is given by two people when it is given for the whole state."""

Verdict = Literal[
    "alone", "by_two", "not_administered", "to_oneself", "account_closed", "role_ended", "role_waiting", "unit_closed", "wrong_dates",
    "more_than_held", "sensitive", "unknown_disease", "overlaps",
]  # fmt: skip
"""What comes of asking: "alone" (granted at once), "by_two" (proposed), or the code of why not."""


@dataclass(frozen=True, slots=True)
class Granter:
    """Who gives, as far as it matters on one unit."""

    user: UUID
    holds: frozenset[str] = frozenset()
    """Permissions held on that unit by memberships of one's own there or above."""
    of_the_state: bool = False
    """Administers users of the whole state."""
    diseases: frozenset[str] = frozenset()
    """Sensitive ones that a membership of their own names on that unit."""


@dataclass(frozen=True, slots=True)
class Given:
    """A role as far as it matters for giving it."""

    permissions: frozenset[str]
    powerful: bool = False
    ended: bool = False
    waiting: bool = False
    """A role of the state's own that a second person has not confirmed."""
    needs_agreement: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is given."""

    whole_state: bool = False
    closed: bool = False


def is_powerful(role: Given, *, whole_state: bool) -> bool:
    """Whether two people must give it."""
    return (
        role.powerful
        or bool(role.permissions & BY_TWO)
        or (whole_state and any(permission.startswith(OPENS_PEOPLE) for permission in role.permissions))
    )


def may_grant(
    granter: Granter,
    *,
    to: UUID,
    role: Given,
    place: Place,
    since: datetime,
    until: datetime | None,
    at: datetime,
    diseases: Iterable[str] = (),
    sensitive: frozenset[str] = frozenset(),
    known: frozenset[str] | None = None,
    receiver_active: bool = True,
) -> Verdict:
    """Whether this person may give this role there. The order of the answers is the order in which they can be mended."""
    named = frozenset(diseases)
    if ADMINISTER not in granter.holds:
        return "not_administered"
    if granter.user == to:
        return "to_oneself"
    if not receiver_active:
        return "account_closed"
    if place.closed:
        return "unit_closed"
    if role.ended:
        return "role_ended"
    if role.waiting:
        return "role_waiting"
    if until is not None and (until <= since or until <= at):
        return "wrong_dates"
    if known is not None and named - known:
        return "unknown_disease"
    if (named & sensitive) - granter.diseases and not granter.of_the_state:
        return "sensitive"
    beyond = (role.permissions & ADMINISTRATIVE) - granter.holds
    if beyond and not granter.of_the_state:
        return "more_than_held"
    return "by_two" if beyond or is_powerful(role, whole_state=place.whole_state) else "alone"


def may_confirm(verdict: Verdict, *, proposer: UUID, confirmer: UUID, receiver: UUID) -> bool:
    """Whether who could have proposed it themselves (`verdict`) may confirm it: three different people."""
    return verdict in ("alone", "by_two") and len({proposer, confirmer, receiver}) == 3


def may_define(maker: frozenset[str], permissions: frozenset[str]) -> frozenset[str]:
    """Permissions that keep this maker from making a role with them: power over others that they do not hold themselves."""
    return (permissions & ADMINISTRATIVE) - maker


@dataclass(frozen=True, slots=True)
class Held:
    """A membership as far as it matters beside another one."""

    role: str
    unit: UUID
    above: frozenset[UUID]
    """The units above its unit, without itself."""
    diseases: frozenset[str]
    since: datetime
    until: datetime | None
    sight: str
    in_hand: bool
    people: bool
    """Whether its role shows people at all."""


ConflictCode = Literal["overlaps", "held_above", "narrower_sight", "in_hand_beside_unit"]
REFUSED: Final = frozenset({"overlaps"})
"""Conflicts with which a membership is not given. With the others it is, after a warning."""


def conflicts(new: Held, held: Iterable[Held]) -> list[ConflictCode]:
    """What a new membership has to do with those that its user holds in the same time."""
    found: set[ConflictCode] = set()
    for old in held:
        if not _meet(old, new):
            continue
        if old.role == new.role and old.unit == new.unit and _same_diseases(old.diseases, new.diseases):
            found.add("overlaps")
        elif old.role == new.role and old.unit in new.above and _same_diseases(old.diseases, new.diseases):
            found.add("held_above")
        if old.people and new.people and old.sight != new.sight:
            found.add("narrower_sight")
        if old.people and new.people and old.unit == new.unit and old.in_hand != new.in_hand:
            found.add("in_hand_beside_unit")
    order: tuple[ConflictCode, ...] = ("overlaps", "held_above", "narrower_sight", "in_hand_beside_unit")
    return [code for code in order if code in found]


def _meet(one: Held, other: Held) -> bool:
    return (one.until is None or one.until > other.since) and (other.until is None or other.until > one.since)


def _same_diseases(one: frozenset[str], other: frozenset[str]) -> bool:
    """Both for all that are not sensitive, or both naming one disease."""
    return bool(one & other) if one and other else one == other


def missing(role_needs_agreement: bool, agreement: object, training: object) -> list[Literal["agreement", "training"]]:
    """What is missing before a membership counts."""
    if not role_needs_agreement:
        return []
    return [*(["agreement"] if agreement is None else []), *(["training"] if training is None else [])]  # type: ignore[list-item]


def may_manage(granter: frozenset[UUID] | None, user_units: Iterable[UUID]) -> bool:
    """Whether an account may be closed, reopened or let in anew: by who administers every unit where it holds something now.

    `granter`: the units administered; None: the whole state. An account that holds nothing belongs to the state's administrators.
    """
    if granter is None:
        return True
    units = frozenset(user_units)
    return bool(units) and units <= granter
