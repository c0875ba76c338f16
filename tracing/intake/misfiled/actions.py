"""Moving a report to whom it is about, and taking the move back."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import OperationalError
from django.db.models import Q

from tracing.base.ids import uuid7
from tracing.cases import merging as cases
from tracing.intake.filing import Item, desk, person_facts
from tracing.intake.misfiled import undoing
from tracing.intake.misfiled.bundle import Bundle, bundle, items, moves_of, reports_of, told
from tracing.intake.misfiled.refusals import CannotMove
from tracing.intake.models import LabResult, Moved, Report
from tracing.intake.numbering import new_numbers
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.messaging import actions as messaging
from tracing.people.actions import Wanted, match_or_add
from tracing.people.death import is_dead, record_death, take_back_death
from tracing.people.matching import blocking_keys, lock
from tracing.people.merging import giving_up, joining
from tracing.people.models import Death, Match, NotTheSame, Person, Standing
from tracing.people.numbers import record_numbers
from tracing.people.rules import FEED
from tracing.tasks import actions as tasks
from tracing.tasks.models import Task

TRIES: Final = 8


@action
def move_report(
    *, report: Report, to: Person | None, why: str, seen: UUID | None = None, by: Actor, at: datetime
) -> Moved | Unchanged:
    """The report was filed on the wrong person: it is about `to`; None: about somebody new, made of its own facts and matched with nobody.

    With it go the other versions of its results. What it caused is undone (cases, calls, waiting messages, what it said of the person);
    what cannot be undone is listed on the row. `seen`: on whom the mover saw it; asked twice it is moved once. The caller has checked
    that the actor sees the report and both. Refuses (CannotMove).
    """
    if not why.strip():
        raise CannotMove("no_reason")
    joining.one_at_a_time()
    for _try in range(TRIES):
        try:
            return _move(report=report.pk, to=to.pk if to else None, why=why, seen=seen, by=by, at=at)
        except OperationalError:  # waited too long for what somebody holds: everything was let go, begin again
            continue
    raise CannotMove("busy")


@action
def take_back_move(*, move: Moved, by: Actor, at: datetime) -> Moved | Unchanged:
    """The report was about the first one after all. What was undone is put back, what it caused since is undone. Refuses (CannotMove)."""
    joining.one_at_a_time()
    for _try in range(TRIES):
        try:
            return _take_back(move=move.pk, by=by, at=at)
        except OperationalError:
            continue
    raise CannotMove("busy")


@action
def _move(*, report: UUID, to: UUID | None, why: str, seen: UUID | None, by: Actor, at: datetime) -> Moved | Unchanged:
    before = joining.impatient()
    found = _locked(report)
    if not found.people:
        raise CannotMove("on_nobody")
    if len(found.people) > 1:
        raise CannotMove("on_several")
    [away] = found.people
    goes_to = giving_up.root_now(to) if to else None
    moves = moves_of(found.reports)
    if seen is not None and giving_up.root_now(seen) != away:
        if moves and moves[0].was_id == giving_up.root_now(seen) and (moves[0].made if to is None else moves[0].person_id == goes_to):
            return UNCHANGED
        raise CannotMove("moved_meanwhile")
    if goes_to == away:
        if moves and moves[0].person_id == away and moves[0].was_id != away and seen is None:
            return UNCHANGED
        raise CannotMove("same_person")
    at_desk = desk(at)
    moving, left = items(found.reports, at_desk), items(reports_of(away, found.reports), at_desk)
    lock(key for one in moving for key in blocking_keys(person_facts(one)))
    both = joining.held({away, goes_to} - {None})  # type: ignore[arg-type]
    if Task.objects.filter(person__in=both, state=Task.State.HELD, held_until__gt=at).exclude(held_by=by.id).exists():
        raise CannotMove("in_hand")
    cases.locked(both)
    kept: dict[str, Any] = {"matches": _matches(found)}
    filed_on = {row.filed_on for row in found.results if row.filed_on}
    goes_to = _taken_over(moving, found, away, goes_to, at_desk.state_unit, by, at)
    kept["results"] = [[str(row.pk), str(row.filed_on), str(row.case_id) if row.case_id else None] for row in found.results]
    LabResult.objects.filter(pk__in=[row.pk for row in found.results]).update(person=goes_to, filed_on=goes_to, case=None)
    kept["facts"] = giving_up.give_up(
        away, filed_on, told(moving), told(left), known_otherwise=_known_otherwise(away, found), by=by, at=at
    )  # fmt: skip
    lost = {row.case_id for row in found.results if row.case_id}
    kept |= undoing.lose(away, found.diseases, lost, found.filed | {one.at for one in moves}, by, at)
    kept["death"] = _death(away, goes_to, moving, left, found, by, at)
    undoing.gain(goes_to, found.diseases, by, at)
    if not left and not _known_otherwise(away, found):
        giving_up.nothing_left(away)
    row = Moved(
        id=uuid7(), report_id=report, was_id=away, was_filed_on=min(filed_on, default=away), person_id=goes_to, made=to is None,
        why=why.strip()[:200], at=at, by_kind=by.kind, by=by.id, listed=kept.pop("listed"), undone=kept,
    )  # fmt: skip
    row.save(force_insert=True)
    for who in (away, goes_to):
        record("report.moved", by=by, at=at, subject=("report", report), person=who, codes={"was": str(away), "now": str(goes_to)})
        _stop_or_go(who, by, at)
        undoing.one_call_each(who, by, at)
    joining.patient_again(before)
    return row


@action
def _take_back(*, move: UUID, by: Actor, at: datetime) -> Moved | Unchanged:
    before = joining.impatient()
    row = Moved.objects.select_for_update(of=("self",)).get(pk=move)
    if row.back_at is not None:
        return UNCHANGED
    found = _locked(row.report_id)
    if found.people != {row.person_id} or moves_of(found.reports)[0].pk != row.pk:
        raise CannotMove("moved_since")
    home, away = row.was_id, row.person_id
    at_desk = desk(at)
    moving, left = items(found.reports, at_desk), items(reports_of(away, found.reports), at_desk)
    lock(key for one in moving for key in blocking_keys(person_facts(one)))
    both = joining.held({home, away})
    if Task.objects.filter(person__in=both, state=Task.State.HELD, held_until__gt=at).exclude(held_by=by.id).exists():
        raise CannotMove("in_hand")
    cases.locked(both)
    kept = row.undone
    was = {key: (UUID(filed_on), UUID(case) if case else None) for key, filed_on, case in kept["results"]}
    theirs = {row.filed_on for row in found.results if row.filed_on}
    lost = {one.case_id for one in found.results if one.case_id}
    for one in found.results:
        filed_on, case = was.get(str(one.pk), (row.was_filed_on, None))
        LabResult.objects.filter(pk=one.pk).update(person=home, filed_on=filed_on, case=case)
    giving_up.give_up(away, theirs, told(moving), told(left), known_otherwise=_known_otherwise(away, found), by=by, at=at)
    giving_up.take_again(home, kept["facts"], by, at)
    for key, person, filed_on, outcome, settled_at, settled_by, candidates in kept["matches"]:
        Match.objects.filter(pk=key).update(
            person=giving_up.root_now(UUID(person)) if person else None, filed_on=filed_on, outcome=outcome, settled_at=settled_at,
            settled_by=settled_by, candidates=candidates,
        )  # fmt: skip
    pair = Q(one__in=(home, away), other__in=(home, away))
    NotTheSame.objects.filter(pair, at=row.at, by=row.by).delete()
    Moved.objects.filter(pk=row.pk).update(back_at=at, back_by_kind=by.kind, back_by=by.id)
    row.back_at = at
    undoing.lose(away, found.diseases, lost, found.filed | {row.at}, by, at)
    undoing.restore(home, kept, by, at)
    _death(away, home, moving, left, found, by, at, also=row.at)
    undoing.gain(home, found.diseases, by, at)
    if row.made and not left and not _known_otherwise(away, found):
        giving_up.nothing_left(away)
        Standing.objects.filter(person=away, until=None).update(until=at)
    for who in (home, away):
        record("report.move_taken_back", by=by, at=at, subject=("report", row.report_id), person=who, codes={"back": str(home)})
        _stop_or_go(who, by, at)
        undoing.one_call_each(who, by, at)
    joining.patient_again(before)
    row.refresh_from_db()
    return row


def _locked(report: UUID) -> Bundle:
    """As the filing locks them: results before people. A version filed while we waited goes along."""
    found = bundle(report)
    while True:
        lock(f"result:{key}" for key in found.keys)
        again = bundle(report)
        if again.keys == found.keys:
            return again
        found = again


def _matches(found: Bundle) -> list[list[Any]]:
    return [
        [str(m.pk), str(m.person_id) if m.person_id else None, str(m.filed_on) if m.filed_on else None, m.outcome,
         m.settled_at.isoformat() if m.settled_at else None, str(m.settled_by) if m.settled_by else None, m.candidates]
        for m in Match.objects.select_for_update().filter(report_id__in=found.reports).order_by("pk")
    ]  # fmt: skip


def _taken_over(moving: list[Item], found: Bundle, away: UUID, to: UUID | None, unit: UUID, by: Actor, at: datetime) -> UUID:
    """What the reports say is known of whom they are about. One by one: the first makes somebody new, the others are about them."""
    if to is None and not moving:
        raise CannotMove("on_nobody")
    for one in moving:
        match = Match.objects.filter(report_id=one.report.pk).first()
        if to is None:
            match = match or Match(id=uuid7(), report_id=one.report.pk, unit_id=unit, at=at)
            match.outcome, match.person_id, match.filed_on = Match.Outcome.DIFFERENT, None, None  # type: ignore[assignment]
            match.candidates, match.settled_at, match.settled_by = [{"person": str(away), "reasons": [], "score": 0.0}], at, by.id
            match.save()
        elif match is not None:
            match.outcome, match.person_id, match.filed_on = Match.Outcome.SAME, to, to
            match.settled_at, match.settled_by = at, by.id
            match.save()
        wanted = Wanted(
            report=one.report.pk, facts=person_facts(one), as_of=one.as_of, unit=unit, possible_until=at, person=to, match=match
        )  # fmt: skip
        [done] = match_or_add(wanted=[wanted], rank=FEED, source="feed", by=by, at=at)
        to = done.person
        one.person = to
    assert to is not None
    record_numbers(numbers=new_numbers(moving), by=by, at=at)
    return to


def _known_otherwise(person: UUID, found: Bundle) -> bool:
    """Whether anything besides these reports tells of somebody: they said something, were named, were merged with others."""
    who = Person.objects.get(pk=person)
    said = any(int(stamp[0]) > FEED for stamp in who.facts.values())
    return said or who.own is not None or LabResult.objects.filter(person=person).exclude(report__in=found.reports).exists()


def _death(
    away: UUID, to: UUID, moving: list[Item], left: list[Item], found: Bundle, by: Actor, at: datetime, also: datetime | None = None
) -> bool:
    """A death that these reports alone told is that of whom they are about."""
    told_of = [one for one in moving if one.lab is not None and one.lab.patient.died]
    if not told_of:
        return False
    when = found.filed | ({also} if also else set())
    if Death.objects.filter(person=away, source="feed", at__in=when, taken_back_at=None).exists() and not any(
        one.lab is not None and one.lab.patient.died for one in left
    ):
        take_back_death(person=away, by=by, at=at)
    for one in told_of:
        assert one.lab is not None
        record_death(person=to, died_on=one.lab.patient.died_on, source="feed", by=by, at=at)
    return True


def _stop_or_go(person: UUID, by: Actor, at: datetime) -> None:
    for room in (tasks, messaging):
        act = room.stop_for_person if is_dead(person) else room.reopen_for_person
        act(person=person, reason="death", by=by, at=at)
