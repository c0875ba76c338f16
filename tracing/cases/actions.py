"""Opening, interviewing, isolating, closing; answering what reports propose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from tracing.cases.classifying import symptoms_told
from tracing.cases.models import Case, Closure, FacilityLine, Interview, Isolation, Proposal
from tracing.cases.news import CaseNews
from tracing.cases.opening import Plan, isolation_dates, isolation_row, plan_person
from tracing.cases.rules import may_close
from tracing.cases.sharing import after_closing, go_along
from tracing.diseases.ruleset import rule_set
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.jurisdictions.models import Town, Unit
from tracing.messaging import actions as messaging
from tracing.people.actions import NewStanding, end_standing, give_standings, record_said
from tracing.people.facts import AddressFacts, PersonFacts
from tracing.people.matching import lock
from tracing.people.models import Person
from tracing.people.rules import SAID
from tracing.tasks import actions as tasks
from tracing.tasks.models import Task
from tracing.tasks.moving import move
from tracing.tasks.queries import hold_keys


class CaseAlreadyClosed(Exception):
    """Closed already; reopen it first."""


class CaseNotClosed(Exception):
    """There is nothing to reopen."""


class IsolationLasts(Exception):
    """A case is not closed while its isolation lasts."""


class AnotherCaseIsOpen(Exception):
    """The person has a newer open case of this disease."""


class ProposalAlreadyAnswered(Exception):
    """Somebody has answered it."""


CASE_FIELDS = (
    "classification classification_rule scope scope_rule scope_reason first_positive_on last_positive_on onset_on symptomatic"
    " hospitalised setting facts needs_review sort_key task isolation closure line"
).split()


@action
def open_or_join(*, news: Sequence[CaseNews], by: Actor, at: datetime) -> dict[tuple[UUID, str, str], UUID]:
    """Open, join or split cases so that they are the episodes of what is known. One `CaseNews` per person and disease.

    Returns (person, disease, result key) → case. The caller holds the locks of these people.
    """
    existing: dict[tuple[UUID, str], list[Case]] = defaultdict(list)
    for case in Case.objects.filter(person__in={n.person for n in news}).select_related("isolation", "closure"):
        existing[case.person_id, case.disease].append(case)
    plan = Plan(symptoms=symptoms_told(case.pk for cases in existing.values() for case in cases) if existing else {})
    facilities = {(n.disease, n.facility.key) for n in news if n.facility}
    if facilities:
        lock(f"line:{disease}:{key}" for disease, key in facilities)
        for line in FacilityLine.objects.filter(key__in={key for _, key in facilities}):
            plan.lines[line.disease, line.key] = line
    for one in news:
        plan_person(plan, one, existing[one.person, one.disease], by, at)
    _write(plan, news, by, at)
    return plan.case_of


def _write(plan: Plan, news: Sequence[CaseNews], by: Actor, at: datetime) -> None:
    if plan.tasks:
        keys = hold_keys([new.person_id for new in plan.tasks if new.person_id])
        held = [replace(new, hold_keys=keys.get(new.person_id, [])) if new.person_id else new for new in plan.tasks]
        tasks.add(tasks=held, by=by, at=at)
    FacilityLine.objects.bulk_create(plan.new_lines)
    if plan.changed:
        # First, because an older episode is closed here before a newer one is opened.
        # One INSERT … ON CONFLICT: a tenth of what bulk_update's CASE expressions cost.
        Case.objects.bulk_create(
            plan.changed.values(), update_conflicts=True, unique_fields=["id"], update_fields=CASE_FIELDS
        )
    Case.objects.bulk_create(plan.opened)
    Isolation.objects.bulk_create(plan.isolations)
    Closure.objects.bulk_create(plan.closures)
    if plan.closures:
        after_closing(cases=[closure.case_id for closure in plan.closures], by=by, at=at)
    Proposal.objects.bulk_create(plan.proposals, ignore_conflicts=True)
    if plan.stop_tasks:
        tasks.stop(tasks=Task.objects.filter(pk__in=plan.stop_tasks), reason="case_changed", by=by, at=at)
    if plan.stop_dead:
        tasks.stop(tasks=Task.objects.filter(pk__in=plan.stop_dead), reason="death", by=by, at=at)
    if plan.joined_lines:
        FacilityLine.objects.filter(pk__in=plan.joined_lines).update(last_case_at=at)
    if plan.messages:
        messaging.queue(messages=plan.messages, by=by, at=at)
    seen = {one.person: one for one in news}
    standings = []
    for case in plan.touched:
        standings.append(NewStanding(case.person_id, case.unit_id, "residence", case.disease))
        if case.follow_unit_id != case.unit_id:
            standings.append(NewStanding(case.person_id, case.follow_unit_id, "stay", case.disease))
    if standings and seen:
        give_standings(standings=standings, by=by, at=at)


@dataclass(frozen=True, slots=True)
class Answers:
    """What was said in an interview; None and "" where it was not asked."""

    symptomatic: bool | None = None
    symptoms: tuple[str, ...] = ()
    onset_on: date | None = None
    hospitalised: bool | None = None
    setting: str = ""
    setting_name: str = ""
    note: str = ""
    complete: bool = False
    unseen: tuple[str, ...] = ()
    """Fields of the last interview that whoever typed does not see: where nothing was typed, what was said before stands."""
    response: UUID | None = None
    """The questionnaire's answers that this was taken from: what it says later changes the same interview."""
    withdrawn: tuple[str, ...] = ()
    """What was said before and taken back: where the interview alone had said it, it is not known any more."""


