"""What is new about somebody's illness, in the shape in which cases take it: from a laboratory, the desk, an import."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from tracing.diseases.rules import Positive


@dataclass(frozen=True, slots=True)
class Said:
    """One fact about the illness with its source: see `people.rules.prefer`."""

    field: str
    value: Any
    rank: int
    as_of: datetime
    source: str
    key: str
    """The result with which it came: it belongs to that result's episode."""


@dataclass(frozen=True, slots=True)
class Facility:
    """The setting somebody lives in, as far as it can be recognised."""

    kind: str
    name: str
    key: str
    unit: UUID
    place: UUID | None


@dataclass(frozen=True, slots=True)
class CaseNews:
    """All that is known of one person's illness with one disease after something came in."""

    person: UUID
    disease: str
    sort_key: str
    birth_on: date | None
    birth_year: int | None
    results: tuple[Positive, ...]
    """Every result that is or once was positive; `result_id` is the result's key. The same for any order of arrival."""
    unit: UUID
    """The department of residence on the day of the report; the state's own list when it is not known."""
    unit_known: bool
    follow_unit: UUID
    town: UUID | None
    received_at: datetime
    said: tuple[Said, ...] = ()
    """Every fact that came with any of the results."""
    facility: Facility | None = None
    report: UUID | None = None
    alive: bool = True
    can_text: bool = False
    can_email: bool = False
    time_zone: str = "America/New_York"
