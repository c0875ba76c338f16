"""Laboratory results of a case or a person, under the reader's own row policies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tracing.access.viewer import Viewer
from tracing.access.visibility import visible_to
from tracing.cases.illness import of_illness
from tracing.cases.models import Case
from tracing.intake.models import LabResult


@dataclass(frozen=True, slots=True)
class Versions:
    """One result with all its versions, the newest first."""

    newest: LabResult
    older: list[LabResult]


def results_of(case: Case, viewer: Viewer) -> list[LabResult]:
    """Every version of every result of the case, the latest specimen first."""
    rows = visible_to(LabResult.objects.filter(of_illness(case)), viewer)
    return list(rows.order_by("-specimen_on", "key", "-current", "-version_at", "-version_rank"))


def results_of_person(person: Any, viewer: Viewer) -> list[LabResult]:
    """Every version of every result of a person that the viewer may see, negatives without a case as well."""
    rows = visible_to(LabResult.objects.filter(person=person), viewer)
    return list(rows.order_by("-specimen_on", "key", "-current", "-version_at", "-version_rank"))


def by_result(rows: Iterable[LabResult]) -> list[Versions]:
    """Versions put together under the one that holds."""
    groups: dict[str, list[LabResult]] = {}
    for row in rows:
        groups.setdefault(row.key, []).append(row)
    return [Versions(group[0], group[1:]) for group in groups.values()]
