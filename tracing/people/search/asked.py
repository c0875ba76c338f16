"""What was typed into the one box, taken apart: each piece with everything it may mean. Pure: no Django, no clock."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from tracing.base.text import fold
from tracing.places.rules import address_key

Kind = Literal["name", "birth", "year", "phone", "email", "zip", "street", "number", "ssn4"]
NEEDS: Final[dict[Kind, str]] = {
    "name": "name", "birth": "birth", "year": "birth", "phone": "reach", "email": "reach", "zip": "reach", "street": "reach",
    "number": "reach", "ssn4": "reach",
}  # fmt: skip
"""What somebody must be shown of people to look for them by it."""
MARKS: Final[dict[Kind, str]] = {
    "name": "", "birth": "=b", "year": "=y", "phone": "=p", "email": "=e", "zip": "=z", "street": "=a", "number": "=n",
    "ssn4": "=s",
}  # fmt: skip
"""How the terms of a kind begin: see `people.search.sql`."""
MOST_PIECES: Final = 8


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing that a piece may mean. `text` as in the index, without its mark; `begins`: whatever begins so."""

    kind: Kind
    text: str
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """One word, number or date, and what it may mean: any of these."""

    typed: str
    means: tuple[Meaning, ...]

    @property
    def is_name(self) -> bool:
        return self.means[0].kind == "name"


@dataclass(frozen=True, slots=True)
class Asked:
    """All pieces must be true of somebody who is found."""

    pieces: tuple[Piece, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(piece.means[0].text for piece in self.pieces if piece.is_name)


_MONTHS: Final = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_MONTH: Final = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_MAIL: Final = re.compile(r"\S+@\S*")
_ISO: Final = re.compile(r"(?<![\d-])(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?![\d-])")
_NUMBERS: Final = re.compile(r"(?<![\d-])(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?![\d-])")
_MONTH_FIRST: Final = re.compile(rf"\b{_MONTH}\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})\b", re.IGNORECASE)
_DAY_FIRST: Final = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?[\s-]+{_MONTH}[\s,-]+(\d{{4}})\b", re.IGNORECASE)
_ABROAD: Final = re.compile(r"\+(?!1\D*\d{3}\D)\d[\d\s().-]{6,18}\d")
_PHONE: Final = re.compile(r"(?<![\d-])(?:\+?1[\s.-]*)?\(?(\d{3})\)?[\s./-]*(\d{3})[\s.-]*(\d{4})(?![\d-])")
_LOCAL: Final = re.compile(r"(?<![\d-])(\d{3})[\s.-](\d{4})(?![\d-])")
_ZIP4: Final = re.compile(r"(?<![\d-])(\d{5})-\d{4}(?![\d-])")
_WAY: Final = (
    r"st|str|street|ave?|avenue|rd|road|ln|lane|dr|drive|ct|court|blvd|boulevard|way|pl|place|ter|terrace|cir|circle|hwy|highway|pkwy"
    r"|parkway|sq|square|tpke|turnpike|trl|trail|ext|extension"
)
_STREET: Final = re.compile(rf"(?<!\S)\d{{1,6}}[a-z]?(?:\s+[a-z0-9'.]+){{1,5}}?\s+(?:{_WAY})\b\.?(?=\s|,|$)", re.IGNORECASE)
_LATER: Final = frozenset("jr sr ii iii iv 2nd 3rd mr mrs ms dr".split())
"""Not asked for when there is more to ask: half of the records leave them out."""
_FIRST_YEAR: Final = 1890


def understand(words: str, *, year: int = 2025) -> Asked:
    """Take the words apart. `year`: nobody is born after it, so that 3/4/87 is 1987 and 3/4/21 is 2021."""
    pieces: list[Piece] = []

    def take(pattern: re.Pattern[str], meaning: Callable[[re.Match[str]], Meaning | None]) -> None:
        nonlocal words
        for found in list(pattern.finditer(words)):
            if meant := meaning(found):
                pieces.append(Piece(found.group(0).strip(), (meant,)))
                words = words.replace(found.group(0), " ", 1)

    take(_MAIL, lambda m: Meaning("email", m.group(0).lower().strip(",;<>()"), begins=True))
    take(_ISO, lambda m: _born(int(m[1]), int(m[3]), int(m[4]), year))
    take(_NUMBERS, lambda m: _born(_full(m[4], year), int(m[1]), int(m[3]), year))
    take(_MONTH_FIRST, lambda m: _born(int(m[3]), _MONTHS[m[1].lower()], int(m[2]), year))
    take(_DAY_FIRST, lambda m: _born(int(m[3]), _MONTHS[m[2].lower()], int(m[1]), year))
    take(_ABROAD, lambda m: Meaning("phone", _digits(m[0])[::-1], begins=True))
    take(_PHONE, lambda m: Meaning("phone", (m[1] + m[2] + m[3])[::-1], begins=True))
    take(_LOCAL, lambda m: Meaning("phone", (m[1] + m[2])[::-1], begins=True))
    take(_ZIP4, lambda m: Meaning("zip", m[1]))
    take(_STREET, _street)
    for word in re.split(r"[\s,;]+", words):
        pieces += _pieces(word, year)
    if len(pieces) > 1:
        pieces = [p for p in pieces if not (p.is_name and p.means[0].text in _LATER)] or pieces
    return Asked(tuple(dict.fromkeys(pieces))[:MOST_PIECES])


def _pieces(word: str, year: int) -> list[Piece]:
    """A word between blanks: a name, parts of a double name, or a number."""
    if not any(character.isdigit() for character in word):
        return [Piece(part, (Meaning("name", part),)) for part in fold(word).split()]
    number = fold(word).replace(" ", "")
    if not number:
        return []
    if not number.isdigit():
        return [Piece(word, (Meaning("number", number, begins=len(number) > 3),))]
    means: list[Meaning] = []
    if len(number) == 4 and _FIRST_YEAR <= int(number) <= year:
        means.append(Meaning("year", number))
    if len(number) == 4:
        means.append(Meaning("ssn4", number))
    if len(number) == 5:
        means.append(Meaning("zip", number))
    if len(number) == 8:
        first, last = int(number[:4]), int(number[4:])
        for born in (
            _born(first, int(number[4:6]), int(number[6:]), year), _born(last, int(number[:2]), int(number[2:4]), year),
        ):  # fmt: skip
            means += [born] if born else []
    if 4 <= len(number) <= 11:
        means.append(Meaning("phone", number[::-1], begins=True))
    means.append(Meaning("number", number))
    return [Piece(word, tuple(means))]


def _born(year: int, month: int, day: int, until: int) -> Meaning | None:
    """Month before day, as here; day before month where it cannot be otherwise."""
    if not _FIRST_YEAR <= year <= until:
        return None
    for m, d in ((month, day), (day, month)):
        try:
            return Meaning("birth", f"{date(year, m, d):%Y%m%d}")
        except ValueError:
            continue
    return None


def swapped(birth: str) -> str:
    """A birth date with day and month in each other's place; "" when that is no date."""
    try:
        return f"{date(int(birth[:4]), int(birth[6:]), int(birth[4:6])):%Y%m%d}"
    except ValueError:
        return ""


def _full(text: str, until: int) -> int:
    """Two digits: nobody is born in years to come."""
    if len(text) == 4:
        return int(text)
    century = until // 100 * 100
    return century + int(text) - (100 if century + int(text) > until else 0)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _street(found: re.Match[str]) -> Meaning | None:
    key = address_key(found.group(0), "06511")
    return Meaning("street", key.partition("|")[0], begins=True) if key else None
