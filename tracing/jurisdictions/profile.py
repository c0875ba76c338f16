"""A state's folder of facts, read and checked as a whole. Pure: no Django, no clock.

The folder holds `profile.toml` and the tables named in `TABLES`; `profiles/connecticut/SOURCES.md` says what each row means.
"""

from __future__ import annotations

import csv
import hashlib
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeVar

from tracing.base.text import fold
from tracing.jurisdictions.gazetteer import DepartmentFact, Gazetteer, PlaceFact, TownFact, ZipFact, build

KINDS: Final = frozenset({"state", "region", "department", "team", "college", "school", "community", "laboratory", "contractor"})
TABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "units.csv": ("code", "name", "kind", "parent", "active_from", "active_until"),
    "towns.csv": ("code", "name", "county", "region", "census_code", "population", "latitude", "longitude"),
    "town_departments.csv": ("town", "department", "valid_from", "valid_to", "confidence", "source"),
    "place_names.csv": ("name", "town", "kind", "share"),
    "zip_towns.csv": ("zip", "town", "share", "main"),
}


class ProfileWrong(Exception):
    """The folder cannot be loaded. One sentence for each thing found, with file and line; nothing was changed."""

    def __init__(self, found: list[str]) -> None:
        self.found = found
        super().__init__("\n".join(found))


@dataclass(frozen=True, slots=True)
class UnitRow:
    code: str
    name: str
    kind: str
    parent: str
    active_from: date | None
    active_until: date | None


@dataclass(frozen=True, slots=True)
class TownRow:
    code: str
    name: str
    county: str
    region: str
    census_code: str
    population: int | None
    latitude: str
    longitude: str


@dataclass(frozen=True, slots=True)
class MembershipRow:
    town: str
    department: str
    valid_from: date | None
    valid_to: date | None
    confidence: str
    source: str


@dataclass(frozen=True, slots=True)
class PlaceRow:
    name: str
    town: str
    kind: str
    share: str


@dataclass(frozen=True, slots=True)
class ZipRow:
    zip: str
    town: str
    share: str
    is_main: bool


@dataclass(frozen=True, slots=True)
class ProfileFacts:
    """What the folder says, checked. Shares and coordinates stay text, so that they reach the database exactly."""

    code: str
    name: str
    version: str
    state: str
    state_names: tuple[str, ...]
    time_zone: str
    unit: str
    zip_prefixes: tuple[str, ...]
    zips_elsewhere: Mapping[str, str]
    fingerprint: str
    units: tuple[UnitRow, ...]
    """Parents before their children."""
    towns: tuple[TownRow, ...]
    memberships: tuple[MembershipRow, ...]
    places: tuple[PlaceRow, ...]
    zips: tuple[ZipRow, ...]

    def gazetteer(self) -> Gazetteer:
        """The facts as `rules.locate` looks them up, without a database."""
        return build(
            state=self.state,
            state_names=self.state_names,
            zip_prefixes=self.zip_prefixes,
            zips_elsewhere=self.zips_elsewhere,
            towns=[TownFact(t.code, t.name, t.county) for t in self.towns],
            places=[PlaceFact(p.name, p.town, _part(p.share), p.kind == "short") for p in self.places],
            zips=[ZipFact(z.zip, z.town, _part(z.share), z.is_main) for z in self.zips],
            departments=[DepartmentFact(m.town, m.department, m.valid_from, m.valid_to) for m in self.memberships],
        )


def read_profile(folder: Path) -> ProfileFacts:
    """Read and check the folder; raises ProfileWrong with everything that is wrong in it."""
    wrong: list[str] = []
    digest = hashlib.sha256()
    raw: dict[str, bytes] = {}
    for name in ("profile.toml", *TABLES):
        try:
            raw[name] = (folder / name).read_bytes()
        except OSError as error:
            raise ProfileWrong([f"{folder / name}: {error.strerror}"]) from None
        digest.update(name.encode() + b"\0" + raw[name] + b"\0")
    head = _head(raw["profile.toml"])
    units = _table(raw, "units.csv", _unit, wrong)
    towns = _table(raw, "towns.csv", _town, wrong)
    memberships = _table(raw, "town_departments.csv", _membership, wrong)
    places = _table(raw, "place_names.csv", _place, wrong)
    zips = _table(raw, "zip_towns.csv", _zip, wrong)
    if not wrong:
        wrong += _check_units(units, head["unit"])
        wrong += _check_towns(towns, units, memberships)
        wrong += _check_names(towns, places, zips)
    if wrong:
        raise ProfileWrong(wrong)
    return ProfileFacts(
        code=head["code"],
        name=head["name"],
        version=head["version"],
        state=head["state"].upper(),
        state_names=tuple(head["state_names"]),
        time_zone=head["time_zone"],
        unit=head["unit"],
        zip_prefixes=tuple(head["zip_prefixes"]),
        zips_elsewhere=dict(head.get("zips_elsewhere", {})),
        fingerprint=digest.hexdigest(),
        units=_parents_first(units),
        towns=tuple(towns),
        memberships=tuple(memberships),
        places=tuple(places),
        zips=tuple(zips),
    )


