"""Columns beside each other, line by line: a report's person and candidates, or two people already known. Each is compared with the
first; the letters that differ are marked. Pure but for translation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tracing.base.text import fold
from tracing.intake.report import LabReport, Patient
from tracing.people.known import Known
from tracing.uswds.templatetags.uswds import phone

SEXES = {"F": "Female", "M": "Male", "O": "Other"}

Part = tuple[str, bool]
"""Some letters, and whether the first column has others in their place."""
Fields = list[tuple[Any, list[str], bool]]
"""Label, what is said, and whether several may stand side by side."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one column says; `verdict` is same, differs or missing, "" in the first column and where something is hidden."""

    name: str
    """Of the column, for narrow screens that have no heads."""
    lines: tuple[tuple[Part, ...], ...] = ()
    verdict: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    label: Any
    cells: tuple[Cell, ...]


def table(columns: Sequence[tuple[str, Fields | None]]) -> list[Row]:
    """Names, birth date, sex, telephones, address, e-mail. A column without fields is hidden; lines of which nobody says anything are
    left out."""
    told = [fields for _name, fields in columns if fields is not None]
    rows = []
    for place, (label, _lines, many) in enumerate(told[0] if told else ()):
        if not any(fields[place][1] for fields in told):
            continue
        said = [fields[place][1] if fields is not None else None for _name, fields in columns]
        cells = [_cell(name, said[0], mine, many) for (name, _fields), mine in zip(columns, said, strict=True)]
        first = said[0]
        cells[0] = replace(cells[0], verdict="")
        if len(said) == 2 and first is not None and cells[1].verdict == "differs" and len(first) == len(said[1] or ()) == 1:
            cells[0] = replace(cells[0], lines=(marked(first[0], (said[1] or [""])[0])[0],))
        rows.append(Row(label, tuple(cells)))
    return rows


def _cell(name: str, first: list[str] | None, mine: list[str] | None, many: bool) -> Cell:
    if mine is None:
        return Cell(name, hidden=True)
    plain: tuple[tuple[Part, ...], ...] = tuple(((text, False),) for text in mine)
    if first is None:
        return Cell(name, plain)
    left, right = {fold(one) for one in first} - {""}, {fold(one) for one in mine} - {""}
    if not left or not right:
        return Cell(name, plain, "missing")
    if left & right if many else left == right:
        return Cell(name, plain, "same")
    if len(first) == len(mine) == 1:
        plain = (marked(first[0], mine[0])[1],)
    return Cell(name, plain, "differs")


def marked(left: str, right: str) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Both texts in parts, those marked that the other has not: "Jon", "Jo[h]n". Texts with little in common are marked whole."""
    matcher = SequenceMatcher(None, left.casefold(), right.casefold(), autojunk=False)
    if matcher.ratio() < 0.5 or len(left.casefold()) != len(left) or len(right.casefold()) != len(right):
        return ((left, True),), ((right, True),)
    a: list[Part] = []
    b: list[Part] = []
    for what, i, j, k, m in matcher.get_opcodes():
        if left[i:j]:
            a.append((left[i:j], what != "equal"))
        if right[k:m]:
            b.append((right[k:m], what != "equal"))
    return tuple(a), tuple(b)


def of_report(report: LabReport | None) -> Fields:
    who = report.patient if report is not None else Patient()
    street = " ".join(part for part in (who.street, who.street2) if part)
    return [
        (_("Last name"), _some(who.last, who.suffix), False),
        (_("First name"), _some(who.first), False),
        (_("Middle name"), _some(who.middle), False),
        (_("Birth date"), _some(_day(who.birth_on) or who.birth_text), False),
        (_("Sex"), _some(SEXES.get(who.sex, "")), False),
        (_("Telephone"), [phone(number) for number in who.phones], True),
        (_("Street"), _some(street), True),
        (_("Town"), _some(who.city), True),
        (_("ZIP code"), _some(who.zip[:5]), True),
        (_("E-mail"), [email.lower() for email in who.emails], True),
    ]


def of_known(known: Known) -> Fields:
    """What is known of somebody, in the order of a report's lines."""
    person = known.person
    addresses = [one for one in known.addresses if one.until is None]
    said = [
        _some(person.family, person.suffix),
        _some(person.given),
        _some(person.middle),
        _some(_day(person.birth_on) or (str(person.birth_year) if person.birth_year else "")),
        _some(SEXES.get(person.sex, "")),
        [phone(way.value) for way in known.phones],
        _once(one.street for one in addresses),
        _once(one.city for one in addresses),
        _once(one.zip[:5] for one in addresses),
        [way.value for way in known.ways if way.kind == "email"],
    ]
    return [(label, lines, many) for (label, _own, many), lines in zip(of_report(None), said, strict=True)]


def _some(*parts: str) -> list[str]:
    joined = " ".join(part for part in parts if part)
    return [joined] if joined else []


def _once(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(value for value in values if value))


def _day(day: date | None) -> str:
    return date_format(day, "N j, Y") if day else ""
