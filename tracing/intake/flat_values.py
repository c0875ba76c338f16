"""Cells of a spreadsheet as values: answers, codes, numbers, telephone numbers. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

from tracing.base.phones import e164
from tracing.base.text import fold
from tracing.intake import flat_columns as columns
from tracing.intake.flat_dates import day_and_moment

BETWEEN = re.compile(r"[;,/|]")
_SNOMED = re.compile(r"\d{6,18}")

Value = tuple[str, str, str, str]
"""HL7 value type, code, code system, text."""


def zip_code(text: str) -> str:
    """The ZIP code; zeros in front that a spreadsheet has eaten come back (Connecticut's begin with one)."""
    head, dash, tail = text.partition("-")
    return f"{head:0>5}{dash}{tail}" if 3 <= len(head) < 5 and head.isdigit() else text


def phones(text: str) -> tuple[str, ...]:
    if not text:
        return ()
    whole = e164(text)
    found = (whole,) if whole else tuple(e164(part) for part in BETWEEN.split(text))
    return tuple(dict.fromkeys(number for number in found if number))


def result(text: str) -> Value:
    """A result: a SNOMED CT code, a number, or words."""
    if _SNOMED.fullmatch(text):
        return "CWE", text, "SCT", ""
    if text and text.replace(".", "", 1).isdecimal():
        return "NM", "", "", text
    return "ST", "", "", text


def yes_no(text: str) -> Value:
    answer = columns.YES_NO.get(fold(text), "")
    if not answer:
        return "ST", "", "", text
    return "CWE", answer, "NULLFL" if answer == "UNK" else "HL70136", columns.YES_NO_TEXT[answer]


def _pregnant(text: str) -> Value:
    found = columns.PREGNANT_ANSWERS.get(fold(text))
    return ("CWE", found[0], "SCT", found[1]) if found else ("ST", "", "", text)


def _residence(text: str) -> Value:
    if text in columns.RESIDENCE_TYPES:
        return "CWE", text, "SCT", columns.RESIDENCE_TYPES[text]
    code = _RESIDENCE_CODES.get(fold(text), "")
    return ("CWE", code, "SCT", columns.RESIDENCE_TYPES[code]) if code else ("ST", "", "", text)


def _onset(text: str) -> Value:
    day = day_and_moment(text)[0]
    return ("DT", "", "", f"{day:%Y%m%d}") if day else ("ST", "", "", text)


def _number(text: str) -> Value:
    return ("NM" if text.isdecimal() else "ST"), "", "", text


def _words(text: str) -> Value:
    return "ST", "", "", text


_RESIDENCE_CODES = {fold(text): code for code, text in columns.RESIDENCE_TYPES.items()}
OTHER_QUESTIONS: tuple[tuple[str, tuple[str, str], Callable[[str], Value]], ...] = (
    ("onset", columns.ONSET, _onset),
    ("symptoms", columns.SYMPTOMS, _words),
    ("residence", columns.RESIDENCE, _residence),
    ("pregnant", columns.PREGNANT, _pregnant),
    ("age", columns.AGE, _number),
    ("partners", ("genders_of_sexual_partners", "Genders of sexual partners"), _words),
    ("syphilis", ("syphilis_history", "History of syphilis"), yes_no),
)
