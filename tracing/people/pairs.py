"""Pairs of people already known that wait for a reviewer, and how the deciding goes. A page reads at most one screen of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from tracing.access.viewer import Viewer
from tracing.access.visibility import may_act_on, visible_to
from tracing.journal.action import ACTING_ROLE, role
from tracing.jurisdictions.models import Unit
from tracing.people.known import Known, known
from tracing.people.masked import Masked, masked
from tracing.people.matching import weights_in_use
from tracing.people.models import Duplicate, Match, Person, ReviewStep
from tracing.people.review import open_matches

EXACT: Final = 1000
SORTS: Final = ("score", "due")


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: seen, masked, or (both None) nobody of whom anything may be told."""

    person: UUID
    known: Known | None
    masked: Masked | None


@dataclass(frozen=True, slots=True)
class Weight:
    """What one comparison says: positive for one person, negative against."""

    code: str
    points: float


@dataclass(frozen=True, slots=True)
class Quality:
    """How pairs were decided in the last 90 days. Times in hours."""

    decided: int
    same: int
    median: float | None

    @property
    def share(self) -> int:
        return round(100 * self.same / self.decided) if self.decided else 0


def pairs() -> QuerySet[Duplicate]:
    """Every pair: pages load one through `desk.page.load`, which asks who looks."""
    return Duplicate.objects.select_related("unit", "also_unit")


def states() -> list[Unit]:
    """The units above all others: who sees everybody."""
    return list(Unit.objects.filter(parent=None).order_by("pk"))


def steps() -> QuerySet[ReviewStep]:
    """Everything that reviewers did: pages load one through `desk.page.load`."""
    return ReviewStep.objects.all()


def open_pairs(viewer: Viewer, sort: str = "score") -> QuerySet[Duplicate]:
    """Those that nobody has decided: the most alike first, or the ones due first; put off ones last."""
    rows = Duplicate.objects.visible_to(viewer).filter(decision="")
    return rows.order_by("due_at", "pk") if sort == "due" else rows.order_by("put_off", F("score").desc(), "pk")


def open_number(viewer: Viewer) -> tuple[int, bool]:
    number = open_pairs(viewer).order_by()[: EXACT + 1].count()
    return min(number, EXACT), number <= EXACT


def pairs_after(viewer: Viewer, key: UUID | None, sort: str, *, size: int) -> tuple[list[Duplicate], bool]:
    """The next `size` after the one of this key, and whether there are more."""
    found = list(_beyond(open_pairs(viewer, sort), key, sort, viewer)[: size + 1])
    return found[:size], len(found) > size


def next_pair(viewer: Viewer, after: UUID | None, sort: str) -> UUID | None:
    """The key of the next one; at the end it begins anew with the first that is left."""
    rows = open_pairs(viewer, sort).values_list("pk", flat=True)
    found: UUID | None = _beyond(rows, after, sort, viewer).first() or (rows.exclude(pk=after) if after else rows).first()
    return found


def pair_before(viewer: Viewer, key: UUID, sort: str) -> UUID | None:
    """The key of the one before; None for the first."""
    rows = open_pairs(viewer, sort)
    here = _place(key, viewer)
    if here is None:
        return None
    if sort == "due":
        rows = rows.filter(due_at__lte=here.due_at).filter(Q(due_at__lt=here.due_at) | Q(pk__lt=key))
    else:
        same = Q(put_off=here.put_off)
        rows = rows.filter(Q(put_off__lt=here.put_off) | same & (Q(score__gt=here.score) | Q(score=here.score, pk__lt=key)))
    found: UUID | None = rows.reverse().values_list("pk", flat=True).first()
    return found


def _place(key: UUID, viewer: Viewer) -> Duplicate | None:
    return Duplicate.objects.visible_to(viewer).filter(pk=key).first()


def _beyond(rows: QuerySet, key: UUID | None, sort: str, viewer: Viewer) -> QuerySet:  # type: ignore[type-arg]
    here = _place(key, viewer) if key else None
    if here is None:
        return rows
    if sort == "due":
        return rows.filter(due_at__gte=here.due_at).filter(Q(due_at__gt=here.due_at) | Q(pk__gt=here.pk))
    same = Q(put_off=here.put_off)
    return rows.filter(Q(put_off__gt=here.put_off) | same & (Q(score__lt=here.score) | Q(score=here.score, pk__gt=here.pk)))


