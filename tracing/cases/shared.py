"""With whom a case is shared, who is to answer for it, and what has left the state. Reads only, as the viewer may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from tracing.access.viewer import Viewer
from tracing.access.visibility import visible_to
from tracing.cases.illness import of_illness
from tracing.cases.models import Affiliation, Case, OutOfState, Share, Transfer
from tracing.cases.sharing import OPEN
from tracing.people.models import Address

ANSWER: Final = "cases.transfer"
COUNTED: Final = 99
"""The bar counts so far."""
MOST: Final = 200


def shares() -> QuerySet[Share]:
    """Every share: pages load one through `desk.page.load`, which asks who looks."""
    return Share.objects.select_related("unit", "from_unit", "case")


def transfers() -> QuerySet[Transfer]:
    """Every transfer, as `shares`."""
    return Transfer.objects.select_related("unit", "from_unit", "duty_unit", "town").prefetch_related("case__person")


def case_of(row: Transfer | OutOfState) -> Case | None:
    """The case, unless the viewer sees it no longer: that it was handed over is known on both sides still. (Fetched beside the row
    and not joined to it: a join would take the row away with the case.)"""
    try:
        return row.case
    except Case.DoesNotExist:
        return None


def affiliations() -> QuerySet[Affiliation]:
    return Affiliation.objects.select_related("place__organisation", "place__town", "case")


def packages() -> QuerySet[OutOfState]:
    return OutOfState.objects.select_related("unit").prefetch_related("case__person")


@dataclass(frozen=True, slots=True)
class Hands:
    """Everything about in whose hands a case is; the newest first."""

    shares: list[Share]
    ended: list[Share]
    transfers: list[Transfer]
    affiliations: list[Affiliation]
    packages: list[OutOfState]

    @property
    def offer(self) -> Transfer | None:
        return next((one for one in self.transfers if one.state in OPEN), None)


def hands(case: Case, viewer: Viewer, *, at: datetime) -> Hands:
    every = list(visible_to(shares().filter(of_illness(case)), viewer).order_by("-at", "-id")[:MOST])
    return Hands(
        shares=[one for one in every if one.ended_at is None and one.until > at],
        ended=[one for one in every if one.ended_at is not None or one.until <= at],
        transfers=list(visible_to(transfers().filter(of_illness(case)), viewer).order_by("-offered_at", "-id")[:MOST]),
        affiliations=list(visible_to(affiliations().filter(of_illness(case), ended_at__isnull=True), viewer).order_by("at")[:MOST]),
        packages=list(visible_to(packages().filter(of_illness(case)), viewer).order_by("-at", "-id")[:MOST]),
    )


def open_offer(case: Case, viewer: Viewer) -> Transfer | None:
    """Whether it is offered to somebody who has not answered yet."""
    return visible_to(transfers().filter(case=case, state__in=OPEN), viewer).first()


@dataclass(frozen=True, slots=True)
class Lent:
    """Why a case of another unit is seen: from whom, until when (None: until it is answered)."""

    why: str
    unit: str
    until: datetime | None


def lent_from(viewer: Viewer, cases: Iterable[Case]) -> dict[UUID, Lent]:
    """Of cases shown in a list those that somebody lends the viewer, with who does."""
    keys = [case.pk for case in cases]
    found: dict[UUID, Lent] = {}
    if "cases.see" in viewer.everywhere or not keys:
        return found
    mine = viewer.units.get("cases.see", frozenset())
    for share in visible_to(shares().filter(case__in=keys, ended_at__isnull=True, unit__in=mine), viewer).order_by("until"):
        found[share.case_id] = Lent("school" if share.rule else "shared", share.from_unit.name, share.until)
    for offer in visible_to(transfers().filter(case__in=keys, state__in=OPEN, unit__in=mine), viewer):
        found[offer.case_id] = Lent("transfer", offer.from_unit.name, None)
    return found


def to_answer(viewer: Viewer) -> QuerySet[Transfer]:
    """Offers that wait for this viewer: those to their units, and on the state's duty list what nobody answered."""
    rows = visible_to(transfers().filter(state__in=OPEN), viewer)
    if ANSWER in viewer.everywhere:
        return rows.filter(Q(state=Transfer.State.ESCALATED) | Q(unit=viewer.home)).order_by("due_at", "id")
    return rows.filter(unit__in=viewer.units.get(ANSWER, frozenset())).order_by("due_at", "id")


def number_to_answer(viewer: Viewer) -> int:
    """How many, up to one more than COUNTED."""
    return to_answer(viewer).order_by()[: COUNTED + 1].count() if viewer.may(ANSWER) else 0


def sent_and_waiting(viewer: Viewer) -> QuerySet[Transfer]:
    """Offers of the viewer's units that nobody has answered yet. The state sees everybody's."""
    rows = visible_to(transfers().filter(state__in=OPEN), viewer).order_by("due_at", "id")
    if ANSWER in viewer.everywhere:
        return rows.exclude(state=Transfer.State.ESCALATED)
    return rows.filter(from_unit__in=viewer.units.get(ANSWER, frozenset()))


def answered(viewer: Viewer, *, at: datetime, days: int = 30) -> QuerySet[Transfer]:
    """What became of the offers of the last days, both ways, the newest first."""
    rows = transfers().exclude(state__in=OPEN).filter(offered_at__gte=at - timedelta(days=days))
    return visible_to(rows, viewer).order_by("-answered_at", "-id")


def packages_on_their_way(viewer: Viewer) -> QuerySet[OutOfState]:
    """What is prepared or sent first, then what was answered; the newest first."""
    return visible_to(packages(), viewer).order_by("-at", "-id")


def outside(viewer: Viewer, *, most: int = 50) -> list[Case]:
    """Open cases of people who live in another state, for whom no package was made yet: the newest of those that the viewer sees."""
    rows = visible_to(Case.objects.filter(closure__isnull=True, town__isnull=True), viewer).select_related("person", "unit")
    away = Address.objects.filter(person=OuterRef("person"), kind="residence", until__isnull=True, out_of_state=True)
    made = OutOfState.objects.filter(case=OuterRef("pk"), state__in=("prepared", "sent", "acknowledged"))
    return list(rows.filter(Exists(away)).exclude(Exists(made)).order_by("-opened_at", "-id")[:most])


def residence_state(case: Case) -> str:
    """The other state in which the last address of residence lies, as it was written; "" where it lies here."""
    rows = Address.objects.filter(person=case.person_id, kind="residence", until__isnull=True, out_of_state=True).order_by("-as_of", "-id")
    return rows.values_list("state", flat=True).first() or ""

