"""Sharing a case with another unit: seen there for a purpose, until a day; never worked on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from tracing.access.queries import somebody_there
from tracing.base.ids import uuid7
from tracing.cases.agreements import PURPOSES, agreement
from tracing.cases.models import Case, Share, Transfer
from tracing.cases.rules import is_too_long
from tracing.diseases.conditions import sensitive_codes
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.jurisdictions.models import Unit
from tracing.jurisdictions.units import is_closed, stands_above
from tracing.people.actions import NewStanding, end_standing, give_standings
from tracing.people.models import Person, Standing

SEE = "cases.see"
HELPERS = (Unit.Kind.COMMUNITY, Unit.Kind.LABORATORY)
"""Kinds of units that are never shown a case: an organisation that helps is told of a person by a referral."""


class CannotShare(Exception):
    """A share or transfer that is refused; `code` says why, `unit` whom to ask instead, where there is somebody."""

    def __init__(self, code: str, unit: Unit | None = None) -> None:
        super().__init__(code)
        self.code, self.unit = code, unit


def held(case: Case) -> Case:
    """The case with its person, both locked: people before cases, as the filing takes them."""
    Person.objects.select_for_update(no_key=True).get(pk=case.person_id)
    rows = Case.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("task", "unit", "follow_unit", "isolation", "closure").get(pk=case.pk)


def receiver(unit: Unit, disease: str, at: datetime, *, asked: bool = True) -> Unit:
    """The unit as it is now, if it may be shown a case of this disease. Raises CannotShare. Not `asked`: it wants the case itself."""
    found = Unit.objects.select_related("successor", "parent").get(pk=unit.pk)
    if is_closed(found, at.astimezone(ZoneInfo(found.time_zone)).date()):
        raise CannotShare("unit_closed", found.successor or found.parent)
    if found.kind in HELPERS:
        raise CannotShare("refer_instead")
    # Where nobody has an account yet somebody may have one tomorrow; a sensitive disease is not lent on that hope.
    if asked and disease in sensitive_codes() and not somebody_there(found, SEE, disease, at=at):
        raise CannotShare("nobody_there")
    return found


def say(verb: str, row: Share | Transfer, by: Actor, at: datetime, **codes: str) -> None:
    record(verb, by=by, at=at, subject=("case", row.case_id), person=row.person_id, disease=row.disease,
           codes={"from": str(row.from_unit_id), "to": str(row.unit_id), **codes})  # fmt: skip


@action
def share_case(
    *, case: Case, unit: Unit, purpose: str, until: datetime, why: str = "", from_unit: UUID | None = None, by: Actor, at: datetime
) -> Share:
    """Let another unit see a case. `from_unit`: who shares it, where it counts unless said otherwise.

    Refuses (CannotShare): a closed unit, one that sees it already, one where nobody may see this disease, a day in the past or too
    far ahead.
    """
    locked = held(case)
    rules = agreement(at.date())
    with_unit = receiver(unit, locked.disease, at)
    if any(stands_above(with_unit.pk, own) for own in (locked.unit_id, locked.follow_unit_id)):
        raise CannotShare("sees_it_already")
    if purpose not in PURPOSES:
        raise CannotShare("no_purpose")
    if until <= at:
        raise CannotShare("past")
    if is_too_long(until, at, rules.share_days_at_most):
        raise CannotShare("too_long")
    present = Share.objects.filter(case=locked, unit=with_unit, ended_at__isnull=True).first()
    if present is not None and present.until <= at:
        _end([present], by, at)
    elif present is not None:
        raise CannotShare("shared_already")
    if locked.closure is not None:
        until = min(until, max(locked.closure.at, at) + rules.after_closing)
    return add_share(locked, with_unit.pk, from_unit or locked.unit_id, purpose, until, why, "", rules.code, by, at)


def add_share(
    case: Case, unit: UUID, from_unit: UUID, purpose: str, until: datetime, why: str, rule: str, version: str, by: Actor, at: datetime
) -> Share:
    """The row and its standing. Called inside an action."""
    share = Share(
        id=uuid7(), case_id=case.pk, person_id=case.person_id, disease=case.disease, unit_id=unit, from_unit_id=from_unit,
        purpose=purpose, why=why.strip()[:200], rule=rule, at=at, by_kind=by.kind, by=by.id, until=until,
    )  # fmt: skip
    share.save(force_insert=True)
    give_standings(standings=[NewStanding(case.person_id, unit, _why(share), case.disease, until=until)], by=by, at=at)
    say("share.made", share, by, at, purpose=purpose, rule=f"sharing/{rule or version}")
    return share


@action
def renew_share(*, share: Share, until: datetime, by: Actor, at: datetime) -> Share | Unchanged:
    """Let it last longer, or end earlier, counted from now."""
    locked = _open(share, at)
    rules = agreement(at.date())
    if until == locked.until:
        return UNCHANGED
    if until <= at:
        raise CannotShare("past")
    if is_too_long(until, at, rules.share_days_at_most):
        raise CannotShare("too_long")
    closure = Case.objects.select_related("closure").get(pk=locked.case_id).closure
    if closure is not None:
        until = min(until, max(closure.at, at) + rules.after_closing)
    set_until(locked, until, by, at)
    return locked


def set_until(share: Share, until: datetime, by: Actor, at: datetime) -> None:
    """Another end for a share and its standing. Called inside an action."""
    Share.objects.filter(pk=share.pk).update(until=until)
    standings = Standing.objects.filter(
        person=share.person_id, unit=share.unit_id, why=_why(share), disease=share.disease, until=share.until
    )
    standings.update(until=until)
    share.until = until
    say("share.renewed", share, by, at)


@action
def end_share(*, share: Share, by: Actor, at: datetime) -> Share:
    """The other unit sees the case no longer for this reason."""
    locked = _open(share, at)
    _end([locked], by, at)
    return locked


@action
def end_shares_due(*, by: Actor, at: datetime, most: int = 500) -> int | Unchanged:
    """Shares whose day has passed are written down as ended; nobody has seen anything by them since."""
    rows = list(Share.objects.select_for_update(no_key=True, skip_locked=True).filter(ended_at__isnull=True, until__lte=at).order_by("until")[:most])
    if not rows:
        return UNCHANGED
    _end(rows, by, at)
    return len(rows)


@action
def after_closing(*, cases: Iterable[UUID], by: Actor, at: datetime) -> int | Unchanged:
    """What a closing ends: shares soon, offered transfers at once. Called by whatever closes cases."""
    keys = list(cases)
    soon = at + agreement(at.date()).after_closing
    shares = list(Share.objects.select_for_update(no_key=True).filter(case__in=keys, ended_at__isnull=True, until__gt=soon).order_by("pk"))
    for share in shares:
        set_until(share, soon, by, at)
    open_ones = withdraw_open(keys, by, at)
    return len(shares) + open_ones or UNCHANGED


def withdraw_open(cases: Iterable[UUID], by: Actor, at: datetime) -> int:
    """Transfers that have lost their reason: the case was closed, or went another way. Called inside an action."""
    rows = list(Transfer.objects.select_for_update(no_key=True).filter(case__in=list(cases), state__in=OPEN).order_by("pk"))
    for row in rows:
        settle(row, Transfer.State.WITHDRAWN, "", by, at)
        say("transfer.withdrawn", row, by, at)
    return len(rows)


OPEN = (Transfer.State.OFFERED, Transfer.State.ESCALATED)


def settle(row: Transfer, state: str, note: str, by: Actor, at: datetime) -> None:
    """An answer to an open transfer; what was lent with the offer ends. Called inside an action."""
    row.state, row.answered_at, row.answered_by, row.answer_note = state, at, by.id, note.strip()[:200]
    row.ended_at = None if state == Transfer.State.ACCEPTED else at
    row.save(update_fields=["state", "answered_at", "answered_by", "answer_note", "ended_at"])
    for unit in [key for key in (row.unit_id, row.duty_unit_id) if key is not None and key != row.from_unit_id]:
        end_standing(person=row.person_id, unit=unit, why="transfer", disease=row.disease, open_ended=True, by=by, at=at)


@action
def go_along(*, case: Case, before: UUID, unit: UUID, by: Actor, at: datetime) -> int | Unchanged:
    """The case counts elsewhere from now on: its shares are the new unit's to end, and one with that unit is not needed any more."""
    _end(list(Share.objects.select_for_update(no_key=True).filter(case=case, unit=unit, ended_at__isnull=True)), by, at)
    moved = list(Share.objects.select_for_update(no_key=True).filter(case=case, from_unit=before, ended_at__isnull=True).order_by("pk"))
    for share in moved:
        Share.objects.filter(pk=share.pk).update(from_unit=unit)
        share.from_unit_id = unit
        say("share.renewed", share, by, at)
    withdraw_open([case.pk], by, at)
    return len(moved) or UNCHANGED


def _why(share: Share) -> str:
    return "school" if share.rule else "shared"


def _open(share: Share, at: datetime) -> Share:
    locked = Share.objects.select_for_update(no_key=True).get(pk=share.pk)
    if locked.ended_at is not None:
        raise CannotShare("ended_already")
    return locked


def end_all(rows: list[Share], by: Actor, at: datetime) -> None:
    """Called inside an action."""
    _end(rows, by, at)


def _end(rows: list[Share], by: Actor, at: datetime) -> None:
    for share in rows:
        share.ended_at, share.ended_by = at, by.id
        share.save(update_fields=["ended_at", "ended_by"])
        say("share.ended", share, by, at)
        others = Share.objects.filter(
            person=share.person_id, unit=share.unit_id, disease=share.disease, ended_at__isnull=True, until__gt=at
        )
        if not any(_why(other) == _why(share) for other in others):  # another episode of the illness may be shared as well
            end_standing(person=share.person_id, unit=share.unit_id, why=_why(share), disease=share.disease, by=by, at=at)