@action
def record_interview(*, case: Case, answers: Answers, by: Actor, at: datetime) -> Interview:
    """Keep what the person said; it beats the feed, and the isolation dates are made anew where they depend on it."""
    locked = Case.objects.select_for_update(no_key=True, of=("self",)).select_related("isolation", "follow_unit").get(pk=case.pk)
    answers = _with_unseen(answers, locked)
    interview = _interview(locked, answers, by, at)
    changed, old = [], {}
    for name in ("symptomatic", "onset_on", "hospitalised", "setting"):
        said = getattr(answers, name)
        if said is None or said == "":
            continue
        if getattr(locked, name) != said:
            changed.append(name)
            if getattr(locked, name) not in (None, ""):
                old[name] = str(getattr(locked, name))
            setattr(locked, name, said)
        locked.facts[name] = [SAID, at.isoformat(), "interview"]
    for name in ("symptomatic", "onset_on", "hospitalised", "setting"):
        if name in answers.withdrawn and (locked.facts.get(name) or ["", "", ""])[2] == "interview":
            changed.append(name)
            old[name] = str(getattr(locked, name))
            setattr(locked, name, "" if name == "setting" else None)
            del locked.facts[name]
    record("case.interviewed", by=by, at=at, subject=("case", locked.pk), person=locked.person_id, disease=locked.disease,
           codes={"kind": interview.kind}, changed=changed, old=old)  # fmt: skip
    today = at.astimezone(ZoneInfo(locked.follow_unit.time_zone)).date()
    dates = isolation_dates(locked, rule_set(locked.disease), today)
    now = locked.isolation
    if now is None or (dates.day_zero, dates.ends_on) != (now.day_zero, now.ends_on):
        row = isolation_row(locked, dates, by, at)
        row.save(force_insert=True)
        locked.isolation = row
        record("case.isolation_set", by=by, at=at, subject=("case", locked.pk), person=locked.person_id,
               disease=locked.disease, codes={"rule": row.rule})  # fmt: skip
    locked.save(update_fields=["symptomatic", "onset_on", "hospitalised", "setting", "facts", "isolation"])
    _restate(locked, by, at)
    return interview


def _restate(case: Case, by: Actor, at: datetime) -> None:
    """The urgency of their call follows what was said."""
    task = Task.objects.filter(pk__in=[case.task_id], ended_at__isnull=True).first()
    if task is None:
        return
    facts = dict(task.facts)
    for name, value in (
        ("symptomatic", case.symptomatic), ("onset_on", case.onset_on.isoformat() if case.onset_on else None),
        ("hospitalised", case.hospitalised), ("setting_kind", case.setting),
        ("isolation_ends_on", case.isolation.ends_on.isoformat() if case.isolation and case.isolation.ends_on else None),
    ):
        if value in (None, "", False):
            facts.pop(name, None)
        else:
            facts[name] = value
    tasks.restate(said=[tasks.Restated(task.pk, facts=facts)], by=by, at=at)


