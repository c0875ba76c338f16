"""From a file's header to the facts of a record: which column says what, and how dates and numbers are written. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from tracing.base.phones import e164
from tracing.base.text import fold
from tracing.people.linkage.record import Facts, Home

NAMES: Final[dict[str, tuple[str, ...]]] = {
    "family": ("family", "family name", "last", "last name", "lastname", "surname", "patient last name"),
    "given": ("given", "given name", "first", "first name", "firstname", "forename", "patient first name"),
    "middle": ("middle", "middle name", "middle initial", "mi"),
    "suffix": ("suffix", "name suffix", "generation"),
    "birth_name": ("maiden", "maiden name", "birth name", "former name", "name at birth"),
    "birth": ("birth", "birth date", "birthdate", "date of birth", "dob", "born", "birthday"),
    "birth_year": ("birth year", "year of birth"),
    "sex": ("sex", "gender", "administrative sex"),
    "phone": ("phone", "phone number", "telephone", "phone 1", "phone 2", "home phone", "cell", "cell phone", "mobile", "work phone"),
    "email": ("email", "e mail", "email address"),
    "house": ("street number", "house number"),
    "street": ("street", "address", "address 1", "address line 1", "street address", "street name", "addr"),
    "street2": ("address 2", "address line 2", "street 2", "apartment", "unit"),
    "city": ("city", "town", "suburb", "municipality"),
    "state": ("state",),
    "zip": ("zip", "zip code", "zipcode", "postcode", "postal code"),
    "ssn": ("ssn", "ssn4", "ssn last 4", "social security number", "soc sec id"),
    "number": ("mrn", "medical record number", "record number"),
}
"""What is compared → the headers under which files have it, folded: capitals, underscores and points do not count."""

_MANY: Final = frozenset({"phone", "email", "number"})


class ColumnsUnknown(ValueError):
    """The file's header does not say enough; the message names what is missing and which headers are known."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """Which columns of a file hold what. Places count from 0."""

    id: int
    columns: dict[str, tuple[int, ...]]
    header: tuple[str, ...]

    def described(self) -> list[str]:
        """One line a column: what was mapped to what, and what is left out."""
        by_place = {place: name for name, places in self.columns.items() for place in places}
        return [
            f"{name} -> {'id' if place == self.id else by_place.get(place, 'not used')}" for place, name in enumerate(self.header)
        ]


def mapping(header: Sequence[str], id_column: str = "") -> Mapping:
    """Where what stands. The first column is the id unless `id_column` names another. ColumnsUnknown if that is not there, or no name is."""
    names = [name.strip().lstrip("\ufeff") for name in header]
    if id_column and id_column not in names:
        raise ColumnsUnknown(f"No column is called {id_column!r}; there are: {', '.join(names)}.")
    place_of_id = names.index(id_column) if id_column else 0
    known = {written: what for what, headers in NAMES.items() for written in headers}
    columns: dict[str, tuple[int, ...]] = {}
    for place, name in enumerate(names):
        what = known.get(fold(name))
        if place != place_of_id and what and (what in _MANY or what not in columns):
            columns[what] = (*columns.get(what, ()), place)
    if not columns.keys() & {"family", "given"}:
        raise ColumnsUnknown(
            f"No column holds a name. Known headers: {', '.join(NAMES['family'] + NAMES['given'])}. The file has: {', '.join(names)}."
        )
    return Mapping(place_of_id, columns, tuple(names))


def facts(row: Sequence[str], where: Mapping, today: date) -> Facts:
    """The facts of one row; a row that is too short has nothing in what it lacks."""

    def at(what: str) -> str:
        places = where.columns.get(what)
        return row[places[0]].strip() if places and places[0] < len(row) else ""

    def all_of(what: str) -> list[str]:
        return [text for place in where.columns.get(what, ()) if place < len(row) and (text := row[place].strip())]

    lines = street_lines(at("house"), at("street"), at("street2"))
    return Facts(
        at("family"), at("given"), at("middle"), at("suffix"), at("birth_name"), birth_digits(at("birth"), today) or at("birth_year"),
        sex_letter(at("sex")), tuple(phone for text in all_of("phone") if (phone := e164(text))),
        tuple(text.lower() for text in all_of("email")),
        (Home(lines[0], at("city"), at("state"), at("zip")), *(Home(line) for line in lines[1:])),
        ssn_digits(at("ssn")), tuple(number_text(text) for text in all_of("number")),
    )  # fmt: skip


def street_lines(number: str, street: str, second: str) -> tuple[str, ...]:
    """The street lines of one address: a number of its own goes before them, an apartment behind, a second line may be the street."""
    if second and number:
        # Where house numbers have a column of their own, either line may be the street.
        return f"{number} {street}", f"{number} {second}"
    if second:
        short = len(second) < 12
        street = f"{street} unit {second.removeprefix('#')}" if short else f"{second} {street}" if not second[0].isdigit() else street
    return (f"{number} {street}" if number else street,)


def sex_letter(text: str) -> str:
    return text[:1].upper()


def ssn_digits(text: str) -> str:
    """The last four of a social security number, "" if there are fewer digits: no more of it is taken from a file."""
    digits = "".join(c for c in text if c.isdigit())
    return digits[-4:] if len(digits) >= 4 else ""


def number_text(text: str) -> str:
    return f"mrn|{text}"


_ISO: Final = re.compile(r"(\d{4})-?(\d{2})(?:-?(\d{2}))?(?:[T ].*)?$")
_AMERICAN: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})$")


@lru_cache(maxsize=100_000)
def birth_digits(text: str, today: date) -> str:
    """A birth date as digits, even where the calendar has no such day: YYYYMMDD, YYYYMM or YYYY; "" if unreadable.

    A year of two digits is the latest that is not to come.
    """
    text = text.strip()
    if found := _ISO.match(text):
        return "".join(part for part in found.groups() if part)
    if found := _AMERICAN.match(text):
        month, day, year = found.groups()
        if len(year) == 2:
            year = f"{20 if int(year) <= today.year % 100 else 19}{year}"
        return f"{year}{int(month):02}{int(day):02}"
    if re.fullmatch(r"\d{4}", text):
        return text
    try:
        return datetime.strptime(text, "%d %b %Y").strftime("%Y%m%d")
    except ValueError:
        return ""
