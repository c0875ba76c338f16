"""Handing a case over. The sender stays responsible until somebody accepts: nobody belongs to nobody.

Two kinds. *Follow-up*: another unit follows the person from now on, and the case counts where it counted. *Residence*: the person
lives elsewhere, so the case counts and is followed there. While it is offered the receiver sees the case and may not work on it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from tracing.base.ids import uuid7
from tracing.cases.actions import CaseAlreadyClosed, move_case
from tracing.cases.agreements import agreement
from tracing.cases.models import Case, Transfer
from tracing.cases.rules import answer_due, may_give_back
from tracing.cases.sharing import OPEN, CannotShare, held, receiver, say, settle
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.jurisdictions.models import Town, Unit
from tracing.jurisdictions.units import state_above
from tracing.people.actions import NewStanding, end_standing, give_standings
from tracing.tasks.models import Task
from tracing.tasks.moving import move, take_out_of_hand

FOLLOWERS: Final = (
    Unit.Kind.STATE, Unit.Kind.REGION, Unit.Kind.DEPARTMENT, Unit.Kind.TEAM, Unit.Kind.COLLEGE, Unit.Kind.CONTRACTOR,
)  # fmt: skip
"""Kinds of units that may follow a case."""
RESIDENCES: Final = (Unit.Kind.STATE, Unit.Kind.DEPARTMENT)
"""Kinds of units in which a case may count."""


class TransferAlreadyAnswered(Exception):
    """Somebody has accepted, declined or withdrawn it."""


@action
def offer_transfer(
    *, case: Case, unit: Unit, kind: str, why: str, town: Town | None = None, by: Actor, at: datetime
) -> Transfer:
    """Offer a case to another unit, which answers within the working hours that the rules give it.

    Refuses (CannotShare): a closed unit, the unit that has it already, one where nobody may see this disease or that does no such
    work, and a second offer beside an open one. A closed case is reopened first (CaseAlreadyClosed).
    """
    locked = held(case)
    if locked.closure_id is not None:
        raise CaseAlreadyClosed(str(case.pk))
    to = receiver(unit, locked.disease, at)
    if to.kind not in (FOLLOWERS if kind == Transfer.Kind.FOLLOW_UP else RESIDENCES):
        raise CannotShare("no_such_work")
    sender = locked.follow_unit_id if kind == Transfer.Kind.FOLLOW_UP else locked.unit_id
    if to.pk == sender:
        raise CannotShare("has_it_already")
    if Transfer.objects.filter(case=locked, state__in=OPEN).exists():
        raise CannotShare("offered_already")
    rules = agreement(at.date())
    offer = Transfer(
        id=uuid7(), kind=kind, case=locked, person_id=locked.person_id, disease=locked.disease, from_unit_id=sender, unit=to,
        town=town if kind == Transfer.Kind.RESIDENCE else None, from_town_id=locked.town_id, why=why.strip()[:200],
        offered_at=at, offered_by=by.id, due_at=answer_due(at, ZoneInfo(to.time_zone), rules.hours, rules.answer_within),
    )  # fmt: skip
    offer.save(force_insert=True)
    _lend(offer, to.pk, None, by, at)
    say("transfer.offered", offer, by, at, kind=kind, rule=f"sharing/{rules.code}")
    return offer


@action
def accept_transfer(*, transfer: Transfer, on_duty: bool = False, by: Actor, at: datetime) -> Transfer:
    """Take it over. A call in hand is laid down. `on_duty`: the state keeps what nobody answered, instead of whom it was offered to."""
    case, locked = _locked(transfer)
    to = Unit.objects.select_related("successor", "parent").get(pk=locked.duty_unit_id if on_duty and locked.duty_unit_id else locked.unit_id)
    if to.pk == locked.from_unit_id:
        raise CannotShare("has_it_already")
    to = receiver(to, locked.disease, at, asked=False)
    settle(locked, Transfer.State.ACCEPTED, "", by, at)
    if to.pk != locked.unit_id:
        Transfer.objects.filter(pk=locked.pk).update(unit=to)
        locked.unit = to
    _carry(case, locked, locked.from_unit_id, to.pk, locked.town_id, by, at)
    say("transfer.accepted", locked, by, at, kind=locked.kind)
    return locked


@action
def decline_transfer(*, transfer: Transfer, note: str, by: Actor, at: datetime) -> Transfer:
    """It stays with the sender, who is told why."""
    _case, locked = _locked(transfer)
    settle(locked, Transfer.State.DECLINED, note, by, at)
    say("transfer.declined", locked, by, at)
    return locked


@action
def withdraw_transfer(*, transfer: Transfer, by: Actor, at: datetime) -> Transfer:
    """The sender takes the offer back."""
    _case, locked = _locked(transfer)
    settle(locked, Transfer.State.WITHDRAWN, "", by, at)
    say("transfer.withdrawn", locked, by, at)
    return locked


@action
def give_back(*, transfer: Transfer, note: str, by: Actor, at: datetime) -> Transfer:
    """Turn an accepted transfer back, while it is not long ago and the case is still there. The sender has it again at once."""
    case = held(Case.objects.get(pk=transfer.case_id))
    locked = Transfer.objects.select_for_update(no_key=True).get(pk=transfer.pk)
    if not returnable(locked, case, at):
        raise TransferAlreadyAnswered(str(transfer.pk))
    back = receiver(Unit.objects.get(pk=locked.from_unit_id), locked.disease, at, asked=False)
    if Transfer.objects.filter(case=case, state__in=OPEN).exists():
        raise CannotShare("offered_already")
    locked.state, locked.answer_note, locked.ended_at = Transfer.State.RETURNED, note.strip()[:200], at
    locked.save(update_fields=["state", "answer_note", "ended_at"])
    end_standing(person=locked.person_id, unit=back.pk, why="transfer", disease=locked.disease, by=by, at=at)
    _carry(case, locked, locked.unit_id, back.pk, locked.from_town_id, by, at)
    say("transfer.returned", locked, by, at)
    return locked


def returnable(transfer: Transfer, case: Case, at: datetime) -> bool:
    """Whether it can still be turned back."""
    holder = case.follow_unit_id if transfer.kind == Transfer.Kind.FOLLOW_UP else case.unit_id
    days = agreement(at.date()).sender_sees_days
    return case.closure_id is None and may_give_back(
        state=transfer.state, answered_at=transfer.answered_at, at=at, days=days, holder=holder, receivers=(transfer.unit_id,)
    )


@action
def escalate_transfer(*, transfer: Transfer, by: Actor, at: datetime) -> Transfer | Unchanged:
    """Nobody has answered in time: it stands on the state's duty list as well. The sender is responsible still."""
    locked = Transfer.objects.select_for_update(no_key=True, of=("self",)).get(pk=transfer.pk)
    if locked.state != Transfer.State.OFFERED or locked.due_at > at:
        return UNCHANGED
    duty = state_above(locked.unit_id)
    locked.state, locked.escalated_at, locked.duty_unit = Transfer.State.ESCALATED, at, duty
    locked.save(update_fields=["state", "escalated_at", "duty_unit"])
    if duty is not None and duty.pk not in (locked.unit_id, locked.from_unit_id):
        _lend(locked, duty.pk, None, by, at)
    say("transfer.escalated", locked, by, at)
    return locked


