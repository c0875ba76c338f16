"""What follows from a unit's end: who serves its towns, and who takes over what. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

MOST_STEPS: Final = 20


@dataclass(frozen=True, slots=True)
class Served:
    """A town is served by a department from one day until another (first day no more)."""

    town: UUID
    department: UUID
    since: date | None
    until: date | None
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Ending:
    """A unit that works no more, and who takes over: town by town, else the successor, else `otherwise` (its parent, or the state)."""

    unit: UUID
    successor: UUID | None
    otherwise: UUID
    towns: Mapping[UUID, UUID]


def after_closing(rows: Iterable[Served], unit: UUID, on: date, heirs: Mapping[UUID, UUID], successor: UUID | None) -> list[Served]:
    """The rows as they are once the unit serves nobody from a day on. Asked again it gives the same."""
    made: list[Served] = []
    for row in rows:
        if row.department != unit or (row.until is not None and row.until <= on):
            made.append(row)
            continue
        if row.since is None or row.since < on:
            made.append(replace(row, until=on))
        heir = heirs.get(row.town, successor)
        if heir is not None:
            since = on if row.since is None else max(row.since, on)
            made.append(replace(row, department=heir, since=since, source="taken over from a unit that was closed"))
    return made


def left_without(rows: Iterable[Served], unit: UUID, on: date, heirs: Mapping[UUID, UUID]) -> list[UUID]:
    """Towns that the unit would still serve after the day and that nobody is named for."""
    later = [row for row in rows if row.department == unit and (row.until is None or row.until > on)]
    return sorted({row.town for row in later} - set(heirs))


def heir(unit: UUID, town: UUID | None, endings: Mapping[UUID, Ending]) -> UUID:
    """Who has a unit's work now: itself while it works; else whoever took over, or took over from them."""
    here = unit
    for _step in range(MOST_STEPS):
        ending = endings.get(here)
        if ending is None:
            return here
        named = ending.towns.get(town) if town is not None else None
        here = named or ending.successor or ending.otherwise
    return here


def named_heir(unit: UUID, endings: Mapping[UUID, Ending]) -> UUID | None:
    """The successor that somebody named, through as many closings as there were; None: nobody did, or it is the next above."""
    here = unit
    for _step in range(MOST_STEPS):
        ending = endings.get(here)
        if ending is None:
            return here if here != unit else None
        if ending.successor is None:
            return None
        here = ending.successor
    return None