def sides(rows: Sequence[Duplicate], viewer: Viewer, today: date) -> dict[UUID, tuple[Side, Side]]:
    """Both people of each pair. Left out: pairs with somebody of whom nothing may be told, and pairs of which the viewer sees nobody."""
    people = {person for row in rows for person in (row.one_id, row.other_id)}
    seen = {person.pk: person for person in visible_to(Person.objects.filter(pk__in=people), viewer)}
    hidden = masked(people - seen.keys(), viewer, today)
    shown = {key: known(person, viewer) for key, person in seen.items()} if len(rows) == 1 else {
        key: Known(person, [], [], None) for key, person in seen.items()
    }  # fmt: skip
    found = {}
    for row in rows:
        one, other = (Side(key, shown.get(key), hidden.get(key)) for key in (row.one_id, row.other_id))
        if (one.known or other.known) and (one.known or one.masked) and (other.known or other.masked):
            found[row.pk] = (one, other)
    return found


def may_decide(two: tuple[Side, Side], viewer: Viewer) -> bool:
    """Who sees both and may decide of both: what merging asks for."""
    return all(side.known is not None and may_act_on(viewer, "people.settle_match", side.person) for side in two)


def weighed(reasons: Sequence[str]) -> list[Weight]:
    """What each comparison says by the weights in use; names as common as the commonest."""
    weights = weights_in_use()
    found = []
    for code in reasons:
        comparison, _bar, level = code.partition("_")
        if comparison in weights.m and level in weights.m[comparison]:
            found.append(Weight(code, round(weights.weight(comparison, level), 1)))
    return found


def last_sent(viewer: Viewer, items: Sequence[UUID]) -> dict[UUID, ReviewStep]:
    """Who sent these on, and why; the last one each."""
    rows = (
        ReviewStep.objects.visible_to(viewer).filter(item__in=items, what=ReviewStep.What.SENT).select_related("unit", "from_unit")
    )
    return {step.item: step for step in rows.order_by("at")}


def notes(viewer: Viewer, item: UUID) -> list[ReviewStep]:
    """What was done with one before, newest first."""
    rows = ReviewStep.objects.visible_to(viewer).filter(item=item).select_related("unit", "from_unit")
    return list(rows.order_by("-at")[:5])


def handled(viewer: Viewer, since: datetime, *, of_match: bool) -> tuple[int, int]:
    """How many this viewer decided, put off or sent on since then, and how many of these wait in their list still."""
    rows = ReviewStep.objects.visible_to(viewer).filter(by=viewer.user, at__gte=since, of_match=of_match)
    last = dict(rows.order_by("at", "pk").values_list("item", "what")[:EXACT])
    done = [item for item, what in last.items() if what != ReviewStep.What.TAKEN_BACK]
    waiting: QuerySet[Any] = open_matches(viewer) if of_match else open_pairs(viewer)
    return len(done), waiting.order_by().filter(pk__in=done).count()


@dataclass(frozen=True, slots=True)
class SentOn:
    """What the viewer sent to another unit, and what became of it: a code of OUTCOMES."""

    step: ReviewStep
    outcome: str


OUTCOMES: Final = ("possible", "same", "different", "provisional", "withdrawn")


def sent_on(viewer: Viewer, at: datetime, *, of_match: bool) -> list[SentOn]:
    """Of the last 14 days, at most ten. The rows have gone to the others' lists: only what became of them is read."""
    mine = ReviewStep.objects.visible_to(viewer).filter(what=ReviewStep.What.SENT, of_match=of_match, by=viewer.user)
    found = list(mine.filter(at__gte=at - timedelta(days=14)).select_related("unit").order_by("-at", "-pk")[:10])
    keys = [step.item for step in found]
    with transaction.atomic(), role(ACTING_ROLE):
        rows = Match.objects.filter(pk__in=keys).values_list("pk", "outcome")
        told = dict(rows if of_match else Duplicate.objects.filter(pk__in=keys).values_list("pk", "decision"))
    # A pair that is gone was laid aside by a merge: its two are one person.
    return [SentOn(step, told.get(step.item, "same") or "possible") for step in found]


def quality(viewer: Viewer, at: datetime, *, of_match: bool = False) -> Quality:
    """Of the last 90 days, at most a thousand decisions."""
    since = at - timedelta(days=90)
    decided = ReviewStep.objects.visible_to(viewer).filter(
        what__in=("same", "different", "taken_back"), at__gte=since, of_match=of_match
    )
    latest = list(decided.order_by("-at", "-pk").values_list("item", "what", "waited_since", "at")[:EXACT])
    last = {item: (what, waited, then) for item, what, waited, then in reversed(latest)}
    rows = [row for row in last.values() if row[0] != "taken_back"]
    waited = [(then - since).total_seconds() / 3600 for _what, since, then in rows]
    same = sum(what == "same" for what, _since, _then in rows)
    return Quality(len(rows), same, round(median(waited), 1) if waited else None)
