"""Who a report is about, decided by a human: the decision and the filing that waited for it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from tracing.intake.actions.reviewing import NoLongerWaiting
from tracing.intake.models import Report
from tracing.intake.reviewed import keep_step
from tracing.intake.wake import FILE, wake
from tracing.journal.actions import Actor, action, record
from tracing.people.actions import settle_match
from tracing.people.known import candidates_as_now
from tracing.people.models import Match, Person, ReviewStep


class NotACandidate(Exception):
    """The person is none of those that the matching found."""


@action
def settle_possible_match(
    *, match: Match, person: Person | None, shown: Collection[UUID] | None = None, by: Actor, at: datetime
) -> Match:
    """One of the candidates as they are now, or (None) somebody else; the report that waited for it is filed now.

    `shown`: the candidates of whom the reviewer saw anything. That the person is somebody else is remembered of these alone; None for
    all. Raises `people.actions.MatchAlreadySettled` where somebody was faster, or its time has run out.
    """
    if person is not None and person.pk not in candidates_as_now(match):
        raise NotACandidate(str(person.pk))
    # The report first, as the filing does: locked the other way round the two could wait for each other.
    list(Report.objects.select_for_update(no_key=True).filter(pk=match.report_id).values_list("pk"))
    settled = settle_match(match=match, person=person, shown=shown, by=by, at=at)
    keep_step(settled, ReviewStep.What.SAME if person else ReviewStep.What.DIFFERENT, by=by, at=at)
    Report.objects.filter(pk=settled.report_id, state=Report.State.WAITING).update(not_before=at)
    wake(FILE, once=FILE)
    return settled


@action
def take_back_match(*, match: Match, by: Actor, at: datetime) -> Match:
    """Put the decision before a human again, while the report has not been filed by it."""
    report = Report.objects.select_for_update(no_key=True).filter(pk=match.report_id).first()
    row = Match.objects.select_for_update(no_key=True).get(pk=match.pk)
    if report is None or report.state != Report.State.WAITING or row.outcome not in (Match.Outcome.SAME, Match.Outcome.DIFFERENT):
        raise NoLongerWaiting(str(match.pk))
    Match.objects.filter(pk=row.pk).update(
        outcome=Match.Outcome.POSSIBLE, person=None, filed_on=None, settled_at=None, settled_by=None
    )
    row.refresh_from_db()
    Report.objects.filter(pk=report.pk).update(not_before=max(row.due_at or at, at))
    record("report.match_taken_back", by=by, at=at, subject=("report", row.report_id))
    keep_step(row, ReviewStep.What.TAKEN_BACK, by=by, at=at)
    return row
