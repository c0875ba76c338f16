"""What follows from a report for its filing: read, or held for a person. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from tracing.intake.report import LabReport, Reading

HOLDS = frozenset(
    {
        "column_missing",
        "several_rows",
        "row_too_long",
        "row_too_short",
        "name_missing",
        "birth_date_unreadable",
        "several_patients",
        "test_code_unknown",
        "value_code_unknown",
        "value_unknown",
        "specimen_date_missing",
        "no_result",
        "value_contradicts_itself",
    }
)


def finish(report: LabReport, problems: Iterable[str], fixable: Iterable[str] = ()) -> Reading:
    found = list(problems)
    patient = report.patient
    if not patient.last or not patient.first:
        found.append("name_missing")
    if not patient.birth_on:
        found.append("birth_date_unreadable" if patient.birth_text else "birth_date_missing")
    if not any(r.kind == "result" for r in report.results):
        found.append("no_result")
    elif not any(r.specimen_on for r in report.results):
        found.append("specimen_date_missing")
    held = any(p.partition(":")[0] in HOLDS for p in found)
    return Reading(
        "held" if held else "read",
        tuple(dict.fromkeys(found)),
        report,
        report.control_id,
        report.version,
        tuple(dict.fromkeys(fixable)),
    )
