"""People who may be known twice: put before reviewers, kept up to date by each scan, withdrawn when they are no longer alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q

from tracing.base.ids import uuid7
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.jurisdictions.models import Unit
from tracing.people.merging.links import roots
from tracing.people.models import Duplicate, NotTheSame, Standing

DUE: Final = timedelta(days=14)
"""Within which a pair should be decided."""
SET: Final = 500
_NEAREST: Final = ("residence", "state", "stay", "exposed")
"""Whose person it is: the first of these reasons to see them that stands."""


@dataclass(frozen=True, slots=True)
class FoundPair:
    """Two people whom a scan found alike."""

    one: UUID
    other: UUID
    score: float
    """Match weight: log2 of the odds factor."""
    outcome: str
    """certain, possible."""
    reasons: tuple[str, ...]
    version: str
    """Of the weights."""


Pair = tuple[UUID, UUID]


@action
def propose_duplicates(*, pairs: Sequence[FoundPair], by: Actor, at: datetime) -> int | Unchanged:
    """Put pairs before reviewers. How many are newly proposed.

    A pair stands once, whichever of the two comes first: found again it gets the new score and reasons. One that was decided, or
    of whom somebody said that they are two, is not offered again; one that was withdrawn is. People merged away count as who they are
    now.
    """
    found = _roots(pairs)
    if not found:
        return UNCHANGED
    people = {person for pair in found for person in pair}
    rows = Duplicate.objects.select_for_update(no_key=True).filter(one__in=people, other__in=people).order_by("pk")
    known = {_pair(row.one_id, row.other_id): row for row in rows}
    for one, other in NotTheSame.objects.filter(one__in=people, other__in=people).values_list("one_id", "other_id"):
        found.pop(_pair(one, other), None)
    units, sensitive = _units(people), _sensitive(people)
    state = Unit.objects.filter(parent=None).order_by("pk").values_list("pk", flat=True)[0]
    new: list[Duplicate] = []
    again: list[Duplicate] = []
    fresh = 0
    for pair, told in found.items():
        row = known.get(pair)
        if row is not None and row.decision not in ("", Duplicate.Decision.WITHDRAWN):
            continue
        conditions = sorted(sensitive[pair[0]] | sensitive[pair[1]])
        first, second = (units.get(person) or state for person in pair)
        if row is None:
            row = Duplicate(
                id=uuid7(), one_id=pair[0], other_id=pair[1], unit_id=first, also_unit_id=second if second != first else None,
                found_at=at, due_at=at + DUE,
            )  # fmt: skip
            new.append(row)
        else:
            again.append(row)
        if row.decision or row in new[-1:]:
            fresh += 1
            _say("pair.found", row, by, at, outcome=told.outcome)
        if row.decision:
            row.decision, row.settled_at, row.found_at, row.due_at = "", None, at, at + DUE
        row.score, row.outcome, row.reasons, row.version = told.score, told.outcome, list(told.reasons), told.version
        row.conditions, row.checked_at = conditions, at
    Duplicate.objects.bulk_create(new)
    Duplicate.objects.bulk_update(
        again,
        ["score", "outcome", "reasons", "version", "conditions", "checked_at", "decision", "settled_at", "found_at", "due_at"],
        batch_size=SET,
    )
    if not fresh and again:
        # New scores of what waits already are no event of anybody's record.
        record("pairs.checked", by=by, at=at, subject=("pairs", None), codes={"pairs": len(again)})
    return fresh or UNCHANGED


@action
def withdraw_pairs(*, checked_before: datetime, by: Actor, at: datetime) -> int | Unchanged:
    """Take open pairs off the list that the last whole scan did not find any more. What was decided stays."""
    gone = list(Duplicate.objects.select_for_update(no_key=True).filter(decision="", checked_at__lt=checked_before).order_by("pk"))
    for row in gone:
        _say("pair.withdrawn", row, by, at)
    Duplicate.objects.filter(pk__in=[row.pk for row in gone]).update(decision=Duplicate.Decision.WITHDRAWN, settled_at=at)
    return len(gone) or UNCHANGED


def _say(verb: str, row: Duplicate, by: Actor, at: datetime, **codes: str) -> None:
    """An entry on the record of each of the two, which does not tell who the other is."""
    for person in (row.one_id, row.other_id):
        record(verb, by=by, at=at, subject=("pair", row.pk), person=person, codes=codes)


def _pair(one: UUID, other: UUID) -> Pair:
    return (one, other) if one < other else (other, one)


def _roots(pairs: Sequence[FoundPair]) -> dict[Pair, FoundPair]:
    """By pair of people as they are now, of several the most alike; without those who are one already."""
    people = {person for pair in pairs for person in (pair.one, pair.other)}
    root = roots(people)
    found: dict[Pair, FoundPair] = {}
    for told in pairs:
        if told.one not in root or told.other not in root or root[told.one] == root[told.other]:
            continue
        pair = _pair(root[told.one], root[told.other])
        if pair not in found or found[pair].score < told.score:
            found[pair] = told
    return found


def _units(people: Collection[UUID]) -> dict[UUID, UUID]:
    """Whose each of them is now."""
    standings = Standing.objects.filter(
        Q(until__isnull=True), person__in=people, why__in=_NEAREST, user__isnull=True, sensitive=False
    )
    ranked = sorted(
        standings.values_list("person_id", "unit_id", "why", "since"), key=lambda row: (-_NEAREST.index(row[2]), row[3])
    )
    return {person: unit for person, unit, _why, _since in ranked}


def _sensitive(people: Iterable[UUID]) -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = defaultdict(set)
    for person, disease in Standing.objects.filter(person__in=people, sensitive=True).values_list("person_id", "disease"):
        found[person].add(disease)
    return found
