"""Reports into results, people, cases and tasks: steps 3 to 7 of the road, for a set of up to a hundred at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from tracing.contacts.actions import record_cases
from tracing.diseases.rules import provisional_after_hours
from tracing.diseases.ruleset import rule_set
from tracing.intake.actions.filed import save
from tracing.intake.case_news import case_news
from tracing.intake.filing import Desk, Item, desk, judge, known_people, person_facts, settle_versions
from tracing.intake.models import Report
from tracing.intake.numbering import follow, new_numbers
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.people.actions import Wanted, match_or_add
from tracing.people.death import record_death
from tracing.people.matching import lock
from tracing.people.models import Match
from tracing.people.numbers import record_numbers
from tracing.people.rules import FEED

SET = 100
SET_BYTES = 16 * 2**20
"""A set of large messages is cut here, so that a worker's memory stays small."""


@action
def file_waiting(*, limit: int = SET, only: Sequence[UUID] | None = None, by: Actor, at: datetime) -> int | Unchanged:
    """File up to `limit` waiting reports, oldest first; returns how many were taken up. Another worker's are skipped.

    All of the set is one transaction: a worker killed in the middle leaves every report of it waiting. `only` names reports to take
    (one that spoils a set is filed alone, then held).
    """
    waiting = Report.objects.filter(state=Report.State.WAITING, not_before__lte=at)
    if only is not None:
        waiting = waiting.filter(pk__in=only)
    rows = waiting.select_for_update(no_key=True, skip_locked=True, of=("self",)).order_by("not_before", "id").select_related("source")
    reports: list[Report] = []
    size = 0
    for report in rows[:limit].iterator(chunk_size=10):
        reports.append(report)
        size += len(report.content)
        if size > SET_BYTES:
            break
    if not reports:
        return UNCHANGED
    at_desk = desk(at)
    items = [judge(report, at_desk) for report in reports]
    filed = [item for item in items if item.lines]
    if filed:
        lock(f"result:{line.key}" for item in filed for line in item.lines)
        settle_versions(filed)
        _find_people(filed, at_desk, by, at)
        if any(item.state == "waiting" for item in filed):
            settle_versions([item for item in filed if item.state == "filed"])
        known_people([item for item in filed if item.state == "filed" and item.person is None], at_desk)
        _record_deaths([item for item in filed if item.state == "filed" and item.person], by, at)
        news = case_news([item for item in filed if item.state == "filed" and item.makes_case], at_desk)
        cases = record_cases(news=news, by=by, at=at) if news else {}
    else:
        cases = {}
    for item in items:
        if item.change is not None:
            follow(item, by=by, at=at)
    save(items, cases, by=by, at=at)
    return len(reports)


def _find_people(items: Sequence[Item], at_desk: Desk, by: Actor, at: datetime) -> None:
    """The person of each report with a positive result, now or in an earlier version of it."""
    needed = [item for item in items if item.needs_person]
    if not needed:
        return
    matches = {m.report_id: m for m in Match.objects.filter(report_id__in=[item.report.pk for item in needed])}
    until = {item.report.pk: at + timedelta(hours=_hours(item, at)) for item in needed}
    wanted = [
        Wanted(
            report=item.report.pk, facts=person_facts(item), as_of=item.as_of, unit=at_desk.state_unit,
            possible_until=until[item.report.pk], person=item.person, match=matches.get(item.report.pk),
        )
        for item in needed
    ]  # fmt: skip
    for item, one in zip(needed, match_or_add(wanted=wanted, rank=FEED, source="feed", by=by, at=at), strict=True):
        if one.person is None:
            match = matches.get(item.report.pk)
            item.wait_until(match.due_at if match and match.due_at else until[item.report.pk])
        else:
            item.person = one.person
    record_numbers(numbers=new_numbers(needed), by=by, at=at)


def _hours(item: Item, at: datetime) -> int:
    """How long a possible match may hold this report back: by the most urgent of its diseases."""
    return min(provisional_after_hours(rule_set(line.result.condition), at.date()) for line in item.lines)


def _record_deaths(items: Sequence[Item], by: Actor, at: datetime) -> None:
    for item in items:
        if item.lab is not None and item.lab.patient.died and item.person is not None:
            record_death(person=item.person, died_on=item.lab.patient.died_on, source="feed", by=by, at=at)


@action
def hold_failed(*, report: Report, problem: str, by: Actor, at: datetime) -> Report | Unchanged:
    """Hold a report that could not be filed even alone. The fault is in the program's log, without personal data."""
    row = Report.objects.select_for_update(no_key=True).get(pk=report.pk)
    if row.state != Report.State.WAITING:
        return UNCHANGED
    row.state, row.problems = Report.State.HELD, [problem]
    row.save(update_fields=["state", "problems"])
    record("report.held", by=by, at=at, subject=("report", row.pk), codes={"problems": row.problems})
    return row
