"""Asking an organisation to help, and what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from tracing.access.queries import somebody_there
from tracing.base.ids import uuid7
from tracing.journal.actions import Actor, action, disclose, record
from tracing.jurisdictions.models import Unit
from tracing.jurisdictions.units import is_closed
from tracing.people.actions import NewStanding, end_standing, give_standings
from tracing.people.models import Person
from tracing.referrals.models import Referral
from tracing.referrals.queries import people_at_home
from tracing.referrals.rules import LONGEST, NEEDS, OUTCOMES, household, seen_until

OPEN = (Referral.State.ASKED, Referral.State.ACCEPTED)
VERBS = {
    Referral.State.DECLINED: "referral.declined", Referral.State.ENDED: "referral.ended", Referral.State.WITHDRAWN: "referral.withdrawn",
}  # fmt: skip
TOLD = ("name", "telephone", "email", "language", "address", "household_size", "until_on", "needs", "note")
"""Names of what the organisation is told."""


class CannotRefer(Exception):
    """A referral that is refused; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class ReferralAnswered(Exception):
    """It was declined, ended or withdrawn already."""


@action
def refer(
    *, person: Person, unit: Unit, from_unit: UUID, needs: Sequence[str], until_on: date, agreed_by: str, household_size: int | None = None,
    note: str = "", by: Actor, at: datetime,
) -> Referral:  # fmt: skip
    """Ask an organisation to help somebody who agreed to it. From now on it sees whom it is to help, and nothing of why.

    Refuses (CannotRefer): without agreement, without a need, a unit that is no organisation or works no longer, one where nobody
    would read it, a day in the past or too far ahead, and a second referral beside an open one.
    """
    locked = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    to = Unit.objects.get(pk=unit.pk)
    today = at.astimezone(ZoneInfo(to.time_zone)).date()
    if not agreed_by.strip():
        raise CannotRefer("not_agreed")
    if not needs or not set(needs) <= set(NEEDS):
        raise CannotRefer("no_need")
    if to.kind != Unit.Kind.COMMUNITY:
        raise CannotRefer("no_organisation")
    if is_closed(to, today):
        raise CannotRefer("unit_closed")
    if not somebody_there(to, "referrals.see", "", at=at):
        raise CannotRefer("nobody_there")
    if until_on < today:
        raise CannotRefer("past")
    if until_on - today > timedelta(days=LONGEST):
        raise CannotRefer("too_long")
    if Referral.objects.filter(person=locked, unit=to, state__in=OPEN).exists():
        raise CannotRefer("referred_already")
    row = Referral(
        id=uuid7(), person=locked, unit=to, from_unit_id=from_unit, needs=sorted(set(needs), key=NEEDS.index),
        household_size=household_size or household(people_at_home(locked.pk)), language=locked.language, until_on=until_on,
        note=note.strip()[:200], agreed_by=agreed_by.strip()[:120], at=at, by=by.id,
    )  # fmt: skip
    row.save(force_insert=True)
    until = seen_until(until_on, ZoneInfo(to.time_zone))
    give_standings(standings=[NewStanding(locked.pk, to.pk, "referred", "", until=until)], by=by, at=at)
    disclose(by=by, at=at, way="referral", recipient=to.name, purpose="help", ground="consent", persons=[locked.pk], fields=TOLD)
    _say("referral.made", row, by, at)
    return row


@action
def accept_referral(*, referral: Referral, by: Actor, at: datetime) -> Referral:
    """The organisation takes it on."""
    row = _locked(referral, Referral.State.ASKED)
    row.state, row.answered_at, row.answered_by = Referral.State.ACCEPTED, at, by.id
    row.save(update_fields=["state", "answered_at", "answered_by"])
    _say("referral.accepted", row, by, at)
    return row


@action
def decline_referral(*, referral: Referral, note: str = "", by: Actor, at: datetime) -> Referral:
    """The organisation cannot; it sees the person no longer, and whoever asked is told."""
    row = _locked(referral, Referral.State.ASKED)
    row.answered_at, row.answered_by = at, by.id
    return _over(row, Referral.State.DECLINED, "", note, by, at)


@action
def end_referral(*, referral: Referral, outcome: str, note: str = "", by: Actor, at: datetime) -> Referral:
    """What became of it; the organisation sees the person no longer."""
    if outcome not in OUTCOMES:
        raise CannotRefer("no_outcome")
    return _over(_locked(referral, *OPEN), Referral.State.ENDED, outcome, note, by, at)


@action
def withdraw_referral(*, referral: Referral, by: Actor, at: datetime) -> Referral:
    """Whoever asked does not ask any more."""
    return _over(_locked(referral, *OPEN), Referral.State.WITHDRAWN, "", "", by, at)


def _locked(referral: Referral, *states: str) -> Referral:
    row = Referral.objects.select_for_update(no_key=True, of=("self",)).get(pk=referral.pk)
    if row.state not in states:
        raise ReferralAnswered(row.state)
    return row


def _over(row: Referral, state: str, outcome: str, note: str, by: Actor, at: datetime) -> Referral:
    row.state, row.outcome, row.end_note, row.ended_at, row.ended_by = state, outcome, note.strip()[:200], at, by.id
    row.save(update_fields=["state", "outcome", "end_note", "ended_at", "ended_by", "answered_at", "answered_by"])
    end_standing(person=row.person_id, unit=row.unit_id, why="referred", disease="", by=by, at=at)
    _say(VERBS[Referral.State(state)], row, by, at)
    return row


def _say(verb: str, row: Referral, by: Actor, at: datetime) -> None:
    record(verb, by=by, at=at, subject=("referral", row.pk), person=row.person_id,
           codes={"from": str(row.from_unit_id), "to": str(row.unit_id), "needs": list(row.needs)})  # fmt: skip