def _interview(case: Case, answers: Answers, by: Actor, at: datetime) -> Interview:
    """A row for what was said, or the row of the questionnaire that goes on: its moment stays the first."""
    kind = Interview.Kind.COMPLETE if answers.complete else Interview.Kind.PARTIAL
    said = {
        "symptomatic": answers.symptomatic, "symptoms": list(answers.symptoms), "onset_on": answers.onset_on,
        "hospitalised": answers.hospitalised, "setting": answers.setting, "setting_name": answers.setting_name, "note": answers.note,
    }  # fmt: skip
    if answers.response is not None:
        before = Interview.objects.filter(case=case, response=answers.response, kind=kind).first()
        if before is not None:
            for name, value in said.items():
                setattr(before, name, value)
            before.save(update_fields=list(said))
            return before
    row = Interview(
        case=case, person_id=case.person_id, disease=case.disease, kind=kind, response_id=answers.response, at=at, by=by.id, **said
    )  # fmt: skip
    row.save(force_insert=True)
    return row


def _with_unseen(answers: Answers, case: Case) -> Answers:
    """What the form could not show is taken from the last interview, so that it is not lost by being saved empty."""
    last = Interview.objects.filter(case=case).order_by("-at", "-id").first() if answers.unseen else None
    if last is None:
        return answers
    empty = [name for name in answers.unseen if name != "note" and getattr(answers, name, 0) in (None, "", ())]
    before: dict[str, Any] = {name: tuple(last.symptoms) if name == "symptoms" else getattr(last, name) for name in empty}
    return replace(answers, **before)


@action
def close_case(*, case: Case, reason: str, note: str = "", well_on: date | None = None, by: Actor, at: datetime) -> Closure:
    """Close the investigation. Refuses while isolation lasts.

    `well_on`: since when the person is well, for an isolation without a fixed end; its dates are then made anew.
    """
    Person.objects.select_for_update(no_key=True).get(pk=case.person_id)  # people before cases, as the filing takes them
    locked = Case.objects.select_for_update(no_key=True, of=("self",)).select_related("isolation", "unit", "task").get(pk=case.pk)
    if locked.closure_id is not None:
        raise CaseAlreadyClosed(str(case.pk))
    today = at.astimezone(ZoneInfo(locked.unit.time_zone)).date()
    if well_on is not None and locked.isolation is not None and locked.isolation.ends_on is None:
        locked.isolation = isolation_row(locked, isolation_dates(locked, rule_set(locked.disease), today, well_on), by, at)
        locked.isolation.save(force_insert=True)
        Case.objects.filter(pk=locked.pk).update(isolation=locked.isolation)
        record("case.isolation_set", by=by, at=at, subject=("case", locked.pk), person=locked.person_id,
               disease=locked.disease, codes={"rule": locked.isolation.rule})  # fmt: skip
    ends_on = locked.isolation.ends_on if locked.isolation else None
    until_well = locked.isolation is not None and ends_on is None
    if not may_close(reason=Closure.Reason(reason), isolation_ends_on=ends_on, today=today, until_well=until_well):
        raise IsolationLasts("isolation lasts until well" if ends_on is None else f"isolation lasts until {ends_on:%B %-d, %Y}")
    closure = Closure(case=locked, person_id=locked.person_id, disease=locked.disease, reason=reason, note=note, at=at,
                      by_kind=by.kind, by=by.id)  # fmt: skip
    closure.save(force_insert=True)
    Case.objects.filter(pk=locked.pk).update(closure=closure)
    if locked.task is not None and locked.task.ended_at is None:
        tasks.stop(tasks=[locked.task], reason="case_closed", by=by, at=at)
    record("case.closed", by=by, at=at, subject=("case", locked.pk), person=locked.person_id, disease=locked.disease,
           codes={"reason": reason})  # fmt: skip
    after_closing(cases=[locked.pk], by=by, at=at)
    return closure


@action
def reopen_case(*, case: Case, by: Actor, at: datetime) -> Case:
    """Take the closing back, and the call that it stopped. The closure stays in the history."""
    locked = Case.objects.select_for_update(no_key=True, of=("self",)).select_related("task").get(pk=case.pk)
    if locked.closure_id is None:
        raise CaseNotClosed(str(case.pk))
    others = Case.objects.filter(person_id=locked.person_id, disease=locked.disease, closure__isnull=True)
    if others.exists() or locked.merged_into_id is not None:
        raise AnotherCaseIsOpen(str(case.pk))
    Case.objects.filter(pk=locked.pk).update(closure=None)
    locked.closure = None
    if locked.task is not None:
        tasks.reopen_stopped(tasks=[locked.task], reason="case_closed", by=by, at=at)
    record("case.reopened", by=by, at=at, subject=("case", locked.pk), person=locked.person_id, disease=locked.disease)
    return locked


