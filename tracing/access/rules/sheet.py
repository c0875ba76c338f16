"""A list of new staff as departments fill it in: a table of texts read into lines, with everything wrong by row and cell. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

COLUMNS: Final = ("email", "name", "role", "unit", "diseases", "from", "until", "why", "agreement_on", "trained_on")
NEEDED: Final = ("email", "name", "role", "unit")
AT_MOST: Final = 5000
_OTHER_NAMES: Final = {
    "e-mail": "email", "e-mail address": "email", "email address": "email", "mail": "email", "full name": "name", "department": "unit",
    "organisation": "unit", "organization": "unit", "disease": "diseases", "since": "from", "start": "from", "start date": "from",
    "end": "until", "end date": "until", "to": "until", "reason": "why", "agreement on": "agreement_on", "agreement": "agreement_on",
    "trained on": "trained_on", "training": "trained_on",
}  # fmt: skip
_EMAIL: Final = re.compile(r"[^@\s,;<>\"']+@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+", re.IGNORECASE)
_DAYS: Final = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%m-%d-%Y", "%Y-%m-%d %H:%M:%S")
_LENGTHS: Final = {"email": 254, "name": 200, "why": 200}


class NotAList(Exception):
    """The table cannot be read as a list of staff: "empty", "no_heads" (with the columns missing), "too_long"."""

    def __init__(self, code: str, missing: Sequence[str] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.missing = list(missing)


@dataclass(frozen=True, slots=True)
class Wrong:
    """One cell that is wrong: which column, the code of why, and what stands there."""

    column: str
    code: str
    given: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What names may stand in the list: folded name or code → code."""

    roles: Mapping[str, str]
    units: Mapping[str, str]
    diseases: Mapping[str, str]


@dataclass(slots=True)
class Line:
    """One row: as far as it was understood, and what was not."""

    number: int
    """As the spreadsheet counts, the heading being row 1."""
    email: str = ""
    name: str = ""
    role: str = ""
    unit: str = ""
    diseases: list[str] = field(default_factory=list)
    since: date | None = None
    until: date | None = None
    why: str = ""
    agreement_on: date | None = None
    trained_on: date | None = None
    wrong: list[Wrong] = field(default_factory=list)


def read(table: Sequence[Sequence[str]], known: Known, today: date) -> list[Line]:
    """Every row that is not empty. Raises NotAList where there is no such list at all."""
    rows = [(number, [cell.strip() for cell in row]) for number, row in enumerate(table, 1)]
    rows = [(number, row) for number, row in rows if any(row)]
    if not rows:
        raise NotAList("empty")
    heads = [_head(cell) for cell in rows[0][1]]
    absent = [column for column in NEEDED if column not in heads]
    if absent:
        raise NotAList("no_heads", absent)
    if len(rows) == 1:
        raise NotAList("empty")
    if len(rows) - 1 > AT_MOST:
        raise NotAList("too_long")
    lines = [_line(number, dict(zip(heads, row, strict=False)), known, today) for number, row in rows[1:]]
    _mark_twice(lines)
    return lines


def _head(cell: str) -> str:
    text = " ".join(cell.lower().replace("_", " ").split())
    return _OTHER_NAMES.get(text, text.replace(" ", "_"))


def fold(text: str) -> str:
    """How names of roles and units are compared."""
    return " ".join(text.lower().replace("_", " ").replace("-", " ").split())


def _line(number: int, cells: Mapping[str, str], known: Known, today: date) -> Line:
    line = Line(number)
    for column in NEEDED:
        if not cells.get(column):
            line.wrong.append(Wrong(column, "missing"))
    line.email = cells.get("email", "").lower()
    if line.email and not _EMAIL.fullmatch(line.email):
        line.wrong.append(Wrong("email", "not_an_address", cells["email"]))
    line.name = " ".join(cells.get("name", "").split())
    line.why = cells.get("why", "")
    for column, most in _LENGTHS.items():
        if len(cells.get(column, "")) > most:
            line.wrong.append(Wrong(column, "too_long", cells[column][:40]))
    line.role = _named(line, "role", cells, known.roles)
    line.unit = _named(line, "unit", cells, known.units)
    for part in re.split(r"[;,]", cells.get("diseases", "")):
        if part.strip():
            code = known.diseases.get(fold(part))
            if code is None:
                line.wrong.append(Wrong("diseases", "not_known", part.strip()))
            else:
                line.diseases.append(code)
    line.since, line.until = _day(line, "from", cells), _day(line, "until", cells)
    line.agreement_on, line.trained_on = _day(line, "agreement_on", cells), _day(line, "trained_on", cells)
    if line.until is not None and (line.until < today or (line.since is not None and line.until < line.since)):
        line.wrong.append(Wrong("until", "ends_too_early", cells["until"]))
    for column, day in (("agreement_on", line.agreement_on), ("trained_on", line.trained_on)):
        if day is not None and day > today:
            line.wrong.append(Wrong(column, "in_the_future", cells[column]))
    return line


def _named(line: Line, column: str, cells: Mapping[str, str], known: Mapping[str, str]) -> str:
    given = cells.get(column, "")
    code = known.get(fold(given), "")
    if given and not code:
        line.wrong.append(Wrong(column, "not_known", given[:80]))
    return code


def _day(line: Line, column: str, cells: Mapping[str, str]) -> date | None:
    given = cells.get(column, "")
    if not given:
        return None
    for form in _DAYS:
        try:
            return datetime.strptime(given, form).date()
        except ValueError:
            continue
    line.wrong.append(Wrong(column, "not_a_day", given[:40]))
    return None


def _mark_twice(lines: Sequence[Line]) -> None:
    """The same role for the same person in the same unit, or one address under two names."""
    seen: dict[tuple[str, str, str, str], int] = {}
    names: dict[str, tuple[str, int]] = {}
    for line in lines:
        if not line.email:
            continue
        key = (line.email, line.role, line.unit, ";".join(sorted(line.diseases)))
        first = seen.setdefault(key, line.number)
        if line.role and line.unit and first != line.number:
            line.wrong.append(Wrong("email", "twice", str(first)))
        name, row = names.setdefault(line.email, (line.name, line.number))
        if line.name and name and fold(name) != fold(line.name):
            line.wrong.append(Wrong("name", "two_names", str(row)))
