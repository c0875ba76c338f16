"""What moving a report would undo and what it can only list; the moves of somebody's reports. For who sees all of it: read under the acting
role, after it was asked what the viewer may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tracing.access.viewer import Viewer
from tracing.access.visibility import visible_to
from tracing.cases.models import Case
from tracing.intake.filing import desk, judge
from tracing.intake.merging.illness import counted
from tracing.intake.misfiled.bundle import bundle
from tracing.intake.misfiled.undoing import TEMPLATES, work_on
from tracing.intake.models import LabResult, Moved, Report
from tracing.intake.report import Patient
from tracing.journal.action import ACTING_ROLE, role
from tracing.messaging.models import Message
from tracing.people.models import Person


@dataclass(frozen=True, slots=True)
class OfCase:
    """What becomes of one case."""

    case: Case
    left: bool
    """Other positive results are left."""
    work: dict[str, int]
    queued: int

    @property
    def becomes(self) -> str:
        return "follows" if self.left else "asks" if self.work else "closes" if self.case.closure_id is None else "stays"


@dataclass(frozen=True, slots=True)
class Foreseen:
    report: Report
    who: Patient | None
    """Whom the report names."""
    reports: int
    results: Sequence[LabResult]
    cases: Sequence[OfCase]


def foreseen(person: UUID, report: UUID, viewer: Viewer, at: datetime) -> Foreseen | None:
    """None where the report is not one of this person's, or the viewer may not see every result that would go along."""
    with role(ACTING_ROLE):
        found = bundle(report)
    keys = [row.pk for row in found.results]
    seen = list(visible_to(LabResult.objects.filter(pk__in=keys, person=person), viewer).order_by("pk"))
    if not keys or len(seen) != len(keys):
        return None
    with role(ACTING_ROLE):
        row = Report.objects.select_related("source").get(pk=report)
        lab = judge(row, desk(at)).lab
        under = {result.case_id for result in found.results if result.case_id}
        of_cases = []
        for case in Case.objects.filter(pk__in=under).select_related("unit").order_by("opened_at", "pk"):
            stays = [r for r in counted(person, [case.disease])[case.disease] if r.pk not in keys and r.result == "positive"]
            waiting = Message.objects.filter(person=person, disease=case.disease, template__in=TEMPLATES, state="queued")
            of_cases.append(OfCase(case, bool(stays), work_on(case, found.filed), waiting.count()))
    return Foreseen(row, lab.patient if lab else None, len(found.reports), seen, of_cases)


@dataclass(frozen=True, slots=True)
class Move:
    """A move as one of the two sees it; the other is None for who may not see them."""

    row: Moved
    was: Person | None
    now: Person | None
    last: bool
    """It can be taken back."""


def moves_about(person: UUID, viewer: Viewer, key: UUID | None = None) -> list[Move]:
    """Those from and to somebody whom the viewer sees, the last first."""
    with role(ACTING_ROLE):
        rows = list((Moved.objects.filter(person=person) | Moved.objects.filter(was=person)).order_by("-at", "-pk"))
        later = {row.pk: _overtaken(row) for row in rows}
    people = visible_to(Person.objects.filter(pk__in={key for row in rows for key in (row.was_id, row.person_id)}), viewer)
    seen = {one.pk: one for one in people}
    return [
        Move(row, seen.get(row.was_id), seen.get(row.person_id), row.back_at is None and not later[row.pk])
        for row in rows
        if key in (None, row.pk)
    ]


def _overtaken(row: Moved) -> bool:
    return Moved.objects.filter(report__in=bundle(row.report_id).reports, back_at=None, at__gt=row.at).exists()


def earlier_of(report: Report, at: datetime) -> LabResult | None:
    """The result of which a held report brings another version, naming somebody else. The caller has loaded the held one."""
    if "other_person_in_correction" not in report.problems:
        return None
    with role(ACTING_ROLE):
        keys = [line.key for line in judge(report, desk(at)).lines]
        found: LabResult | None = LabResult.objects.filter(key__in=keys, current=True, person__isnull=False).order_by("pk").first()
        return found
