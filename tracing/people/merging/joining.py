"""Joining two people and parting them again, as far as tables that point to a person go. What cases, calls and messages need besides is
done by their own rooms: `intake.merging` puts it together. Everything here is called inside an action."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

from tracing.journal.actions import Actor, record
from tracing.people.facts import PersonFacts
from tracing.people.matching import blocking_keys, lock, refresh_keys
from tracing.people.merging import links, twins
from tracing.people.merging.refusals import CannotMerge, CannotUndo
from tracing.people.merging.rules import Edge, below, upwards
from tracing.people.merging.values import show_again
from tracing.people.models import Merge, NotTheSame, Person, WayToReach

PERMISSION: Final = "people.settle_match"
"""Who says that two people are one, and that they are not after all."""
PATIENCE: Final = "300ms"
"""How long a merge waits for a row while it holds others: less than it takes the database to find two who wait for each other, so
that the one who gives way is the merge, which begins again."""


def one_at_a_time() -> None:
    """Merges and undos wait for each other here, before they hold anything."""
    lock(["merging people"])


def impatient() -> str:
    """From now on in this transaction nothing is waited for long; returns how it was."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout'), set_config('lock_timeout', %s, true)", [PATIENCE])
        before: str = cursor.fetchone()[0]
    return before


def patient_again(before: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [before])


def held(people: Iterable[UUID]) -> dict[UUID, Person]:
    """These people, locked: first what a report about any of them would lock, then the rows, each in sorted order."""
    keys = sorted(set(people))
    phones: dict[UUID, list[str]] = {key: [] for key in keys}
    for way in WayToReach.objects.filter(person__in=keys, kind="phone"):
        phones[way.person_id].append(way.value)
    known = [
        PersonFacts(family=one.family, given=one.given, birth_on=one.birth_on, phones=tuple(phones[one.pk]))
        for one in Person.objects.filter(pk__in=keys)
    ]
    lock(key for one in known for key in blocking_keys(one))
    return {one.pk: one for one in Person.objects.select_for_update().filter(pk__in=keys).order_by("pk")}


def edges(root: UUID) -> list[Edge]:
    """The live merges of a root's tree."""
    rows = Merge.objects.filter(person=root, undone_at__isnull=True)
    return [Edge(kept, merged) for kept, merged in rows.values_list("filed_on", "merged")]


def begin(keep: UUID, away: UUID, why: str, by: Actor, at: datetime) -> Merge:
    """Lock both, see that they can be joined, and write down that they are."""
    if keep == away:
        raise CannotMerge("same_person")
    people = held([keep, away])
    for one in people.values():
        if one.merged_into_id is not None:
            raise CannotMerge("merged_away", one.merged_into_id)
    apart = NotTheSame.objects.filter(one__in=(keep, away), other__in=(keep, away)).exists()
    if apart and not why.strip():
        raise CannotMerge("told_apart")
    merge = Merge(person_id=keep, merged_id=away, why=why.strip()[:200], at=at, by_kind=by.kind, by=by.id)
    merge.save(force_insert=True)
    record("person.merged", by=by, at=at, subject=("merge", merge.pk), person=keep, codes={"merged": str(away), "told_apart": apart})
    record("person.merged", by=by, at=at, subject=("merge", merge.pk), person=away, codes={"into": str(keep)})
    return merge


def join(merge: Merge, by: Actor, at: datetime) -> None:
    """Every row of the one is the other's, what stands for both is kept once, and the values are those that hold of both."""
    keep, away = merge.person_id, merge.merged_id
    twins.set_aside(merge, keep, away)
    Person.objects.filter(pk__in=below(edges(away), away)).update(merged_into=keep)
    links.move(away, keep)
    show_again([keep], by, at)


@dataclass(frozen=True, slots=True)
class Parted:
    """Two people again."""

    root: UUID
    other: UUID


def part(merge: Merge, by: Actor, at: datetime) -> Parted:
    """Whoever was merged is a person again, with everything that was filed on them or on those who had been merged into them."""
    row = Merge.objects.select_for_update().get(pk=merge.pk)
    if row.undone_at is not None:
        raise CannotUndo("undone")
    root, other = row.person_id, row.merged_id
    tree = edges(root)
    held({root} | {edge.merged for edge in tree})
    going = below(tree, other)
    path = upwards(tree, row.filed_on or root)
    Merge.objects.filter(pk=row.pk).update(undone_at=at, undone_by_kind=by.kind, undone_by=by.id)
    row.undone_at = at
    Person.objects.filter(pk__in=going).update(merged_into=other)
    Person.objects.filter(pk=other).update(merged_into=None)
    links.move_back(root, going, other)
    among = (root, other)
    twins.put_back(row, among)
    for one in among:
        twins.put_back_missing(one, among)
    show_again(path, by, at)
    refresh_keys([other])
    codes = {"merged": str(other)}
    record("person.merge_undone", by=by, at=at, subject=("merge", row.pk), person=root, codes=codes)
    record("person.merge_undone", by=by, at=at, subject=("merge", row.pk), person=other, codes={"from": str(root)})
    return Parted(root, other)