def _locked(transfer: Transfer) -> tuple[Case, Transfer]:
    """The case, then the offer, both locked: of two who answer in the same moment one comes first, and the other is told so."""
    case = held(Case.objects.get(pk=transfer.case_id))
    locked = Transfer.objects.select_for_update(no_key=True, of=("self",)).get(pk=transfer.pk)
    if locked.state not in OPEN:
        raise TransferAlreadyAnswered(str(transfer.pk))
    return case, locked


def _lend(offer: Transfer, unit: UUID, until: datetime | None, by: Actor, at: datetime) -> None:
    give_standings(
        standings=[NewStanding(offer.person_id, unit, "transfer", offer.disease, until=until)], by=by, at=at
    )


def _carry(case: Case, transfer: Transfer, before: UUID, unit: UUID, town: UUID | None, by: Actor, at: datetime) -> None:
    """Bring the case and its call to a unit; who had it sees it for some time yet."""
    tasks = list(Task.objects.filter(person=case.person_id, disease=case.disease, unit=before, ended_at__isnull=True))
    if tasks:
        take_out_of_hand(tasks=tasks, by=by, at=at)
    if transfer.kind == Transfer.Kind.RESIDENCE:
        move_case(case=case, unit=unit, town=town, by=by, at=at)
    else:
        _follow(case, unit, by, at)
    if tasks:
        move(tasks=tasks, unit=unit, by=by, at=at)
    now = Case.objects.get(pk=case.pk)
    if before not in (now.unit_id, now.follow_unit_id):
        _lend(transfer, before, at + timedelta(days=agreement(at.date()).sender_sees_days), by, at)


def _follow(case: Case, unit: UUID, by: Actor, at: datetime) -> None:
    """Another unit follows the person; the case counts where it counted."""
    before = case.follow_unit_id
    Case.objects.filter(pk=case.pk).update(follow_unit=unit)
    if before != case.unit_id:
        end_standing(person=case.person_id, unit=before, why="stay", disease=case.disease, by=by, at=at)
    if unit != case.unit_id:
        give_standings(standings=[NewStanding(case.person_id, unit, "stay", case.disease)], by=by, at=at)
    record("case.followed", by=by, at=at, subject=("case", case.pk), person=case.person_id, disease=case.disease,
           codes={"from": str(before), "to": str(unit)})  # fmt: skip
