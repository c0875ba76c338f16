"""Keys: what two records of one person very likely share. Only records with a key in common are compared. Pure.

Each key is a few parts of a record written behind each other; each part stands once in SQL, for files, and once in Python, for one report. A
test asks both for the keys of many records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import product
from typing import Final
from zlib import crc32

from tracing.people.linkage.record import Record


@dataclass(frozen=True, slots=True)
class Part:
    """`sql`: a text, NULL where missing; a list where there are `many`."""

    sql: str
    of: Callable[[Record], Iterable[str | None]]
    many: bool = False


def _sounds(r: Record) -> str | None:
    """In this order and the other: names are written into each other's fields."""
    if r.given_sound is None or r.family_sound is None:
        return None
    return f"{min(r.given_sound, r.family_sound)} {max(r.given_sound, r.family_sound)}"


def _nameless(r: Record) -> str | None:
    return "" if r.given is None or r.family is None else None


PARTS: Final = {
    "birth": Part("birth", lambda r: [r.birth]),
    "month and day": Part("substr(birth, 5)", lambda r: [r.birth and r.birth[4:]]),
    "day or month": Part(
        "least(substr(birth, 5, 2), substr(birth, 7)) || greatest(substr(birth, 5, 2), substr(birth, 7))",
        lambda r: [r.birth and "".join(sorted((r.birth[4:6], r.birth[6:])))],
    ),
    "year": Part("birth_year", lambda r: [r.birth_year]),
    "initial": Part("left(given, 1)", lambda r: [r.given and r.given[0]]),
    "family initial": Part("left(family, 1)", lambda r: [r.family and r.family[0]]),
    "given sound": Part("given_sound", lambda r: [r.given_sound]),
    "family sound": Part("family_sound", lambda r: [r.family_sound]),
    "sounds": Part(
        "CASE WHEN given_sound IS NOT NULL AND family_sound IS NOT NULL THEN"
        " least(given_sound, family_sound) || ' ' || greatest(given_sound, family_sound) END",
        lambda r: [_sounds(r)],
    ),
    "a name is missing": Part("CASE WHEN given IS NULL OR family IS NULL THEN '' END", lambda r: [_nameless(r)]),
    "no given name": Part("CASE WHEN given IS NULL THEN '' END", lambda r: ["" if r.given is None else None]),
    "ZIP": Part("coalesce(zip, '')", lambda r: [r.zip or ""]),
    "each ZIP": Part("zips", lambda r: r.zips, many=True),
    "SSN": Part("ssn4", lambda r: [r.ssn4]),
    "phone": Part("phones", lambda r: r.phones, many=True),
    "email": Part("emails", lambda r: r.emails, many=True),
    "home": Part("houses", lambda r: r.houses, many=True),
    "number": Part("numbers", lambda r: r.numbers, many=True),
}  # fmt: skip

KEYS: Final = {
    "bg": ("birth", "initial"),
    "bf": ("birth", "family initial"),
    "bp": ("a name is missing", "birth", "phone"),
    "bz": ("a name is missing", "birth", "ZIP"),
    "bs": ("month and day", "SSN"),
    "nd": ("sounds", "day or month"),
    "ny": ("sounds", "year"),
    "nz": ("sounds", "each ZIP"),
    "pg": ("phone", "initial"),
    "pf": ("phone", "family initial"),
    "e": ("email",),
    "hg": ("home", "initial"),
    "hf": ("no given name", "home", "family initial"),
    "sf": ("SSN", "family sound"),
    "sg": ("SSN", "given sound"),
    "sz": ("a name is missing", "SSN", "ZIP"),
    "i": ("number",),
}
"""Key → its parts. A record has it where none of them is missing."""


def keys(record: Record) -> list[int]:
    """The keys of a record, each as a number of 32 bits; two different ones with one number cost a comparison and change nothing."""
    return sorted({_number(key) for key in texts(record)})


def texts(record: Record) -> set[str]:
    """The keys as they are written."""
    parts = {name: [value for value in part.of(record) if value is not None] for name, part in PARTS.items()}
    return {f"{name}{''.join(values)}" for name, of in KEYS.items() for values in product(*(parts[one] for one in of))}


def sql_of(name: str) -> str:
    """The SQL expression of a key on a table of records: a text, NULL where it is missing; a row each where a part has many values."""
    return " || ".join([f"'{name}'", *(f"unnest({PARTS[one].sql})" if PARTS[one].many else f"({PARTS[one].sql})" for one in KEYS[name])])


def _number(key: str) -> int:
    value = crc32(key.encode())
    return value - (1 << 32) if value >> 31 else value
