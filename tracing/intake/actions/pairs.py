"""Two people already known: one or two? Decided, put off, taken back; and decisions sent to somebody who sees more."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Q

from tracing.intake.merging import merge_people, undo_merge
from tracing.intake.reviewed import keep_step
from tracing.journal.actions import Actor, action, record
from tracing.jurisdictions.models import Unit
from tracing.people.actions import keep_apart
from tracing.people.merging.joining import one_at_a_time
from tracing.people.models import Duplicate, Match, Merge, NotTheSame, Person, ReviewStep


class AlreadyDecided(Exception):
    """Somebody was faster, or a scan has withdrawn the pair."""


class NotOfThePair(Exception):
    """The record to keep is none of the two."""


class CannotTakeBack(Exception):
    """Something else was decided about the pair since."""


class CannotSend(Exception):
    """A unit does not send to itself."""


@action
def decide_same(*, pair: Duplicate, keep: Person, why: str = "", by: Actor, at: datetime) -> ReviewStep:
    """They are one person: merged, with `keep` as the record that goes on. The caller has checked that the actor sees both.

    Raises `CannotMerge` where the merge is refused, and AlreadyDecided.
    """
    one_at_a_time()  # before the pair is locked: a merge lays pairs aside
    row = _open(pair)
    if keep.pk not in (row.one_id, row.other_id):
        raise NotOfThePair(str(keep.pk))
    people = {person.pk: person for person in Person.objects.filter(pk__in=(row.one_id, row.other_id))}
    away = people[row.other_id if keep.pk == row.one_id else row.one_id]
    _settle(row, Duplicate.Decision.SAME, by, at)
    merge = merge_people(keep=people[keep.pk], merge=away, why=why, by=by, at=at)
    return keep_step(row, ReviewStep.What.SAME, by=by, at=at, merge=merge.pk)


@action
def decide_different(*, pair: Duplicate, by: Actor, at: datetime) -> ReviewStep:
    """They are two: remembered, and never offered again."""
    row = _open(pair)
    _settle(row, Duplicate.Decision.DIFFERENT, by, at)
    keep_apart(one=row.one, other=row.other, by=by, at=at)
    return keep_step(row, ReviewStep.What.DIFFERENT, by=by, at=at)


@action
def cannot_say(*, item: Match | Duplicate, why: str = "", by: Actor, at: datetime) -> ReviewStep:
    """Nobody can tell from what is known. A pair goes to the end of the list; a report waits on, for the time that is left."""
    row = _waiting(item)
    if isinstance(row, Duplicate):
        Duplicate.objects.filter(pk=row.pk).update(put_off=F("put_off") + 1)
        _say("pair.decided", row, by, at, decision="unsure")
    else:
        record("person.match_put_off", by=by, at=at, subject=("report", row.report_id))
    return keep_step(row, ReviewStep.What.UNSURE, by=by, at=at, why=why[:200])


@action
def take_back(*, step: ReviewStep, by: Actor, at: datetime) -> ReviewStep:
    """A decision about a pair stands no more: it waits again, a merge is undone, what was remembered is forgotten.

    Raises CannotTakeBack where the pair was decided anew since, and `CannotUndo` where the merge cannot be undone.
    """
    one_at_a_time()
    last = ReviewStep.objects.filter(item=step.item).exclude(what=ReviewStep.What.SENT).order_by("-at", "-pk").first()
    if last is None or last.pk != step.pk or step.of_match or step.what == ReviewStep.What.TAKEN_BACK:
        raise CannotTakeBack(str(step.pk))
    if step.what == ReviewStep.What.SAME and step.merge is not None:
        undo_merge(merge=Merge.objects.get(pk=step.merge), by=by, at=at)
    row = Duplicate.objects.select_for_update(no_key=True).filter(pk=step.item).first()
    if row is None:
        raise CannotTakeBack(str(step.pk))
    if step.what == ReviewStep.What.UNSURE:
        row.put_off = max(row.put_off - 1, 0)
    elif step.what == ReviewStep.What.DIFFERENT:
        told = Q(one=row.one_id, other=row.other_id) | Q(one=row.other_id, other=row.one_id)
        NotTheSame.objects.filter(told, at=step.at).delete()
    row.decision, row.settled_at, row.settled_by = "", None, None
    row.save(update_fields=["decision", "settled_at", "settled_by", "put_off"])
    _say("pair.taken_back", row, by, at)
    return keep_step(row, ReviewStep.What.TAKEN_BACK, by=by, at=at)


@action
def send_decision(*, item: Match | Duplicate, to: Unit, from_unit: Unit, why: str, by: Actor, at: datetime) -> ReviewStep:
    """Put it before another unit, whose people may see both. The times that it has to be decided in stay."""
    row = _waiting(item)
    if to.pk == from_unit.pk:
        raise CannotSend(to.code)
    row.unit_id = to.pk
    row.save(update_fields=["unit"])
    if isinstance(row, Duplicate):
        Duplicate.objects.filter(pk=row.pk).update(also_unit=from_unit)
    subject = ("report", row.report_id) if isinstance(row, Match) else ("pair", row.pk)
    record("review.sent", by=by, at=at, subject=subject, codes={"unit": to.code})
    return keep_step(row, ReviewStep.What.SENT, by=by, at=at, unit_id=to.pk, from_unit=from_unit, why=why[:200])


def _open(pair: Duplicate) -> Duplicate:
    row = Duplicate.objects.select_for_update(no_key=True, of=("self",)).select_related("one", "other").filter(pk=pair.pk).first()
    if row is None or row.decision:
        raise AlreadyDecided(str(pair.pk))
    return row


def _waiting(item: Match | Duplicate) -> Match | Duplicate:
    if isinstance(item, Duplicate):
        return _open(item)
    row = Match.objects.select_for_update(no_key=True).get(pk=item.pk)
    if row.outcome != Match.Outcome.POSSIBLE:
        raise AlreadyDecided(str(row.pk))
    return row


def _settle(row: Duplicate, decision: str, by: Actor, at: datetime) -> None:
    row.decision, row.settled_at, row.settled_by = decision, at, by.id
    row.save(update_fields=["decision", "settled_at", "settled_by"])
    _say("pair.decided", row, by, at, decision=decision)


def _say(verb: str, row: Duplicate, by: Actor, at: datetime, **codes: str) -> None:
    """An entry on the record of each of the two, which does not tell who the other is."""
    for person in (row.one_id, row.other_id):
        record(verb, by=by, at=at, subject=("pair", row.pk), person=person, codes=codes)
