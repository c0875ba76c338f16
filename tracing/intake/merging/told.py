"""What merging two people would do, or undoing has to give back, as far as the viewer sees it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from tracing.access.viewer import Viewer
from tracing.access.visibility import visible_to
from tracing.cases.models import Case
from tracing.contacts.models import Exposure
from tracing.intake.models import LabResult
from tracing.messaging.models import Message
from tracing.people.models import Restriction
from tracing.tasks.models import Task


@dataclass(frozen=True, slots=True)
class About:
    """How much is about somebody."""

    results: int
    cases: int
    exposures: int
    calls: int
    messages: int
    """In line."""

    @property
    def nothing(self) -> bool:
        return not (self.results or self.cases or self.exposures or self.calls or self.messages)


def about(person: UUID, viewer: Viewer, *, filed_on: Collection[UUID] = ()) -> About:
    """Of the rows that the viewer may see; `filed_on`: those alone that were filed on one of these."""
    own = {"filed_on__in": filed_on} if filed_on else {}
    met = {"contact_filed_on__in": filed_on} if filed_on else {}
    return About(
        visible_to(LabResult.objects.filter(person=person, current=True, **own), viewer).count(),
        visible_to(Case.objects.filter(person=person, **own), viewer).count(),
        visible_to(Exposure.objects.filter(contact=person, **met), viewer).count(),
        visible_to(Task.objects.filter(person=person, state__in=("open", "held"), **own), viewer).count(),
        visible_to(Message.objects.filter(person=person, state="queued", **own), viewer).count(),
    )


@dataclass(frozen=True, slots=True)
class Both:
    """What meets where two people become one."""

    diseases: list[str]
    """Of which both have an open case."""
    exposed: bool
    """One was exposed to the other."""
    units: list[str]
    """Departments that see them from then on, by name, where they are not the same."""
    restricted: bool


def both(one: UUID, other: UUID, viewer: Viewer) -> Both:
    pair = (one, other)
    cases = list(visible_to(Case.objects.filter(person__in=pair, merged_into=None), viewer).select_related("unit"))
    still_open = [{case.disease for case in cases if case.person_id == who and case.closure_id is None} for who in pair]
    met = Exposure.objects.filter(contact=one, source__person=other) | Exposure.objects.filter(contact=other, source__person=one)
    units = sorted({case.unit.name for case in cases})
    restricted = visible_to(Restriction.objects.filter(person__in=pair, ended_at=None), viewer)
    return Both(
        sorted(still_open[0] & still_open[1]), visible_to(met, viewer).exists(), units if len(units) > 1 else [],
        restricted.exists() and viewer.may("people.see_restricted"),
    )  # fmt: skip
