"""One row of an imported list: its cells as values, or everything that is wrong with them. Pure: no database, no clock."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from tracing.base.phones import e164
from tracing.base.text import fold
from tracing.contacts.pasted import kind_of
from tracing.intake.flat_columns import YES_NO
from tracing.intake.flat_dates import day
from tracing.intake.flat_values import zip_code
from tracing.intake.imports.fields import CASE, CONTACT, FIELDS

_SERIAL: Final = re.compile(r"[1-9]\d{4}(?:\.\d+)?")
_FIRST_DAY: Final = date(1899, 12, 30)
"""Day 0 of a spreadsheet: the 1900 date system of Office Open XML counts a 29th of February 1900 that there was not."""
_EMAIL: Final = re.compile(r"[^@\s,;]+@[^@\s,;.]+(?:\.[^@\s,;.]+)+")
_SEX: Final = {"m": "M", "male": "M", "f": "F", "female": "F", "o": "O", "other": "O", "x": "O", "u": "", "unknown": "", "unreported": "", "unk": ""}
_LANGUAGE: Final = {
    "english": "en", "spanish": "es", "espanol": "es", "portuguese": "pt", "polish": "pl", "french": "fr", "haitian creole": "ht", "creole": "ht",
    "italian": "it", "chinese": "zh", "mandarin": "zh", "cantonese": "zh", "vietnamese": "vi", "arabic": "ar", "russian": "ru",
    "ukrainian": "uk", "urdu": "ur", "hindi": "hi", "bengali": "bn", "albanian": "sq", "american sign language": "ase",
}  # fmt: skip
_MET: Final = {
    "household": "household", "home": "household", "lives with": "household", "social": "social", "friend": "social", "family": "social",
    "work": "work", "workplace": "work", "school": "school", "day care": "school", "daycare": "school", "college": "school",
    "health care": "care", "healthcare": "care", "care": "care", "other": "other", "travel": "other", "flight": "other",
}  # fmt: skip
_TEST: Final = {
    "pcr": "molecular", "molecular": "molecular", "naat": "molecular", "rt pcr": "molecular", "antigen": "antigen", "rapid": "antigen",
    "total antibody": "antibody", "antibody": "antibody", "igg antibody": "igg", "igg": "igg", "igm antibody": "igm", "igm": "igm",
    "culture": "culture", "other": "other", "clinical": "clinical", "none": "clinical", "home test": "self_test", "at home": "self_test",
    "self test": "self_test",
}  # fmt: skip
_STATES: Final = {
    name: code
    for code, _blank, name in (
        pair.partition(" ")
        for pair in (
            "AL alabama|AK alaska|AZ arizona|AR arkansas|CA california|CO colorado|CT connecticut|DE delaware|DC district of columbia|FL florida"
            "|GA georgia|HI hawaii|ID idaho|IL illinois|IN indiana|IA iowa|KS kansas|KY kentucky|LA louisiana|ME maine|MD maryland"
            "|MA massachusetts|MI michigan|MN minnesota|MS mississippi|MO missouri|MT montana|NE nebraska|NV nevada|NH new hampshire"
            "|NJ new jersey|NM new mexico|NY new york|NC north carolina|ND north dakota|OH ohio|OK oklahoma|OR oregon|PA pennsylvania"
            "|RI rhode island|SC south carolina|SD south dakota|TN tennessee|TX texas|UT utah|VT vermont|VA virginia|WA washington"
            "|WV west virginia|WI wisconsin|WY wyoming|PR puerto rico|VI virgin islands|GU guam|AS american samoa|MP northern mariana islands"
        ).split("|")
    )
}

WRONG: Final = {
    "CT820": "is needed: every row must say who it is",
    "CT821": "is no day: write 2026-12-31 or 12/31/2026",
    "CT822": "lies in the future",
    "CT823": "is no telephone number: write ten digits, or + and the country's number",
    "CT824": "is no e-mail address",
    "CT825": "is not one of the values that are understood here",
    "CT826": "is longer than can be kept",
    "CT827": "is a formula: paste its value instead",
    "CT828": "is later than the last day together",
    "CT829": "names no case that is open here: give its number, or choose one case for the whole list",
    "CT830": "is the number of two people here: open the case and import its contacts there",
    "CT831": "is needed: the day of the test, or of the finding",
    "CT832": "is a number: of what cannot be counted in feet or minutes",
    "CT833": "stands in another row of this list too, with other words: correct one of them",
    "CT834": "does not meet the case definition in force on that day",
    "CT835": "is more than a hundred and twenty years ago",
}
"""What is wrong with a cell, in words that end a sentence beginning with its column."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with one cell; `field` is what its column means."""

    code: str
    field: str
    given: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """A row understood: field → value (texts, days, numbers, yes and no), and what is wrong. Empty cells are left out."""

    values: Mapping[str, Any]
    wrong: tuple[Wrong, ...] = ()


