"""A record made ready for comparing. The one function that folds, splits and empties what is compared, live and in batch. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final
from zlib import crc32

from tracing.base.text import fold
from tracing.jurisdictions.rules import read_zip
from tracing.people.linkage.names import family_name, generation, given_name
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
    given = given_name(facts.given, facts.middle)
    family = family_name(facts.family, facts.birth_name)
    birth, swapped, year = _birth(facts.birth)
    own: list[str] = []
    shared: list[str] = []
    streets: list[str] = []
    first = None
    for home in facts.homes:
        found = house(home.street) if home.street else None
        if found is None or found.street is None:
            continue
        first = first or found
        streets.append(found.street)
        if found.shared or found.number is None:
            shared.append(f"{found.number or ''} {found.street}")
        else:
            own.append(f"{found.number} {found.street}")
    zips = [code for home in facts.homes if home.zip and (code := read_zip(home.zip)[0] or _digits(home.zip))]
    city = next((code for home in facts.homes if (code := fold(home.city).replace(" ", ""))), None)
    return Record(
        given.whole, given.words, given.forms, given.sound,
        given.whole in weights.names, weights.frequency("given", given.whole),
        given.middle, family.whole, family.words, family.sound, weights.frequency("family", family.whole),
        generation(facts.suffix) or family.generation or given.generation,
        birth, swapped, year,
        facts.sex if facts.sex in ("F", "M") else None,
        frozenset(facts.phones), frozenset(facts.emails), frozenset(own), frozenset(shared), 
        first.number if first else None, first.street if first else None,
        next((street for street in streets if first and street != first.street), None), first.unit if first else None,
        frozenset(zips), zips[0] if zips else None, city, next((code for home in facts.homes if (code := fold(home.state)[:2])), None),
        facts.ssn4[-4:] if len(facts.ssn4) >= 4 else None, frozenset(facts.numbers),
    )  # fmt: skip


def birth_text(birth_on: date | None, birth_year: int | None) -> str:
    """A birth date as `Facts` has it."""
    return birth_on.strftime("%Y%m%d") if birth_on else str(birth_year) if birth_year else ""


def _birth(text: str) -> tuple[str | None, str | None, str | None]:
    if _EIGHT.fullmatch(text) and text not in _PLACEHOLDER_BIRTHS:
        month, day = text[4:6], text[6:]
        return text, f"{text[:4]}{day}{month}" if month != day else None, text[:4]
    return None, None, text[:4] if len(text) >= 4 and text[:4].isdigit() and text != "19000101" else None


def _digits(text: str) -> str:
    found = "".join(c for c in text if c.isdigit())
    return found if 3 <= len(found) <= 10 else ""


def keys(record: Record) -> list[int]:
    """What two records of one person very likely share: only records with a key in common are compared.

    Each as a 32-bit number; two different keys with one number cost a comparison and change nothing.
    """
    return sorted({_number(key) for key in _keys(record)})


def _keys(r: Record) -> Iterable[str]:
    given, family, year = r.given, r.family, r.birth_year
    if r.birth:
        if given:
            yield f"bg{r.birth}{given[0]}"
        if family:
            yield f"bf{r.birth}{family[0]}"
        if not given or not family:
            for phone in r.phones:
                yield f"bp{r.birth}{phone}"
            yield f"bz{r.birth}{r.zip}"
        if r.ssn4:
            yield f"bs{r.birth[4:]}{r.ssn4}"
    if r.given_sound and r.family_sound:
        # In this order and the other: names are written into each other's fields.
        both = min(r.given_sound, r.family_sound), max(r.given_sound, r.family_sound)
        if r.birth:
            yield f"nd{both}{''.join(sorted((r.birth[4:6], r.birth[6:])))}"
        if year:
            yield f"ny{both}{year}"
        for code in r.zips:
            yield f"nz{both}{code}"
    for phone in r.phones:
        if given:
            yield f"pg{phone}{given[0]}"
        if family:
            yield f"pf{phone}{family[0]}"
    for email in r.emails:
        yield f"e{email}"
    for place in r.houses:
        if given:
            yield f"hg{place}{given[0]}"
        elif family:
            yield f"hf{place}{family[0]}"
    if r.ssn4:
        if r.family_sound:
            yield f"sf{r.ssn4}{r.family_sound}"
        if r.given_sound:
            yield f"sg{r.ssn4}{r.given_sound}"
        if not r.given or not r.family:
            yield f"sz{r.ssn4}{r.zip}"
    for number in r.numbers:
        yield f"i{number}"


def _number(key: str) -> int:
    value = crc32(key.encode())
    return value - (1 << 32) if value >> 31 else value
