"""What a page shows of merging: two people beside each other, and the merges of one. What stood on a row that was merged away is read
under the acting role, for whoever sees the root: the caller has loaded that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from tracing.access.viewer import Viewer
from tracing.access.visibility import visible_to
from tracing.base.sight import sight
from tracing.journal.action import ACTING_ROLE, role
from tracing.journal.models import Entry
from tracing.journal.queries import timeline
from tracing.people.merging.rules import holds, is_empty
from tracing.people.merging.values import MERGED, Held, own_of, shown
from tracing.people.models import Merge, NotTheSame, Person


@dataclass(frozen=True, slots=True)
class Side:
    """One field of two people, and whose value holds once they are one."""

    field: str
    kept: Any
    merged: Any
    wins: Literal["kept", "merged", "both", ""]


def beside(keep: Person, other: Person, *, alone: bool = False) -> list[Side]:
    """Field by field, those of which either says something. `alone`: of the kept one what stood there before others were merged into it."""
    found = []
    ours, theirs = _alone(keep) if alone else shown(keep), shown(other)
    for field in MERGED:
        one, two = ours[field], theirs[field]
        if is_empty(one[0]) and is_empty(two[0]):
            continue
        best = holds([one, two])
        found.append(Side(field, one[0], two[0], "both" if one[0] == two[0] else "kept" if best is one else "merged"))
    return found


def _alone(person: Person) -> dict[str, Held]:
    """What stood on this record before others were merged into it, as far as the reader is shown such fields at all."""
    now, own = shown(person), own_of(person)
    if sight() == "whole":
        return own
    return {field: now[field] if field in Person.guarded or sight() != "limited" else own[field] for field in MERGED}


def called(person: Person) -> str:
    """The name of this record alone."""
    own = _alone(person)
    return " ".join(str(own[name][0]) for name in ("given", "family") if own[name][0]) or str(person)


def told_apart(one: UUID, other: UUID) -> bool:
    """Whether somebody said that the two are not the same."""
    with role(ACTING_ROLE):
        return NotTheSame.objects.filter(one__in=(one, other), other__in=(one, other)).exists()


def root_of(person: UUID) -> UUID | None:
    """Who somebody merged away is now; None for everybody else. Says nothing about who may see them."""
    with role(ACTING_ROLE):
        found: UUID | None = Person.objects.filter(pk=person).values_list("merged_into", flat=True).first()
        return found


@dataclass(frozen=True, slots=True)
class Joined:
    """A merge with the row that was merged away, as it was, and the one that it was merged into, where that is another by now."""

    merge: Merge
    merged: Person
    into: Person | None


def merges_of(person: Person, viewer: Viewer) -> Sequence[Joined]:
    """The live merges of a person, the latest first."""
    return _joined(list(visible_to(Merge.objects.filter(person=person, undone_at=None), viewer).order_by("-at", "-pk")))


def merge_of(key: UUID, person: Person, viewer: Viewer) -> Joined | None:
    """One merge of a person, live or undone."""
    return next(iter(_joined(list(visible_to(Merge.objects.filter(pk=key, person=person), viewer)))), None)


def _joined(merges: Sequence[Merge]) -> list[Joined]:
    with role(ACTING_ROLE):
        rows = Person.objects.in_bulk({key for one in merges for key in (one.merged_id, one.filed_on) if key})
    return [
        Joined(one, rows[one.merged_id], rows[one.filed_on] if one.filed_on is not None and one.filed_on != one.person_id else None)
        for one in merges
    ]


def told_before(person: UUID, disease: str, *, before: datetime | None, limit: int) -> list[Entry]:
    """What the journal says of those who were merged into a person, of this disease or of none: it stays where it was written. For
    whoever sees the person's timeline of this disease."""
    with role(ACTING_ROLE):
        merged = list(Person.objects.filter(merged_into=person).values_list("pk", flat=True))
        return [one for one in timeline(merged, before=before, limit=limit) if one.disease in ("", disease)] if merged else []
