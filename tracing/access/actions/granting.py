"""Roles given by administrators: at once, or proposed by one and confirmed by another. The rule is `rules.granting`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tracing.access.actions.memberships import end_membership, grant_membership
from tracing.access.granting import Granting, Wanted, one_at_a_time, state_administrators
from tracing.access.models import GrantProposal, Membership, Role, User
from tracing.access.rules.granting import ADMINISTER, may_confirm
from tracing.access.viewer import Viewer
from tracing.access.words import Refused
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.jurisdictions.models import Unit


@dataclass(frozen=True, slots=True)
class Granted:
    """What came of giving a role: held now, or proposed; and what the giver should know (codes of `words.CONFLICTS`)."""

    membership: Membership | None
    proposal: GrantProposal | None
    warnings: Sequence[str] = ()


@action
def grant(
    *,
    viewer: Viewer,
    user: User,
    role: Role,
    unit: Unit,
    since: datetime,
    until: datetime | None = None,
    diseases: Sequence[str] = (),
    why: str,
    source: str = "hand",
    agreement_on: date | None = None,
    trained_on: date | None = None,
    asking: Granting | None = None,
    by: Actor,
    at: datetime,
) -> Granted:
    """Give a role as `rules.granting` allows: at once, or as a proposal that a second administrator confirms.

    `asking` carries what was already asked when many are given in one go. Raises Refused.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)  # two who give the same at once take turns
    asking = asking or Granting(viewer, at)
    wanted = Wanted(user, role, unit, since, until, sorted(set(diseases)))
    verdict = asking.verdict(wanted)
    if verdict == "unit_closed":
        successor = unit.successor or unit.parent
        raise Refused("unit_closed", successor=successor.name if successor else "")
    if verdict not in ("alone", "by_two"):
        raise Refused(verdict)
    warnings = asking.conflicts(wanted)
    if verdict == "by_two":
        if GrantProposal.objects.filter(user=user, role=role, unit=unit, answer="").exists():
            raise Refused("already_proposed")
        proposal = GrantProposal(
            user=user, role=role, unit=unit, diseases=list(wanted.diseases), valid_from=since, valid_until=until, why=why,
            agreement_on=agreement_on, trained_on=trained_on, asked_by=viewer.user, asked_at=at,
        )  # fmt: skip
        proposal.save(force_insert=True)
        record("membership.proposed", by=by, at=at, subject=("user", user.pk), codes={"role": role.code, "unit": unit.code})
        return Granted(None, proposal, warnings)
    made = grant_membership(
        user=user, role=role, unit=unit, since=since, until=until, diseases=wanted.diseases, why=why, source=source,
        agreement_on=agreement_on, trained_on=trained_on, by=by, at=at,
    )  # fmt: skip
    if isinstance(made, Unchanged):
        raise Refused("overlaps")
    return Granted(made, None, warnings)


@action
def confirm_grant(*, viewer: Viewer, proposal: GrantProposal, by: Actor, at: datetime) -> Membership:
    """The second person: what was proposed is held from now on, or from its own first day if that is later."""
    proposal = _waiting(proposal)
    asking = Granting(viewer, at)
    since = max(proposal.valid_from, at)
    wanted = Wanted(proposal.user, proposal.role, proposal.unit, since, proposal.valid_until, proposal.diseases)
    if viewer.user in (proposal.asked_by, proposal.user_id):
        raise Refused("not_a_second")
    verdict = asking.verdict(wanted)
    if not may_confirm(verdict, proposer=proposal.asked_by, confirmer=viewer.user, receiver=proposal.user_id):
        raise Refused(verdict)
    made = grant_membership(
        user=proposal.user, role=proposal.role, unit=proposal.unit, since=since, until=proposal.valid_until,
        diseases=proposal.diseases, why=proposal.why, agreement_on=proposal.agreement_on, trained_on=proposal.trained_on, by=by, at=at,
    )  # fmt: skip
    if isinstance(made, Unchanged):
        raise Refused("overlaps")
    _answer(proposal, GrantProposal.Answer.CONFIRMED, by, at, membership=made)
    return made


@action
def refuse_grant(*, viewer: Viewer, proposal: GrantProposal, by: Actor, at: datetime) -> GrantProposal:
    """Not to be. By an administrator of the unit; who proposed it withdraws instead."""
    proposal = _waiting(proposal)
    if ADMINISTER not in Granting(viewer, at).granter(proposal.unit_id).holds:
        raise Refused("not_administered")
    own = viewer.user == proposal.asked_by
    return _answer(proposal, GrantProposal.Answer.WITHDRAWN if own else GrantProposal.Answer.REFUSED, by, at)


@action
def end_grant(*, viewer: Viewer, membership: Membership, by: Actor, at: datetime) -> Membership | Unchanged:
    """End a role now. The last administrator of the state stays; what a directory's group gives is ended in the directory."""
    if ADMINISTER not in Granting(viewer, at).granter(membership.unit_id).holds:
        raise Refused("not_administered")
    if membership.group and membership.source in ("scim", "provider"):
        raise Refused("provider", group=membership.group)
    if _administers_state(membership):
        one_at_a_time()
    if _is_last(membership, at):
        raise Refused("last_administrator")
    return end_membership(membership=membership, by=by, at=at)


@action
def note_training(
    *, viewer: Viewer, membership: Membership, agreement_on: date | None, trained_on: date | None, by: Actor, at: datetime
) -> Membership | Unchanged:
    """Write down when confidentiality was agreed to and training was done; from then on the membership counts."""
    if ADMINISTER not in Granting(viewer, at).granter(membership.unit_id).holds:
        raise Refused("not_administered")
    if membership.user_id == viewer.user:
        raise Refused("to_oneself")
    if any(day is not None and day > at.date() for day in (agreement_on, trained_on)):
        raise Refused("wrong_dates")
    values: dict[str, Any] = {"agreement_on": agreement_on, "trained_on": trained_on}
    changed = [name for name, value in values.items() if getattr(membership, name) != value]
    if not changed:
        return UNCHANGED
    Membership.objects.filter(pk=membership.pk).update(**values)
    for name, value in values.items():
        setattr(membership, name, value)
    record("membership.agreed", by=by, at=at, subject=("user", membership.user_id), changed=changed)
    return membership


def _waiting(proposal: GrantProposal) -> GrantProposal:
    row = GrantProposal.objects.select_for_update(no_key=True, of=("self",)).select_related("user", "role", "unit").get(pk=proposal.pk)
    if row.answer:
        raise Refused("answered")
    return row


def _answer(
    proposal: GrantProposal, answer: str, by: Actor, at: datetime, membership: Membership | None = None
) -> GrantProposal:
    proposal.answer, proposal.answered_by, proposal.answered_at, proposal.membership = answer, by.id, at, membership
    proposal.save(update_fields=["answer", "answered_by", "answered_at", "membership"])
    record(
        _VERBS[answer], by=by, at=at, subject=("user", proposal.user_id),
        codes={"role": proposal.role.code, "unit": proposal.unit.code},
    )  # fmt: skip
    return proposal


_VERBS = {"confirmed": "membership.confirmed", "refused": "membership.refused", "withdrawn": "membership.withdrawn"}


def _administers_state(membership: Membership) -> bool:
    return membership.unit.kind == Unit.Kind.STATE and ADMINISTER in membership.role.permissions


def _is_last(membership: Membership, at: datetime) -> bool:
    return _administers_state(membership) and state_administrators(at) <= {membership.user_id}