@action
def answer_proposal(*, proposal: Proposal, accept: bool, by: Actor, at: datetime) -> Proposal:
    """Do what a report proposes, or leave the case as it is."""
    locked = Proposal.objects.select_for_update(no_key=True, of=("self",)).select_related("case__task").get(pk=proposal.pk)
    if locked.answer:
        raise ProposalAlreadyAnswered(str(proposal.pk))
    locked.answer = Proposal.Answer.ACCEPTED if accept else Proposal.Answer.REFUSED
    locked.answered_at, locked.answered_by = at, by.id
    locked.save(update_fields=["answer", "answered_at", "answered_by"])
    record("case.proposal_answered", by=by, at=at, subject=("case", locked.case_id), person=locked.person_id,
           disease=locked.disease, codes={"kind": locked.kind, "answer": locked.answer})  # fmt: skip
    if locked.kind == Proposal.Kind.WITHDRAWN:
        if accept:
            if locked.case.closure_id is None:
                close_case(case=locked.case, reason="not_a_case", by=by, at=at)
        else:
            call = {"scope": "call"} if locked.case.task_id else {}
            Case.objects.filter(pk=locked.case_id).update(needs_review=False, scope_reason="a_human_said", **call)
            if locked.case.task is not None:
                tasks.reopen_stopped(tasks=[locked.case.task], reason="case_changed", by=by, at=at)
    elif accept and locked.kind == Proposal.Kind.MOVED and locked.to_unit_id is not None:
        move_case(case=locked.case, unit=locked.to_unit_id, town=locked.to_town_id, by=by, at=at)
    return locked


@action
def move_case(*, case: Case, unit: UUID, town: UUID | None, by: Actor, at: datetime) -> Case | Unchanged:
    """Another department is responsible from now on; the one before sees the person no longer for this reason."""
    Person.objects.select_for_update(no_key=True).get(pk=case.person_id)  # people before cases, as the filing takes them
    locked = Case.objects.select_for_update(no_key=True, of=("self",)).select_related("task").get(pk=case.pk)
    if locked.unit_id == unit:
        return UNCHANGED
    before, stays = locked.unit_id, locked.follow_unit_id != locked.unit_id
    Case.objects.filter(pk=locked.pk).update(unit=unit, town=town, follow_unit=locked.follow_unit_id if stays else unit)
    give_standings(standings=[NewStanding(locked.person_id, unit, "residence", locked.disease)], by=by, at=at)
    end_standing(person=locked.person_id, unit=before, why="residence", disease=locked.disease, by=by, at=at)
    if locked.task is not None and locked.task.ended_at is None and not stays:
        move(tasks=[locked.task], unit=unit, by=by, at=at)
    record("case.moved", by=by, at=at, subject=("case", locked.pk), person=locked.person_id, disease=locked.disease,
           codes={"from": str(before), "to": str(unit)})  # fmt: skip
    go_along(case=locked, before=before, unit=unit, by=by, at=at)
    locked.refresh_from_db()
    return locked


@action
def set_stay(*, case: Case, unit: Unit, town: Town | None, address: AddressFacts, by: Actor, at: datetime) -> Case:
    """Where the person is at present: they count at home and are followed there."""
    Person.objects.select_for_update(no_key=True).get(pk=case.person_id)  # people before cases, as the filing takes them
    locked = Case.objects.select_for_update(no_key=True, of=("self",)).select_related("task", "person").get(pk=case.pk)
    before = locked.follow_unit_id
    record_said(person=locked.person, facts=PersonFacts(addresses=(address,)), by=by, at=at)
    Case.objects.filter(pk=locked.pk).update(follow_unit=unit)
    if before not in (locked.unit_id, unit.pk):
        end_standing(person=locked.person_id, unit=before, why="stay", disease=locked.disease, by=by, at=at)
    if unit.pk != locked.unit_id:
        give_standings(standings=[NewStanding(locked.person_id, unit.pk, "stay", locked.disease)], by=by, at=at)
    if locked.task is not None and locked.task.ended_at is None and before != unit.pk:
        move(tasks=[locked.task], unit=unit.pk, by=by, at=at)
    record("case.stay_set", by=by, at=at, subject=("case", locked.pk), person=locked.person_id, disease=locked.disease,
           codes={"unit": unit.code, "town": town.code if town else ""})  # fmt: skip
    locked.refresh_from_db()
    return locked
