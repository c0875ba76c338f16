"""The report's person beside each candidate, line by line, what differs marked. Pure but for translation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tracing.base.text import fold
from tracing.intake.report import LabReport, Patient
from tracing.people.known import Known
from tracing.uswds.templatetags.uswds import phone

SEXES = {"F": "Female", "M": "Male", "O": "Other"}


@dataclass(frozen=True, slots=True)
class Value:
    """What one side says; `verdict` is same, differs, missing, or "" for the report's own."""

    lines: tuple[str, ...]
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    label: Any
    report: Value
    others: tuple[Value | None, ...]
    """One for each candidate; None where the viewer may not see them."""
    names: tuple[str, ...] = ()

    @property
    def named(self) -> list[tuple[str, Value | None]]:
        """Each with the candidate's name, for narrow screens that have no heads of columns."""
        return list(zip(self.names, self.others, strict=True))


def compare(report: LabReport, known: Sequence[Known | None]) -> list[Line]:
    """Names, birth date, sex, telephones, address, e-mail, language."""
    who = report.patient
    own = _of_report(who)
    others = [_of_known(one) if one is not None else None for one in known]
    names = tuple(name_of(one) for one in known)
    lines = []
    for number, (label, mine, many) in enumerate(own):
        values = tuple(_judged(mine, other[number][1], many) if other is not None else None for other in others)
        if mine or any(value is not None and value.lines for value in values):
            lines.append(Line(label, Value(tuple(mine)), values, names))
    return lines


def name_of(known: Known | None) -> str:
    return str(known.person) if known is not None else _("Another department's")


def _judged(mine: Sequence[str], theirs: Sequence[str], many: bool) -> Value:
    left, right = {fold(one) for one in mine} - {""}, {fold(one) for one in theirs} - {""}
    if not left or not right:
        verdict = "missing"
    elif many:
        verdict = "same" if left & right else "differs"
    else:
        verdict = "same" if left == right else "differs"
    return Value(tuple(theirs), verdict)


def _of_report(who: Patient) -> list[tuple[Any, list[str], bool]]:
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


def of_known(known: Known) -> list[tuple[Any, list[str], bool]]:
    """What is known of somebody, in the order of a report's lines; the last says whether several may stand side by side."""
    return [
        (label, lines, many) for (label, _own, many), (_none, lines) in zip(_of_report(Patient()), _of_known(known), strict=True)
    ]


def _of_known(known: Known) -> list[tuple[Any, list[str]]]:
    person = known.person
    addresses = [one for one in known.addresses if one.until is None]
    return [
        ("", _some(person.family, person.suffix)),
        ("", _some(person.given)),
        ("", _some(person.middle)),
        ("", _some(_day(person.birth_on) or (str(person.birth_year) if person.birth_year else ""))),
        ("", _some(SEXES.get(person.sex, ""))),
        ("", [phone(way.value) for way in known.phones]),
        ("", _once(one.street for one in addresses)),
        ("", _once(one.city for one in addresses)),
        ("", _once(one.zip[:5] for one in addresses)),
        ("", [way.value for way in known.ways if way.kind == "email"]),
    ]


def _some(*parts: str) -> list[str]:
    joined = " ".join(part for part in parts if part)
    return [joined] if joined else []


def _once(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(value for value in values if value))


def _day(day: date | None) -> str:
    return date_format(day, "N j, Y") if day else ""
