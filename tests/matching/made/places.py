"""Where the made-up people live: Connecticut's towns by population, their ZIP codes, invented streets, shared places and numbers."""

from __future__ import annotations

import csv
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Final

PROFILE: Final = Path(__file__).parents[3] / "profiles" / "connecticut"

_STREETS: Final = (
    "Main Elm Maple Oak Park Church Pine Chestnut Washington Prospect Walnut Cedar High Center Spring Highland Pleasant Summer Grove"
    " Hill Lincoln Franklin Pearl State School River Water North South East West Union Court Spruce Willow Birch Laurel Forest Lake"
    " Meadow Sunset Orchard Garden Ridge Valley Hillside Brook Mill Farm Woodland Winthrop Whitney Dixwell Albany Blake Canner Edgewood"
    " Fountain Harbor Howard Huntington Jefferson Kimberly Lawrence Linden Lombard Madison Mansfield Monroe Norton Olive Orange Quinnipiac"
    " Sherman Starr Sylvan Townsend Trumbull Wooster Yale Arch Beacon Bristol Capitol Clark Davenport Ellsworth Farmington Goodwin Hawley"
).split()
_KINDS: Final = (
    ("Street", "St"), ("Avenue", "Ave"), ("Road", "Rd"), ("Drive", "Dr"), ("Lane", "Ln"), ("Court", "Ct"), ("Place", "Pl"),
    ("Terrace", "Ter"),
)  # fmt: skip
_FLATS: Final = ("1", "2", "3", "1A", "2B", "3C", "4", "12", "204", "B")
_AREAS: Final = ("203", "860", "475", "959")


@dataclass(frozen=True, slots=True)
class Town:
    code: str
    name: str
    population: int
    zips: tuple[str, ...]
    shares: tuple[float, ...]

    @property
    def urban(self) -> bool:
        return self.population > 40_000


@cache
def towns() -> tuple[list[Town], list[int]]:
    """The towns and the running sum of their people."""
    zips: dict[str, list[tuple[str, float]]] = {}
    people: dict[str, int] = {}
    with (PROFILE / "towns.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    people = {row["code"]: int(row["population"]) for row in rows}
    with (PROFILE / "zip_towns.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            zips.setdefault(row["town"], []).append((row["zip"], float(row["share"] or 0) + 0.001))
    found = [
        Town(
            row["code"],
            row["name"],
            people[row["code"]],
            tuple(z for z, _ in zips[row["code"]]),
            tuple(s for _, s in zips[row["code"]]),
        )
        for row in rows
        if row["code"] in zips
    ]
    return found, list(accumulate(town.population for town in found))


def town(random: Random) -> Town:
    found, sums = towns()
    return found[min(bisect_right(sums, random.random() * sums[-1]), len(found) - 1)]


@dataclass(frozen=True, slots=True)
class Home:
    """An address in its full form; `short` is the same with the postal abbreviation."""

    street: str
    short: str
    city: str
    zip: str
    town: str


def home(random: Random, where: Town | None = None) -> Home:
    where = where or town(random)
    zip = random.choices(where.zips, where.shares)[0]
    kind, short = random.choice(_KINDS[: 4 if where.urban else 8])
    name = random.choice(_STREETS)
    number = random.randint(1, 400 if where.urban else 180)
    flat = f" Apt {random.choice(_FLATS)}" if where.urban and random.random() < 0.45 else ""
    return Home(f"{number} {name} {kind}{flat}", f"{number} {name} {short}{flat.replace('Apt ', '#')}", where.name, zip, where.code)


def number(value: int) -> str:
    """The telephone number of this number: different for different ones below 32 million. +1 AAA NXX XXXX."""
    return f"+1{_AREAS[value // 8_000_000 % 4]}{2_000_000 + value % 8_000_000:07}"


def mobile(person: int) -> str:
    return number(person * 7_368_787 % 15_900_001)


def landline(household: int) -> str:
    return number(16_000_000 + household * 7_368_787 % 15_900_001)


@dataclass(frozen=True, slots=True)
class Shared:
    """A place where many live under one address and one telephone."""

    home: Home
    phone: str


@cache
def shared(kind: str) -> tuple[Shared, ...]:
    """Colleges (30), shelters (60), nursing homes (210): about as many as there are."""
    random = Random(kind)
    count, first = {"college": (30, 100), "shelter": (60, 200), "nursing": (210, 300)}[kind]
    found = []
    for at in range(count):
        where = town(random)
        zip = where.zips[0]
        street = f"{random.randint(1, 300)} {random.choice(_STREETS)}"
        found.append(Shared(Home(f"{street} Street", f"{street} St", where.name, zip, where.code), number(31_990_000 + first + at)))
    return tuple(found)
