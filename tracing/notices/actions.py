"""Every change to notices: given, carried further, answered for, read; and who is on call."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from tracing.base.ids import uuid7
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.journal.models import Entry
from tracing.jurisdictions.models import Unit
from tracing.notices.happened import Fact, facts
from tracing.notices.models import Notice, OnCall, StaffMail, Told
from tracing.notices.queries import whom
from tracing.notices.rules import Rule, escalates_at, speaking, told_from
from tracing.notices.told import Telling, telling


class EndsBeforeItBegins(Exception):
    """The last hour on call lies before the first, or is past."""


@action
def give_notices(*, entry: Entry, only_at_once: bool | None = None, by: Actor, at: datetime) -> list[Notice] | Unchanged:
    """Tell staff of what a journal entry says, by every rule that speaks of it. Answered twice it is told once.

    `only_at_once`: only by the rules that tell at once (True) or by the others (False); None: by all.
    """
    file = telling(at.date())
    made = []
    for fact in facts(entry):
        for rule in speaking(file.rules.values(), fact.what):
            if only_at_once is None or rule.at_once is only_at_once:
                made += _give(file, rule, fact, entry, by, at)
    return made or UNCHANGED


def _give(file: Telling, rule: Rule, fact: Fact, entry: Entry, by: Actor, at: datetime) -> list[Notice]:
    if Notice.objects.filter(entry=entry.pk, rule=rule.code, unit=fact.unit).exists():
        return []
    unit = Unit.objects.get(pk=fact.unit)
    notice = Notice(
        id=uuid7(), rule=rule.code, version=file.code, unit=unit, person_id=fact.person, disease=fact.what.disease, subject_kind=fact.subject[0],
        subject_id=fact.subject[1], entry=entry.pk, at=at, at_once=rule.at_once, escalates_at=escalates_at(rule, 0, at),
    )  # fmt: skip
    notice.save(force_insert=True)
    told = _tell(file, rule, notice, 0, at)
    _say("notice.given", notice, by, at, told=len(told))
    return [notice]


def _tell(file: Telling, rule: Rule, notice: Notice, level: int, at: datetime) -> list[Told]:
    """Rows for those who were not told yet, and a mail for each where the rule says so."""
    users = whom(notice.unit, rule.roles, notice.disease, level, at_once=rule.at_once, at=at)
    before = set(Told.objects.filter(notice=notice).values_list("user_id", flat=True))
    start = at if rule.at_once else told_from(at, file.hours, ZoneInfo(notice.unit.time_zone))
    rows = [
        Told(id=uuid7(), notice=notice, user_id=user, rule=notice.rule, unit=notice.unit, disease=notice.disease,
             subject_kind=notice.subject_kind, subject_id=notice.subject_id, at=notice.at, at_once=notice.at_once, level=level, not_before=start)
        for user in users if user not in before
    ]  # fmt: skip
    Told.objects.bulk_create(rows)
    if rule.mail:
        StaffMail.objects.bulk_create(StaffMail(id=uuid7(), user_id=row.user_id, kind="notice", told=row, not_before=row.not_before) for row in rows)
    return rows


@action
def escalate_due(*, by: Actor, at: datetime, limit: int = 100) -> list[Notice] | Unchanged:
    """Carry further what nobody has answered for in time. A rule that the state has dropped since carries nothing."""
    waiting = Notice.objects.select_for_update(no_key=True, skip_locked=True, of=("self",)).select_related("unit")
    rows = list(waiting.filter(acknowledged_at__isnull=True, escalates_at__lte=at).order_by("escalates_at", "pk")[:limit])
    file = telling(at.date())
    for notice in rows:
        rule = file.rules.get(notice.rule)
        notice.level += 1
        notice.escalates_at = escalates_at(rule, notice.level, at) if rule is not None else None
        told = _tell(file, rule, notice, notice.level, at) if rule is not None else []
        _say("notice.escalated", notice, by, at, level=notice.level, told=len(told))
    Notice.objects.bulk_update(rows, ["level", "escalates_at"])
    return rows or UNCHANGED


@action
def acknowledge(*, told: Told, by: Actor, at: datetime) -> Notice | Unchanged:
    """Whoever was told answers for it: it is carried no further, and everybody who was told sees who it is. The first counts."""
    notice = Notice.objects.select_for_update(no_key=True).get(pk=told.notice_id)
    if notice.acknowledged_at is not None:
        mark_read(user=told.user_id, told=[told.pk], by=by, at=at)
        return UNCHANGED
    Told.objects.filter(notice=notice, user=by.id, read_at__isnull=True).update(read_at=at)
    notice.acknowledged_at, notice.acknowledged_by, notice.escalates_at = at, by.id, None
    notice.save(update_fields=["acknowledged_at", "acknowledged_by", "escalates_at"])
    Told.objects.filter(notice=notice).update(answered_at=at, answered_by=by.id)
    StaffMail.objects.filter(told__notice=notice, state=StaffMail.State.QUEUED).delete()
    _say("notice.acknowledged", notice, by, at, level=notice.level)
    return notice


@action
def mark_read(*, user: UUID, told: Collection[UUID] | None = None, by: Actor, at: datetime) -> int | Unchanged:
    """They have read these, or (None) everything that they were told until now but what waits for an answer."""
    rows = Told.objects.filter(user=user, read_at__isnull=True, not_before__lte=at)
    rows = rows.filter(pk__in=told) if told is not None else rows.exclude(at_once=True, answered_at__isnull=True)
    number = rows.update(read_at=at)
    if not number:
        return UNCHANGED
    record("notices.read", by=by, at=at, subject=("user", user), codes={"number": number})
    return number


@action
def put_on_call(
    *, unit: UUID, users: Sequence[UUID], from_at: datetime, until_at: datetime, second: bool = False, by: Actor, at: datetime
) -> list[OnCall]:
    """These answer for the unit from one hour to another. Refuses (EndsBeforeItBegins) what is past or ends before it begins."""
    if until_at <= from_at or until_at <= at:
        raise EndsBeforeItBegins
    rows = [OnCall(id=uuid7(), unit_id=unit, user_id=user, second=second, from_at=from_at, until_at=until_at, at=at, by=by.id) for user in users]
    OnCall.objects.bulk_create(rows)
    for row in rows:
        record("on_call.set", by=by, at=at, subject=("user", row.user_id), codes={"unit": str(unit), "second": second})
    return rows


@action
def end_on_call(*, shift: OnCall, by: Actor, at: datetime) -> OnCall | Unchanged:
    """They are not, or no longer."""
    row = OnCall.objects.select_for_update(no_key=True).get(pk=shift.pk)
    if row.ended_at is not None:
        return UNCHANGED
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    record("on_call.ended", by=by, at=at, subject=("user", row.user_id), codes={"unit": str(row.unit_id)})
    return row


def _say(verb: str, notice: Notice, by: Actor, at: datetime, **codes: int) -> None:
    record(verb, by=by, at=at, subject=("notice", notice.pk), person=notice.person_id, disease=notice.disease,
           codes={"rule": notice.rule, "unit": str(notice.unit_id), **codes})  # fmt: skip
