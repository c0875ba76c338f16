"""Who a report is about, decided by a human: the decision and the filing that waited for it."""

from __future__ import annotations

from datetime import datetime

from tracing.intake.actions.reviewing import NoLongerWaiting
from tracing.intake.models import Report
from tracing.intake.wake import FILE, wake
from tracing.journal.actions import Actor, action, record
from tracing.people.actions import settle_match
from tracing.people.models import Match, Person


class NotACandidate(Exception):
    """The person is none of those that the matching found."""


@action
def settle_possible_match(*, match: Match, person: Person | None, by: Actor, at: datetime) -> Match:
    """One of the candidates, or (None) somebody else; the report that waited for it is filed now.

    Raises `people.actions.MatchAlreadySettled` where somebody was faster, or its time has run out.
    """
    if person is not None and str(person.pk) not in {candidate["person"] for candidate in match.candidates}:
        raise NotACandidate(str(person.pk))
    # The report first, as the filing does: locked the other way round the two could wait for each other.
    list(Report.objects.select_for_update().filter(pk=match.report_id).values_list("pk"))
    settled = settle_match(match=match, person=person, by=by, at=at)
    Report.objects.filter(pk=settled.report_id, state=Report.State.WAITING).update(not_before=at)
    wake(FILE, once=FILE)
    return settled


@action
def take_back_match(*, match: Match, by: Actor, at: datetime) -> Match:
    """Put the decision before a human again, while the report has not been filed by it."""
    report = Report.objects.select_for_update().filter(pk=match.report_id).first()
    row = Match.objects.select_for_update().get(pk=match.pk)
    if report is None or report.state != Report.State.WAITING or row.outcome not in (Match.Outcome.SAME, Match.Outcome.DIFFERENT):
        raise NoLongerWaiting(str(match.pk))
    Match.objects.filter(pk=row.pk).update(
        outcome=Match.Outcome.POSSIBLE, person=None, filed_on=None, settled_at=None, settled_by=None
    )
    row.refresh_from_db()
    Report.objects.filter(pk=report.pk).update(not_before=max(row.due_at or at, at))
    record("report.match_taken_back", by=by, at=at, subject=("report", row.report_id))
    return row
