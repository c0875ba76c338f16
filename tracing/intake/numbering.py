"""Numbers by which senders know people: taken from their reports; and what the surveillance system says became of its own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from tracing.intake.filing import Item
from tracing.intake.identifiers import numbers_in
from tracing.intake.merging.actions import merge_people, undo_merge
from tracing.intake.report import NumberChange
from tracing.journal.actor import Actor
from tracing.people.merging.refusals import CannotMerge, CannotUndo
from tracing.people.models import Merge, NotTheSame, PersonNumber
from tracing.people.numbers import (
    NewNumber,
    NumberNotKnown,
    NumberOfTwo,
    number_ended,
    record_numbers,
    renumber,
    system_of,
    whose,
)

WHY = "surveillance"
"""Why two people were merged: the surveillance system said so. It alone takes such a merge back by itself."""


class _ToldApart(Exception):
    pass


class _NotOne(Exception):
    pass


_PROBLEMS: dict[type[Exception], str] = {
    NumberNotKnown: "number_unknown", NumberOfTwo: "number_of_two", _ToldApart: "numbers_told_apart", CannotMerge: "numbers_not_merged",
    CannotUndo: "numbers_not_merged", _NotOne: "numbers_not_one",
}  # fmt: skip


def new_numbers(items: Iterable[Item]) -> list[NewNumber]:
    """The numbers of the people whom reports were filed on."""
    return [
        NewNumber(item.person, system, value, item.report.source.code[:40], item.as_of)
        for item in items
        if item.person is not None and item.lab is not None
        for system, value in numbers_in(item.lab, item.report.source)
    ]


def follow(item: Item, *, by: Actor, at: datetime) -> None:
    """Do what the surveillance system did with its numbers; hold the message, with the reason, where a human has to look."""
    change, lab = item.change, item.lab
    assert change is not None and lab is not None
    system = system_of("PI", "", item.report.source.code, surveillance=True)
    as_of = lab.sent_at or item.report.received_at
    try:
        step = {"merge": _merge, "renumber": _renumber, "part": _part}[change.what]
        item.person = step(change, system, item.report.source.code, as_of, by, at).person_id
    except tuple(_PROBLEMS) as refusal:
        item.hold(_PROBLEMS[type(refusal)])


def _merge(change: NumberChange, system: str, source: str, as_of: datetime, by: Actor, at: datetime) -> PersonNumber:
    keep, gone = _known(system, change.numbers), _known(system, change.other)
    if keep is None and gone is None:
        raise NumberNotKnown(system)
    if keep is None or gone is None:  # one of the two came in no report: the person has both numbers from now on
        row = keep or gone
        assert row is not None
        missing = change.numbers[0] if keep is None else change.other[0]
        record_numbers(numbers=[NewNumber(row.person_id, system, missing, source, as_of)], by=by, at=at)
        keep, gone = _known(system, change.numbers), _known(system, change.other)
        assert keep is not None and gone is not None
    if keep.person_id != gone.person_id:
        if NotTheSame.objects.filter(Q(one=keep.person, other=gone.person) | Q(one=gone.person, other=keep.person)).exists():
            raise _ToldApart
        merge_people(keep=keep.person, merge=gone.person, why=WHY, by=by, at=at)
    number_ended(number=gone, replaced_by=keep, as_of=as_of, by=by, at=at)
    return PersonNumber.objects.get(pk=keep.pk)


def _renumber(change: NumberChange, system: str, source: str, as_of: datetime, by: Actor, at: datetime) -> PersonNumber:
    before, after = _known(system, change.other), _known(system, change.numbers)
    if before is None:
        raise NumberNotKnown(system)
    if after is None or after.person_id == before.person_id:
        renumber(system=system, old=before.value, new=after.value if after else change.numbers[0], as_of=as_of, by=by, at=at)
        return whose(system, after.value if after else change.numbers[0])
    raise NumberOfTwo(system)


def _part(change: NumberChange, system: str, source: str, as_of: datetime, by: Actor, at: datetime) -> PersonNumber:
    one, other = _known(system, change.numbers), _known(system, change.other)
    if one is None or other is None:
        raise NumberNotKnown(system)
    if one.person_id == other.person_id:
        both = {one.filed_on, other.filed_on}
        merge = Merge.objects.filter(undone_at__isnull=True, why=WHY, merged__in=both, filed_on__in=both).first()
        if merge is None:
            raise _NotOne
        undo_merge(merge=merge, by=by, at=at)
    for row in (one, other):
        if row.replaced_by_id in (one.pk, other.pk):
            number_ended(number=row, replaced_by=None, as_of=as_of, by=by, at=at)
    return PersonNumber.objects.get(pk=one.pk)


def _known(system: str, values: Iterable[str]) -> PersonNumber | None:
    """The first of these numbers that is known here."""
    for value in values:
        try:
            return whose(system, value)
        except NumberNotKnown:
            continue
    return None
