"""Possible matches that wait for a human, and the people they name: only those that the viewer may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from tracing.access.viewer import Viewer
from tracing.access.visibility import visible_to
from tracing.people.known import Known, candidates_as_now, known
from tracing.people.masked import Masked, masked
from tracing.people.models import Match, Person

EXACT: Final = 1000


def matches() -> QuerySet[Match]:
    """Every match: pages load one through `desk.page.load`, which asks who looks."""
    return Match.objects.all()


def open_matches(viewer: Viewer) -> QuerySet[Match]:
    """Those that nobody has decided, the one whose time runs out first at the top."""
    rows = Match.objects.visible_to(viewer).filter(outcome=Match.Outcome.POSSIBLE, settled_at__isnull=True)
    return rows.order_by("due_at", "pk")


def open_number(viewer: Viewer) -> tuple[int, bool]:
    """How many, and whether that is exact."""
    number = open_matches(viewer).order_by()[: EXACT + 1].count()
    return min(number, EXACT), number <= EXACT


def matches_after(viewer: Viewer, key: UUID | None, *, size: int) -> tuple[list[Match], bool]:
    """The next `size` after the one of this key, and whether there are more."""
    found = list(_beyond(open_matches(viewer), key)[: size + 1])
    return found[:size], len(found) > size


def next_match(viewer: Viewer, after: UUID | None) -> UUID | None:
    """The key of the next one; at the end it begins anew with the first that is left."""
    rows = open_matches(viewer).values_list("pk", flat=True)
    found: UUID | None = _beyond(rows, after).first() or (rows.exclude(pk=after) if after else rows).first()
    return found


def match_before(viewer: Viewer, key: UUID) -> UUID | None:
    """The key of the one before; None for the first."""
    here = Match.objects.filter(pk=key).values_list("due_at", flat=True).first()
    if here is None:
        return None
    rows = open_matches(viewer).filter(due_at__lte=here).filter(Q(due_at__lt=here) | Q(pk__lt=key))
    found: UUID | None = rows.reverse().values_list("pk", flat=True).first()
    return found


def _beyond(rows: QuerySet, key: UUID | None) -> QuerySet:  # type: ignore[type-arg]
    start: tuple[datetime | None, UUID] | None = Match.objects.filter(pk=key).values_list("due_at", "pk").first() if key else None
    if start is None or start[0] is None:
        return rows
    return rows.filter(due_at__gte=start[0]).filter(Q(due_at__gt=start[0]) | Q(pk__gt=start[1]))


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be the one. `known` is None where the viewer may not see them: then `masked` says what may be told."""

    person: UUID
    """Who they are now: the root of whom the matching found."""
    reasons: tuple[str, ...]
    known: Known | None
    masked: Masked | None = None
    score: float | None = None
    """None of matches made before people were compared by weights, and of whom is not seen."""


def candidates(match: Match, viewer: Viewer, today: date) -> list[Candidate]:
    """Whom the matching found, best first; without those of whom this viewer may be told nothing (`people.masked`).

    Whoever was merged away since is shown as who they are now, once.
    """
    best = candidates_as_now(match)
    seen = {person.pk: person for person in visible_to(Person.objects.filter(pk__in=best), viewer)}
    hidden = masked(best.keys() - seen.keys(), viewer, today)
    return [
        Candidate(key, tuple(one["reasons"]), known(seen[key], viewer), score=one.get("score"))
        if key in seen
        # Why somebody hidden may be the one would tell their birth date, name and number.
        else Candidate(key, (), None, hidden[key])
        for key, one in best.items()
        if key in seen or key in hidden
    ]