R = TypeVar("R")
Line = Mapping[str, str]


def _head(raw: bytes) -> dict[str, Any]:
    try:
        head = tomllib.loads(raw.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProfileWrong([f"profile.toml: {error}"]) from None
    wanted = {
        "code": str, "name": str, "version": str, "state": str, "state_names": list, "time_zone": str, "unit": str,
        "zip_prefixes": list,
    }  # fmt: skip
    wrong = [f"profile.toml: `{key}` is missing" for key in wanted if key not in head]
    wrong += [f"profile.toml: `{k}` is no {t.__name__}" for k, t in wanted.items() if k in head and type(head[k]) is not t]
    if wrong:
        raise ProfileWrong(wrong)
    return head


def _table(raw: Mapping[str, bytes], name: str, make: Callable[[Line], R], wrong: list[str]) -> list[R]:
    try:
        lines = csv.DictReader(raw[name].decode("utf-8-sig").splitlines(), strict=True)
        columns = tuple(lines.fieldnames or ())
        if columns != TABLES[name]:
            wrong.append(f"{name}: the columns must be {', '.join(TABLES[name])}")
            return []
        return list(_rows(lines, name, make, wrong))
    except (UnicodeDecodeError, csv.Error) as error:
        wrong.append(f"{name}: {error}")
        return []


def _rows(lines: csv.DictReader[str], name: str, make: Callable[[Line], R], wrong: list[str]) -> Iterator[R]:
    for line in lines:
        if None in line or None in line.values():
            wrong.append(f"{name}, line {lines.line_num}: not as many fields as columns")
            continue
        try:
            yield make({column: text.strip() for column, text in line.items()})
        except ValueError as error:
            wrong.append(f"{name}, line {lines.line_num}: {error}")


def _word(line: Line, column: str) -> str:
    if not line[column]:
        raise ValueError(f"{column} is empty")
    return line[column]


def _day(line: Line, column: str) -> date | None:
    try:
        return date.fromisoformat(line[column]) if line[column] else None
    except ValueError:
        raise ValueError(f"{column} {line[column]!r} is no date (YYYY-MM-DD)") from None


def _span(line: Line, first: str, last: str) -> tuple[date | None, date | None]:
    begins, ends = _day(line, first), _day(line, last)
    if begins and ends and begins >= ends:
        raise ValueError(f"{first} {begins} is not before {last} {ends}")
    return begins, ends


def _share(line: Line) -> str:
    if line["share"] and not 0 <= float(line["share"]) <= 1:
        raise ValueError(f"share {line['share']!r} is not between 0 and 1")
    return line["share"]


def _part(share: str) -> float | None:
    return float(share) if share else None


def _one_of(line: Line, column: str, allowed: frozenset[str]) -> str:
    if line[column] not in allowed:
        raise ValueError(f"{column} {line[column]!r} is none of {', '.join(sorted(allowed))}")
    return line[column]


def _unit(line: Line) -> UnitRow:
    begins, ends = _span(line, "active_from", "active_until")
    return UnitRow(_word(line, "code"), _word(line, "name"), _one_of(line, "kind", KINDS), line["parent"], begins, ends)


def _town(line: Line) -> TownRow:
    population = int(line["population"]) if line["population"] else None
    for column in ("latitude", "longitude"):
        if line[column]:
            float(line[column])
    return TownRow(
        _word(line, "code"), _word(line, "name"), line["county"], _word(line, "region"), line["census_code"],
        population, line["latitude"], line["longitude"],
    )  # fmt: skip


def _membership(line: Line) -> MembershipRow:
    begins, ends = _span(line, "valid_from", "valid_to")
    confidence = _one_of(line, "confidence", frozenset({"high", "medium", "low"}))
    return MembershipRow(_word(line, "town"), _word(line, "department"), begins, ends, confidence, line["source"])


def _place(line: Line) -> PlaceRow:
    if not fold(line["name"]):
        raise ValueError(f"name {line['name']!r} has no letters")
    return PlaceRow(line["name"], _word(line, "town"), _one_of(line, "kind", frozenset({"village", "short"})), _share(line))


def _zip(line: Line) -> ZipRow:
    if len(line["zip"]) != 5 or not line["zip"].isdecimal():
        raise ValueError(f"zip {line['zip']!r} is not five digits (a spreadsheet may have eaten the leading zero)")
    return ZipRow(line["zip"], _word(line, "town"), _share(line), _one_of(line, "main", frozenset({"yes", ""})) == "yes")


def _twice(keys: Iterator[object] | list[object], what: str) -> list[str]:
    seen: set[object] = set()
    return [f"{what} {key!r} stands twice" for key in keys if key in seen or seen.add(key)]  # type: ignore[func-returns-value]


def _check_units(units: list[UnitRow], state_unit: str) -> list[str]:
    kinds = {unit.code: unit.kind for unit in units}
    wrong = _twice([unit.code for unit in units], "units.csv: unit")
    if kinds.get(state_unit) != "state":
        wrong.append(f"profile.toml: unit {state_unit!r} is no unit of kind state in units.csv")
    parents = {unit.code: unit.parent for unit in units}
    for unit in units:
        if unit.kind != "state" and unit.parent not in kinds:
            wrong.append(f"units.csv: {unit.code} has the parent {unit.parent!r}, which is no unit")
        above, seen = unit.parent, {unit.code}
        while above:
            if above in seen:
                wrong.append(f"units.csv: {unit.code} stands above itself")
                break
            seen.add(above)
            above = parents.get(above, "")
    return wrong


def _check_towns(towns: list[TownRow], units: list[UnitRow], memberships: list[MembershipRow]) -> list[str]:
    kinds = {unit.code: unit.kind for unit in units}
    known = {town.code for town in towns}
    wrong = _twice([town.code for town in towns], "towns.csv: town")
    wrong += [f"towns.csv: {t.code} has no region {t.region!r}" for t in towns if kinds.get(t.region) != "region"]
    of_town: dict[str, list[MembershipRow]] = {}
    for row in memberships:
        if row.town not in known:
            wrong.append(f"town_departments.csv: {row.town!r} is no town")
        if kinds.get(row.department) != "department":
            wrong.append(f"town_departments.csv: {row.department!r} is no department")
        of_town.setdefault(row.town, []).append(row)
    for town, rows in of_town.items():
        rows = sorted(rows, key=lambda row: row.valid_from or date.min)
        for earlier, later in zip(rows, rows[1:], strict=False):
            if earlier.valid_to is None or later.valid_from is None or later.valid_from < earlier.valid_to:
                wrong.append(f"town_departments.csv: {town} has two departments on one day")
    return wrong


def _check_names(towns: list[TownRow], places: list[PlaceRow], zips: list[ZipRow]) -> list[str]:
    known = {town.code for town in towns}
    wrong = [f"place_names.csv: {place.town!r} is no town" for place in places if place.town not in known]
    wrong += [f"zip_towns.csv: {row.town!r} is no town" for row in zips if row.town not in known]
    wrong += _twice([(fold(place.name), place.town) for place in places], "place_names.csv: name and town")
    wrong += _twice([(row.zip, row.town) for row in zips], "zip_towns.csv: ZIP code and town")
    wrong += _twice([row.zip for row in zips if row.is_main], "zip_towns.csv: a main town of")
    mains = {row.zip for row in zips if row.is_main}
    wrong += [f"zip_towns.csv: {code} has no main town" for code in sorted({row.zip for row in zips} - mains)]
    return wrong


def _parents_first(units: list[UnitRow]) -> tuple[UnitRow, ...]:
    parents = {unit.code: unit.parent for unit in units}

    def depth(code: str) -> int:
        return 1 + depth(parents[code]) if parents.get(code) else 0

    return tuple(sorted(units, key=lambda unit: depth(unit.code)))
