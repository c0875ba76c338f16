"""From the shape of a report to what is filed of it: which lines, under which key, in which version; who; what else was said. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from tracing.base.text import fold, name_key
from tracing.diseases.residence import setting_kind
from tracing.intake import hand
from tracing.intake.report import LabReport, Result

VERSION_RANK: Final = {"I": 0, "S": 0, "O": 0, "R": 1, "P": 1, "A": 1, "B": 1, "V": 1, "N": 1, "F": 2, "U": 2, "C": 3, "X": 4, "D": 5, "W": 5}
"""HL7 table 0085 in the order in which statuses replace each other when a sender gives two versions the same instant."""
WITHDRAWN: Final = frozenset({"W", "D", "X"})
LONG_AGO: Final = datetime(1900, 1, 1, tzinfo=UTC)
YES: Final = frozenset({"y", "yes", "373066001", "true"})
NO: Final = frozenset({"n", "no", "373067005", "false"})


@dataclass(frozen=True, slots=True)
class Line:
    """One result line that is filed."""

    no: int
    """Which line of the report, from 1, order-entry answers and controls counted."""
    result: Result
    key: str
    version_at: datetime
    rank: int
    cls: str
    """The class that counts: a withdrawn or cancelled result is none of positive and negative."""
    specimen_on: date | None


def result_key(report: LabReport, result: Result, source: str) -> str:
    """What makes it the same result in every version: laboratory, accession, test, specimen and part.

    Without an accession number the person, the test and the specimen's day stand in. SHA-256, in hexadecimal, cut to 64.
    """
    laboratory = report.laboratory.identifier or report.laboratory.name or report.sender.identifier or report.sender.name or source
    test = result.loinc or result.local_code or result.name
    if result.accession:
        parts = [fold(laboratory), result.accession.strip(), test, result.specimen.strip(), result.sub_id.strip()]
    else:
        who = report.patient
        day = result.specimen_on.isoformat() if result.specimen_on else report.control_id
        parts = [fold(laboratory), name_key(who.last, who.first), who.birth_text, test, day, result.sub_id.strip()]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def lines(report: LabReport, source: str, conditions: frozenset[str], received_at: datetime) -> list[Line]:
    """The result lines for these conditions, one for each key: of several lines with one key the strongest stands.

    A sender's clock that runs ahead counts as the instant of receipt: no version is newer than what came after it.
    """
    found: dict[str, Line] = {}
    for no, result in enumerate(report.results, 1):
        if result.kind != "result" or result.condition not in conditions:
            continue
        key = result_key(report, result, source)
        line = Line(
            no=no,
            result=result,
            key=key,
            version_at=min(report.sent_at or result.resulted_at or result.specimen_at or LONG_AGO, received_at),
            rank=VERSION_RANK.get(result.status[:1].upper(), 2),
            cls="withdrawn" if result.status[:1].upper() in WITHDRAWN else result.cls,
            specimen_on=result.specimen_on or _day(result.resulted_at) or _day(report.sent_at),
        )
        other = found.get(key)
        if other is None or (line.cls == "positive", line.rank) > (other.cls == "positive", other.rank):
            found[key] = line
    return list(found.values())


def version(line: Line) -> tuple[datetime, int, str, str]:
    """Which of two versions is the newer: by the sender's instant, then status, then content; never by arrival."""
    return line.version_at, line.rank, line.cls, (line.result.value_code or line.result.value_text)[:200]


def _day(at: datetime | None) -> date | None:
    return at.date() if at else None


def birth_year(text: str) -> int | None:
    """The year of a birth date of which only that was sent."""
    digits = text.strip()[:4]
    return int(digits) if len(digits) == 4 and digits.isdigit() and 1880 <= int(digits) <= 2100 else None


def answers(report: LabReport) -> dict[str, Any]:
    """What order-entry answers say about the illness: onset_on, symptomatic, hospitalised, setting; typed at the desk also symptoms
    (codes) and exposed."""
    said: dict[str, Any] = {}
    for result in report.results:
        if result.kind != "aoe":
            continue
        word = fold(result.value_code or result.value_text)
        yes_no = True if word in YES or fold(result.value_text) in YES else False if word in NO or fold(result.value_text) in NO else None
        match result.loinc or result.local_code:
            case "65222-2" | "11368-8":
                onset = _eight_digits(result.value_text or result.value_code)
                if onset is not None:
                    said["onset_on"] = onset
            case "95419-8" if yes_no is not None:
                said["symptomatic"] = yes_no
            case "77974-4" if yes_no is not None:
                said["hospitalised"] = yes_no
            case "75617-1" if setting_kind(result.value_code):
                said["setting"] = setting_kind(result.value_code)
            case "95421-4" if yes_no:
                said.setdefault("setting", "congregate")
            case hand.SETTING:
                said["setting"] = result.value_code
            case hand.EXPOSED if yes_no is not None:
                said["exposed"] = yes_no
            case hand.SYMPTOM:
                said.setdefault("symptoms", []).append(result.value_code)
    return said


def _eight_digits(text: str) -> date | None:
    digits = text.strip().replace("-", "")[:8]
    if len(digits) != 8 or not digits.isdigit():
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
