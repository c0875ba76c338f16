"""What goes together: a report, the other versions of its results, and what they say of a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tracing.intake.filing import Desk, Item, judge, person_facts
from tracing.intake.identifiers import numbers_in
from tracing.intake.models import LabResult, Moved, Report
from tracing.people.merging.giving_up import Told
from tracing.people.numbers import key_of


@dataclass(frozen=True, slots=True)
class Bundle:
    """Reports that are about one person or another together, because they are versions of the same results."""

    reports: frozenset[UUID]
    results: tuple[LabResult, ...]

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(row.key for row in self.results)

    @property
    def people(self) -> frozenset[UUID]:
        return frozenset(row.person_id for row in self.results if row.person_id)

    @property
    def diseases(self) -> tuple[str, ...]:
        return tuple(sorted({row.disease for row in self.results}))

    @property
    def filed(self) -> frozenset[datetime]:
        return frozenset(row.at for row in self.results)


def bundle(report: UUID) -> Bundle:
    """A report with every other that carries a version of one of its results, and so on."""
    reports, keys = {report}, set[str]()
    while True:
        rows = tuple(LabResult.objects.filter(report__in=reports).order_by("pk"))
        more = {row.key for row in rows} - keys
        keys |= more
        if not more:
            return Bundle(frozenset(reports), rows)
        reports |= set(LabResult.objects.filter(key__in=more).values_list("report", flat=True))


def items(reports: Iterable[UUID], at_desk: Desk) -> list[Item]:
    """These reports judged as the filing judges them, the oldest first; those that say nothing of a person left out."""
    rows = Report.objects.filter(pk__in=list(reports)).select_related("source").order_by("pk")
    read = [judge(row, at_desk) for row in rows]
    return sorted((one for one in read if one.lab is not None and one.where is not None), key=lambda one: (one.as_of, one.report.pk))


def told(found: Iterable[Item]) -> list[Told]:
    """What they say of the person."""
    return [
        Told(
            person_facts(one), one.as_of,
            tuple((system, key_of(value)) for system, value in numbers_in(one.lab, one.report.source)) if one.lab else (),
        )
        for one in found
    ]  # fmt: skip


def reports_of(person: UUID, without: Iterable[UUID]) -> set[UUID]:
    """The other reports filed on somebody."""
    return set(LabResult.objects.filter(person=person).exclude(report__in=list(without)).values_list("report", flat=True))


def moves_of(reports: Iterable[UUID]) -> list[Moved]:
    """Those that hold, the last first."""
    return list(Moved.objects.filter(report__in=list(reports), back_at=None).order_by("-at", "-pk"))