@dataclass(slots=True)
class _Reading:
    today: date
    values: dict[str, Any] = field(default_factory=dict)
    wrong: list[Wrong] = field(default_factory=list)

    def refuse(self, code: str, name: str, given: str = "") -> None:
        self.wrong.append(Wrong(code, name, given[:80]))


def read_row(cells: Sequence[str], mapping: Sequence[str], *, of: str, today: date, one_case: bool) -> Read:
    """The cells of a row as the mapping says (a field, or "", for each column). `one_case`: all contacts of the list are of one case."""
    found = _Reading(today)
    for name, cell in zip(mapping, cells, strict=False):
        text = " ".join(cell.split())
        if name and text:
            _take(found, name, text)
    _name(found)
    if not found.values.get("last") and not found.values.get("first") and not any(one.field in ("last", "first", "name") for one in found.wrong):
        found.refuse("CT820", "last")
    if of == CONTACT:
        _contact(found, one_case)
    elif of == CASE and "on" not in found.values and not any(one.field == "on" for one in found.wrong):
        found.refuse("CT831", "on")
    return Read(found.values, tuple(found.wrong))


def key_of(values: Mapping[str, Any]) -> str:
    """By what a row of the same list is known again: its own number; without one name, birth date and telephone; "" where too little is said."""
    if values.get("own_id"):
        return f"id:{fold(values['own_id'])}"
    name = f"{fold(values.get('last', ''))}|{fold(values.get('first', ''))}"
    more = values.get("birth_on") or values.get("phone")
    return f"who:{name}|{values.get('birth_on') or ''}|{values.get('phone', '')}" if more else ""


def _contact(found: _Reading, one_case: bool) -> None:
    first, last = found.values.get("first_met_on"), found.values.get("last_met_on")
    if first and last and first > last:
        found.refuse("CT828", "first_met_on", first.isoformat())
    if not one_case and not found.values.get("source_number"):
        found.refuse("CT829", "source_number")
    if "met" not in found.values:
        told = kind_of(found.values.get("relation", ""))
        if told:
            found.values["met"] = told


def _name(found: _Reading) -> None:
    """"Lopez, Maria" and "Maria Lopez" in one column."""
    whole = found.values.pop("name", "")
    if not whole or found.values.get("last"):
        return
    family, comma, given = whole.partition(",")
    if not comma:
        given, _blank, family = whole.rpartition(" ")
    found.values["last"], found.values["first"] = family.strip(), given.strip()


def _take(found: _Reading, name: str, text: str) -> None:
    said = FIELDS[name]
    if text.startswith(("=", "@")):
        return found.refuse("CT827", name, text)
    if len(text) > max(said.most, 40):
        return found.refuse("CT826", name, text)
    match said.kind:
        case "day":
            _day(found, name, text)
        case "phone":
            _known(found, name, text, e164(text), "CT823")
        case "email":
            _known(found, name, text, text.lower() if _EMAIL.fullmatch(text) else "", "CT824")
        case "sex":
            _choice(found, name, text, _SEX)
        case "language":
            code = fold(text)
            _known(found, name, text, _LANGUAGE.get(code, code if code in _LANGUAGE.values() else ""), "CT825")
        case "yes_no":
            answer = YES_NO.get(fold(text))
            if answer is None:
                return found.refuse("CT825", name, text)
            if answer in "YN":
                found.values[name] = answer == "Y"
        case "met":
            _choice(found, name, text, _MET)
        case "test":
            _choice(found, name, text, _TEST)
        case "feet":
            if not text.isdecimal() or len(text) > 4:
                return found.refuse("CT832", name, text)
            found.values[name] = int(text)
        case "state":
            found.values[name] = _STATES.get(fold(text), text.upper() if len(text) == 2 else text[:40])
        case "zip":
            found.values[name] = zip_code(text)[:10]
        case _:
            found.values[name] = text
    return None


def _known(found: _Reading, name: str, text: str, value: str, code: str) -> None:
    if value:
        found.values[name] = value
    else:
        found.refuse(code, name, text)


def _choice(found: _Reading, name: str, text: str, choices: Mapping[str, str]) -> None:
    value = choices.get(fold(text))
    if value is None:
        found.refuse("CT825", name, text)
    elif value:
        found.values[name] = value


def _day(found: _Reading, name: str, text: str) -> None:
    """A day as people write it, or as a spreadsheet counts it: days since the end of 1899."""
    value = _FIRST_DAY + timedelta(days=int(float(text))) if _SERIAL.fullmatch(text) else day(text, not_after=found.today)
    if value is None:
        found.refuse("CT821", name, text)
    elif value > found.today:
        found.refuse("CT822", name, text)
    elif value.year < found.today.year - 120:
        found.refuse("CT835", name, text)
    else:
        found.values[name] = value
