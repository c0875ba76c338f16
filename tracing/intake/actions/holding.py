"""Reports that wait for a human: correct them, file them again, set them aside, take them back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from tracing.intake.corrections import checked
from tracing.intake.models import Delivery, Report
from tracing.intake.wake import FILE, READ, wake
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record

REASONS: Final = {
    "test_message": "A test message of the sender",
    "not_about_a_person": "Not about a person: proficiency test, environment, animal",
    "duplicate": "The same result came another way",
    "not_reportable": "Nothing that has to be reported",
    "unreadable_asked_sender": "Cannot be read; the sender was asked to send it again",
    "other": "Another reason",
}
"""Why a report may be set aside."""

SET: Final = 500


class NotHeld(Exception):
    """The report is not held: it was filed, set aside or taken up again meanwhile."""


class NotSetAside(Exception):
    """The report is not set aside."""


class ReasonUnknown(Exception):
    """None of REASONS."""


@action
def correct_report(*, report: Report, corrections: Mapping[str, str], by: Actor, at: datetime) -> Report:
    """Put values in place of what the message says (see `corrections.FIELDS`) and file it. The bytes stay as they came.

    Corrections add up; an empty value takes an earlier one back. Raises `corrections.CorrectionsWrong` with a reason per field.
    """
    kept = checked(corrections, today=at.date())
    row = _held(report)
    wanted = {name: value for name, value in {**row.corrections, **kept}.items() if value}
    old = {name: row.corrections.get(name, "") for name in corrections}
    row.corrections = wanted
    row.save(update_fields=["corrections"])
    record("report.corrected", by=by, at=at, subject=("report", row.pk), changed=sorted(corrections), old=old)
    _take_up([row], by=by, at=at)
    return row


@action
def file_again(*, reports: Sequence[Report], by: Actor, at: datetime) -> int | Unchanged:
    """Take up to 500 held reports up again, as they are. Those no longer held are left alone; returns how many were taken up."""
    keys = [report.pk for report in reports[:SET]]
    rows = list(Report.objects.select_for_update(no_key=True).filter(pk__in=keys, state=Report.State.HELD).order_by("pk"))
    return _take_up(rows, by=by, at=at) if rows else UNCHANGED


@action
def refile_by_cause(*, cause: str, by: Actor, at: datetime, limit: int = SET) -> int | Unchanged:
    """Take up again the oldest held reports that share a cause, because it was mended. Call until Unchanged."""
    rows = list(
        Report.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(state=Report.State.HELD, causes__contains=[cause])
        .order_by("received_at", "pk")[: min(limit, SET)]
    )
    return _take_up(rows, by=by, at=at, cause=cause) if rows else UNCHANGED


@action
def set_aside(*, report: Report, reason: str, by: Actor, at: datetime) -> Report | Unchanged:
    """Decide that a held report is never filed. It is kept, counted, and can be taken back."""
    if reason not in REASONS:
        raise ReasonUnknown(reason)
    row = Report.objects.select_for_update(no_key=True).get(pk=report.pk)
    if row.state == Report.State.SET_ASIDE and row.set_aside_reason == reason:
        return UNCHANGED
    if row.state != Report.State.HELD:
        raise NotHeld(row.state)
    row.state, row.set_aside_reason = Report.State.SET_ASIDE, reason
    row.save(update_fields=["state", "set_aside_reason"])
    record("report.set_aside", by=by, at=at, subject=("report", row.pk), codes={"reason": reason, "problems": row.problems})
    return row


@action
def take_back_set_aside(*, report: Report, by: Actor, at: datetime) -> Report:
    """Hold the report again, with the problems it had: whoever took it back decides what becomes of it."""
    row = Report.objects.select_for_update(no_key=True).get(pk=report.pk)
    if row.state != Report.State.SET_ASIDE:
        raise NotSetAside(row.state)
    old = row.set_aside_reason
    row.state, row.set_aside_reason = Report.State.HELD, ""
    row.problems = row.problems or ["taken_back"]
    row.save(update_fields=["state", "set_aside_reason", "problems"])
    record("report.taken_back", by=by, at=at, subject=("report", row.pk), codes={"reason": old})
    return row


def _held(report: Report) -> Report:
    row = Report.objects.select_for_update(no_key=True).get(pk=report.pk)
    if row.state != Report.State.HELD:
        raise NotHeld(row.state)
    return row


def _take_up(rows: Sequence[Report], *, by: Actor, at: datetime, cause: str = "") -> int:
    """Held → waiting. A delivery in which no message was found is read anew as a whole: its bytes are in its parts."""
    whole = [row for row in rows if row.message_no == 0]
    single = [row for row in rows if row.message_no > 0]
    for row in rows:
        codes = {"problems": row.problems, **({"cause": cause} if cause else {})}
        record("report.taken_up", by=by, at=at, subject=("report", row.pk), codes=codes)
    if single:
        Report.objects.filter(pk__in=[row.pk for row in single]).update(
            state=Report.State.WAITING, problems=[], causes=[], not_before=at
        )
        wake(FILE, once=FILE)
    if whole:
        Report.objects.filter(pk__in=[row.pk for row in whole]).delete()
        deliveries = [row.delivery_id for row in whole]
        Delivery.objects.filter(pk__in=deliveries).update(state=Delivery.State.WAITING, messages=0, declared=None, read_at=None)
        for delivery in deliveries:
            wake(READ, once=f"{READ} {delivery}", delivery=str(delivery))
    return len(rows)
