"""What staff may put in place of what a message says, and what follows from it. Pure; the bytes stay as they came.

Names of corrections: those of FIELDS, and for a line of the report `line.N.class`, `line.N.condition`, `line.N.specimen_on`, where
N counts every line from 1. An empty value takes a correction back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final, get_args

from tracing.base.phones import e164
from tracing.diseases.codebook import load
from tracing.intake.report import LabReport, Reading, ResultClass
from tracing.intake.weigh import finish, needs_person

CLASSES: Final = frozenset(get_args(ResultClass))
FIELDS: Final = {
    "last": "Last name",
    "first": "First name",
    "middle": "Middle name",
    "suffix": "Suffix",
    "birth_on": "Birth date",
    "sex": "Sex",
    "street": "Street",
    "street2": "Apartment",
    "city": "City or town",
    "state": "State",
    "zip": "ZIP code",
    "phone": "Telephone",
    "specimen_on": "Specimen taken on",
    "accept": "File it as it is",
}
"""Corrections and what they are called. `accept` ("yes"): somebody looked at the problems and wants it filed all the same."""

_LINE: Final = re.compile(r"line\.([1-9][0-9]{0,3})\.(class|condition|specimen_on)")
_TEXTS: Final = {"last": 100, "first": 100, "middle": 100, "suffix": 20, "street": 200, "street2": 200, "city": 100}
_SEXES: Final = frozenset({"F", "M", "O", "U", "A", "N", "X"})
_ZIP: Final = re.compile(r"[0-9]{5}(-?[0-9]{4})?")
_STATE: Final = re.compile(r"[A-Za-z]{2}")

# Problems that `finish` finds anew in the corrected report.
_ANEW: Final = frozenset(
    "name_missing placeholder_name test_name patient_missing birth_date_missing birth_year_only birth_date_unreadable"
    " birth_date_implausible too_little_to_identify no_result specimen_date_missing no_value not_verified value_unknown"
    " number_only test_message processing_missing".split()
)
_BY_LINE: Final = frozenset(
    "value_contradicts_itself several_targets older_code disorder_as_result organism_named matched_by_name"
    " code_system_wrong result_marked_as_question".split()
)
"""Problems of a line that are settled once somebody has said what a line means."""
_NEVER_ACCEPTED: Final = frozenset({"name_missing", "patient_missing"})
"""Where a person has to be found and there is no name, nobody can be: correct it, or set the report aside."""


class CorrectionsWrong(Exception):
    """`reasons`: correction → the code of what is wrong with it."""

    def __init__(self, reasons: Mapping[str, str]) -> None:
        super().__init__(", ".join(f"{name}: {reason}" for name, reason in sorted(reasons.items())))
        self.reasons = dict(reasons)


def checked(corrections: Mapping[str, str], *, today: date) -> dict[str, str]:
    """The corrections as they are kept: trimmed, telephones in E.164, states in capitals. Raises CorrectionsWrong."""
    kept: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for name, given in corrections.items():
        value = " ".join(given.split())
        reason, value = ("", value) if not value and _known(name) else _check(name, value, today)
        if reason:
            wrong[name] = reason
        else:
            kept[name] = value
    if wrong:
        raise CorrectionsWrong(wrong)
    return kept


def _known(name: str) -> bool:
    return name in FIELDS or _LINE.fullmatch(name) is not None


def _check(name: str, value: str, today: date) -> tuple[str, str]:
    """(Code of what is wrong or "", the value to keep)."""
    line = _LINE.fullmatch(name)
    what = line[2] if line else name
    if name in _TEXTS:
        return ("too_long" if len(value) > _TEXTS[name] else "" if value.isprintable() else "not_text"), value
    match what:
        case "birth_on" | "specimen_on":
            try:
                day = date.fromisoformat(value)
            except ValueError:
                return "not_a_date", value
            return ("in_the_future" if day > today else "too_long_ago" if day.year < 1880 else ""), day.isoformat()
        case "sex":
            return ("" if value.upper() in _SEXES else "not_a_code"), value.upper()
        case "state":
            return ("" if _STATE.fullmatch(value) else "not_a_code"), value.upper()
        case "zip":
            return ("" if _ZIP.fullmatch(value) else "not_a_zip"), value
        case "phone":
            number = e164(value)
            return ("" if number else "not_a_telephone"), number
        case "class":
            return ("" if value in CLASSES else "not_a_code"), value
        case "condition":
            return ("" if value in load().conditions else "not_a_code"), value
        case "accept":
            return ("" if value == "yes" else "not_a_code"), value
    return "not_correctable", value


def corrected(report: LabReport, corrections: Mapping[str, str]) -> LabReport:
    """The report with what staff put in place of what the message says. `corrections` as `checked` gave them."""
    patient: dict[str, Any] = {}
    results = list(report.results)
    for name, value in corrections.items():
        line = _LINE.fullmatch(name)
        if line is not None and int(line[1]) <= len(results):
            place = int(line[1]) - 1
            said: dict[str, Any] = {"specimen_on": date.fromisoformat(value)} if line[2] == "specimen_on" else {}
            if line[2] == "class":
                # Who says what a line means says that it is a result, also where it was marked as an answer to a question.
                said = {"cls": value, "kind": "result" if results[place].kind == "aoe" and value != "none" else results[place].kind}
            results[place] = replace(results[place], **(said or {line[2]: value}))
        elif name == "birth_on":
            patient |= {"birth_on": date.fromisoformat(value), "birth_text": value.replace("-", "")}
        elif name == "phone":
            patient["phones"] = (value, *(number for number in report.patient.phones if number != value))
        elif name == "specimen_on":
            day = date.fromisoformat(value)
            results = [replace(result, specimen_on=day) if result.kind == "result" else result for result in results]
        elif name in FIELDS and name != "accept":
            patient[name] = value
    return replace(report, patient=replace(report.patient, **patient), results=tuple(results))


def settled(reading: Reading, corrections: Mapping[str, str]) -> Reading:
    """What the reading comes to with the corrections: its report corrected, the problems that they settle gone."""
    if not corrections or reading.report is None:
        return reading
    report = corrected(reading.report, corrections)
    gone = _ANEW | _answered(report, corrections)
    left = [problem for problem in reading.problems if problem.partition(":")[0] not in gone]
    again = finish(report, left, [cause for cause in reading.fixable if not cause.startswith("word:")])
    blocked = _NEVER_ACCEPTED & set(again.problems) if needs_person(report) else frozenset()
    if corrections.get("accept") == "yes" and again.status == "held" and not blocked:
        again = replace(again, status="read")
    return again if again.status == "held" else replace(again, fixable=())


def _answered(report: LabReport, corrections: Mapping[str, str]) -> frozenset[str]:
    """What the reader found in the message and the corrections have answered."""
    gone = {"specimen_date_unreadable"} if "specimen_on" in corrections else set()
    if any(_LINE.fullmatch(name) for name in corrections):
        gone |= _BY_LINE
        lines = [line for line in report.results if line.kind == "result"]
        # Unknown codes stay a problem as long as another line has one.
        if not any(line.cls == "other" for line in lines):
            gone.add("value_code_unknown")
        if not any(line.cls == "positive" and not line.condition for line in lines):
            gone.add("test_code_unknown")
    return frozenset(gone)
