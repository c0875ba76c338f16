"""What a journal entry tells of, re-read from the tables: the unit it concerns, the disease, where a notice of it leads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from tracing.cases.models import Affiliation, Case, FacilityLine
from tracing.diseases.conditions import condition
from tracing.intake.models import Report
from tracing.journal.models import Entry
from tracing.jurisdictions.models import Unit
from tracing.notices.rules import Happened


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened, for one unit."""

    unit: UUID
    what: Happened
    subject: tuple[str, UUID]
    person: UUID | None = None


def facts(entry: Entry) -> list[Fact]:
    """What happened; nothing where it does not hold any more (a case closed again, a transfer answered)."""
    reader = READERS.get(entry.verb)
    return reader(entry) if reader is not None else []


def _happened(entry: Entry, disease: str, setting: str = "") -> Happened:
    return Happened(entry.verb, disease, condition(disease).category(entry.at.year) if disease else None, setting)


def _case(entry: Entry) -> list[Fact]:
    case = Case.objects.filter(pk__in=[entry.subject_id], merged_into=None, closure=None).first()
    return [] if case is None else [Fact(case.follow_unit_id, _happened(entry, case.disease, case.setting), ("case", case.pk), case.person_id)]


def _line(entry: Entry) -> list[Fact]:
    line = FacilityLine.objects.filter(pk__in=[entry.subject_id]).first()
    return [] if line is None else [Fact(line.unit_id, _happened(entry, line.disease, line.setting), ("facility_line", line.pk))]


def _affiliation(entry: Entry) -> list[Fact]:
    rows = Affiliation.objects.filter(case=entry.subject_id, place=entry.codes.get("place"), ended_at=None).select_related("case", "place")
    return [
        Fact(one.case.follow_unit_id, _happened(entry, one.disease, one.place.kind), ("case", one.case_id), one.person_id) for one in rows[:1]
    ]


def _person(entry: Entry) -> list[Fact]:
    """To each department that follows a case of theirs."""
    if entry.person_id is None:
        return []
    cases = Case.objects.filter(person=entry.person_id, closure=None, merged_into=None).order_by("opened_at", "id")
    by_unit = {case.follow_unit_id: case for case in cases}
    return [Fact(unit, _happened(entry, case.disease), ("person", entry.person_id), entry.person_id) for unit, case in by_unit.items()]


def _transfer(entry: Entry) -> list[Fact]:
    if entry.subject_id is None:
        return []
    late = entry.verb == "transfer.escalated"
    unit = _state() if late else UUID(str(entry.codes["to"]))
    return [] if unit is None else [Fact(unit, _happened(entry, entry.disease), ("transfer", entry.subject_id), entry.person_id)]


def _order(entry: Entry) -> list[Fact]:
    unit = UUID(str(entry.codes["unit"]))
    return [Fact(unit, _happened(entry, entry.disease), ("order", entry.subject_id), entry.person_id)] if entry.subject_id else []


def _report(entry: Entry) -> list[Fact]:
    """A report that waits for a human: by its most urgent condition."""
    report = Report.objects.filter(pk__in=[entry.subject_id]).first()
    unit = (report.unit_id or _state()) if report is not None else None
    if report is None or unit is None:
        return []
    found = [_happened(entry, code) for code in report.conditions]
    found.sort(key=lambda one: one.category or 9)
    return [Fact(unit, one, ("report", report.pk)) for one in found[:1]]


def _state() -> UUID | None:
    return Unit.objects.filter(kind=Unit.Kind.STATE).order_by("code").values_list("pk", flat=True).first()


READERS: Final[Mapping[str, Callable[[Entry], list[Fact]]]] = {
    "case.opened": _case, "facility_line.opened": _line, "facility_line.joined": _line, "affiliation.added": _affiliation,
    "person.died": _person, "transfer.offered": _transfer, "transfer.escalated": _transfer, "order.drafted": _order, "report.held": _report,
}  # fmt: skip
"""Verb → how it is read. A rule of a state may name these and no others."""
