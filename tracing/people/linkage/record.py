"""A record made ready for comparing. The one function that folds, splits and empties what is compared, live and in batch. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from tracing.base.text import fold
from tracing.jurisdictions.rules import read_zip
from tracing.people.linkage.names import family_name, generation, given_name, middle_name
from tracing.places.rules import house

if TYPE_CHECKING:
    from tracing.people.linkage.weights import Weights


@dataclass(frozen=True, slots=True)
class Home:
    """A postal address as written."""

    street: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of somebody, as written; "" where not said."""

    family: str = ""
    given: str = ""
    middle: str = ""
    suffix: str = ""
    birth_name: str = ""
    """The family name at birth, or a former one."""
    birth: str = ""
    """YYYYMMDD as said, even if the calendar has no such day; YYYYMM or YYYY when no more was said."""
    sex: str = ""
    """F, M or anything else."""
    phones: tuple[str, ...] = ()
    """E.164."""
    emails: tuple[str, ...] = ()
    homes: tuple[Home, ...] = ()
    """Latest first."""
    ssn4: str = ""
    numbers: tuple[str, ...] = ()
    """Numbers by which systems know the person, each with its system: "ctedss|123"."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is compared. None and empty sets: missing. Field names are the columns of the batch engine."""

    given: str | None
    given_words: frozenset[str]
    given_forms: frozenset[str]
    given_sound: str | None
    given_common: bool
    """A name that many have: unlike a slip of the pen, a similar one is somebody else's."""
    tf_given: float
    middle: str | None
    family: str | None
    family_words: frozenset[str]
    family_sound: str | None
    tf_family: float
    generation: str | None
    birth: str | None
    birth_swapped: str | None
    birth_year: str | None
    sex: str | None
    phones: frozenset[str]
    emails: frozenset[str]
    houses: frozenset[str]
    """Number and street of each home of their own."""
    shared_houses: frozenset[str]
    """Of institutions, boxes, care-of addresses."""
    house: str | None
    street: str | None
    street2: str | None
    """A second line of the address, or the street of the home before."""
    unit: str | None
    zips: frozenset[str]
    zip: str | None
    city: str | None
    state: str | None
    ssn4: str | None
    numbers: frozenset[str]


_EIGHT: Final = re.compile(r"\d{8}")
_PLACEHOLDER_BIRTHS: Final = frozenset({"19000101", "18000101", "19010101", "11111111", "99991231", "19700101"})
"""Written where nobody knew. The first of January 1970 is also a birthday: it counts as a year."""


def prepare(facts: Facts, weights: Weights) -> Record:
    """The record of these facts. `weights`: for how common their names are."""
    given = given_name(facts.given)
    family = family_name(facts.family, facts.birth_name)
    birth, swapped, year = birth_parts(facts.birth)
    at = dwellings(home.street for home in facts.homes)
    zips = [code for home in facts.homes if (code := zip_code(home.zip))]
    return Record(
        given.whole, given.words, given.forms, given.sound,
        given.whole in weights.names, weights.frequency("given", given.whole),
        middle_name(facts.middle) or given.middle,
        family.whole, family.words, family.sound, weights.frequency("family", family.whole),
        generation(facts.suffix) or family.generation or given.generation,
        birth, swapped, year, sex_code(facts.sex),
        frozenset(facts.phones), frozenset(facts.emails), at.own, at.shared, at.number, at.street, at.street2, at.unit,
        frozenset(zips), zips[0] if zips else None,
        next((code for home in facts.homes if (code := city_code(home.city))), None),
        next((code for home in facts.homes if (code := state_code(home.state))), None),
        last_four(facts.ssn4), frozenset(facts.numbers),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dwellings:
    """Where somebody lives and lived, as `Record` has it."""

    own: frozenset[str]
    shared: frozenset[str]
    number: str | None
    street: str | None
    street2: str | None
    unit: str | None


def dwellings(streets: Iterable[str]) -> Dwellings:
    """Street lines, latest first."""
    found = [one for street in streets if street and (one := house(street)).street is not None]
    shared = [f"{one.number or ''} {one.street}" for one in found if one.shared or one.number is None]
    own = [f"{one.number} {one.street}" for one in found if not one.shared and one.number is not None]
    first = found[0] if found else None
    return Dwellings(
        frozenset(own), frozenset(shared), first.number if first else None, first.street if first else None,
        next((one.street for one in found if first and one.street != first.street), None), first.unit if first else None,
    )  # fmt: skip


def birth_text(birth_on: date | None, birth_year: int | None) -> str:
    """A birth date as `Facts` has it."""
    return birth_on.strftime("%Y%m%d") if birth_on else str(birth_year) if birth_year else ""


def birth_parts(text: str) -> tuple[str | None, str | None, str | None]:
    """Of a birth date as `Facts` has it: the date, the same with day and month swapped, the year."""
    if _EIGHT.fullmatch(text) and text not in _PLACEHOLDER_BIRTHS:
        month, day = text[4:6], text[6:]
        return text, f"{text[:4]}{day}{month}" if month != day else None, text[:4]
    return None, None, text[:4] if len(text) >= 4 and text[:4].isdigit() and text != "19000101" else None


def zip_code(text: str) -> str | None:
    """Five digits, or what digits there are where no such code exists."""
    if not text:
        return None
    if code := read_zip(text)[0]:
        return code
    digits = "".join(c for c in text if c.isdigit())
    return digits if 3 <= len(digits) <= 10 else None


def city_code(text: str) -> str | None:
    return fold(text).replace(" ", "") or None


def state_code(text: str) -> str | None:
    return fold(text)[:2] or None


def sex_code(text: str) -> str | None:
    return text if text in ("F", "M") else None


def last_four(text: str) -> str | None:
    return text[-4:] if len(text) >= 4 else None
