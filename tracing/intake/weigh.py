"""What follows from a report for its filing: read, or held for a person. Pure; the same for every format."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from tracing.base.text import fold
from tracing.intake.problems import holding
from tracing.intake.report import LabReport, Patient, Reading, Result
from tracing.people.linkage.nobody import nobody

WITHDRAWN: Final = frozenset({"W", "D"})
"""Statuses with which a laboratory takes a result back (HL7 table 0085)."""
_NO_VALUE_YET: Final = frozenset({"X", "I", "O", "N", "W", "D", "U"})
_SAYS: Final = frozenset({"positive", "negative", "inconclusive", "invalid", "not_done"})
_MARKED: Final = frozenset({"A", "AA", "H", "HH", ">", "POS", "DET", "RR"})
_OLDEST: Final = timedelta(days=130 * 366)
_PARTIAL_DATE: Final = re.compile(r"(?:18|19|20)\d\d(?:-?(?:0[1-9]|1[0-2])?)?(?:-?0{2,4})?", re.ASCII)


def needs_person(report: LabReport) -> bool:
    """Whether somebody has to be found: a positive or undecided result that stands. Others are counted without a person."""
    return any(
        line.kind == "result"
        and line.status not in WITHDRAWN
        and (line.cls == "positive" or (line.cls in ("inconclusive", "other") and line.condition != ""))
        for line in report.results
    )


def finish(report: LabReport, problems: Iterable[str], fixable: Iterable[str] = ()) -> Reading:
    """The reading of a report, with the problems of its person and lines added to those that its format found."""
    found = list(problems)
    mends = list(fixable)
    if report.processing in ("T", "D"):
        found.append("test_message")
    elif not report.processing:
        found.append("processing_missing")
    results = [line for line in report.results if line.kind in ("result", "note")]
    _person(report.patient, results, found, test=report.processing in ("T", "D"))
    _results(results, found, mends)
    codes = tuple(dict.fromkeys(found))
    held = bool(holding(codes, needs_person=False)) or (needs_person(report) and bool(holding(codes)))
    return Reading(
        "held" if held else "read", codes, report, report.control_id, report.version, tuple(dict.fromkeys(mends))
    )


def _person(patient: Patient, results: list[Result], found: list[str], *, test: bool) -> None:
    if not (patient.last or patient.first or patient.birth_text or patient.street or patient.city or patient.zip or patient.phones):
        found.append("patient_missing")
    who = nobody(patient.last, patient.first)
    if who and not (test and who == "test_name"):  # a test patient in a test message is what it should be
        found.append(who)
    if not patient.last or not patient.first:
        found.append("name_missing")
    if patient.birth_on is None:
        text = patient.birth_text
        if not text or set(text) <= {"0"}:
            found.append("birth_date_missing")
        else:
            found.append("birth_year_only" if _PARTIAL_DATE.fullmatch(text) else "birth_date_unreadable")
        if not (patient.phones or patient.street):
            found.append("too_little_to_identify")
        return
    taken = next((line.specimen_on for line in results if line.specimen_on), None)
    if taken is not None and not timedelta(0) <= taken - patient.birth_on < _OLDEST:
        found.append("birth_date_implausible")


def _results(results: list[Result], found: list[str], mends: list[str]) -> None:
    if not results:
        found.append("no_result")
        return
    if not any(line.specimen_on for line in results):
        found.append("specimen_date_missing")
    if all(line.cls == "none" and line.status not in _NO_VALUE_YET for line in results):
        found.append("no_value")
    if any(line.status == "R" and line.cls == "positive" for line in results):
        found.append("not_verified")
    classes: dict[str, set[str]] = {}
    for line in results:
        if line.condition:
            classes.setdefault(line.condition, set()).add(line.cls)
    silent = {condition for condition, said in classes.items() if _SAYS.isdisjoint(said) and "other" not in said}
    for line in results:
        if line.condition not in silent or line.status in WITHDRAWN:
            continue
        if line.cls == "text":
            found.append("value_unknown")
            word = fold(line.value_text)
            if is_phrase(word) and not mends:
                mends.append(f"word:{word}")
        elif line.cls == "numeric" and line.abnormal.upper() in _MARKED and line.analyte in ("molecular", "antigen", "igm"):
            found.append("number_only")


def is_phrase(word: str) -> bool:
    """Whether folded words may name a cause: short and without digits. Prose may hold a name or a number, and a cause goes into
    addresses and the journal."""
    return 0 < len(word) <= 40 and word.count(" ") <= 3 and not any(letter.isdigit() for letter in word)
