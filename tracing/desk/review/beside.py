"""What the page of a report's candidates and the page of a pair share: the columns, what the comparison says, the choices with their
keys, how far the reviewer has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.timezone import localtime

from tracing.access.viewer import Viewer
from tracing.cases.review import cases_of
from tracing.desk.review import words
from tracing.desk.review.compare import Fields, Row, of_known, table
from tracing.people import pairs
from tracing.people.known import Known
from tracing.people.masked import Masked


@dataclass(frozen=True, slots=True)
class Side:
    """Whom a column is about: the report's person (neither known nor masked), somebody known, somebody masked."""

    name: str
    """Of somebody masked the initials."""
    fields: Fields | None
    key: UUID | None = None
    known: Known | None = None
    masked: Masked | None = None
    number: int = 0
    """Among several candidates."""


@dataclass(frozen=True, slots=True)
class Bar:
    words: Any
    points: float
    part: int
    """Of the longest, in per cent."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What comparing with one of them says."""

    name: str
    score: float | None
    bars: list[Bar]
    agrees: list[Any]
    """Reasons without a weight, as of matches made before there were any."""
    doubts: list[Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: what is posted, its words, its key."""

    value: str
    key: str
    label: Any
    note: Any
    icon: str
    good: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """Of what waited today and what came since: how many this reviewer has done."""

    done: int
    total: int
    exact: bool


def side_of(key: UUID, known: Known | None, masked: Masked | None, number: int = 0) -> Side:
    name = str(known.person) if known is not None else masked.initials if masked is not None and masked.initials else "?"
    return Side(name, of_known(known) if known is not None else None, key, known, masked, number)


def rows_of(sides: Sequence[Side]) -> list[Row]:
    return table([(side.name, side.fields) for side in sides])


def cases_beside(viewer: Viewer, sides: Sequence[Side]) -> list[tuple[Side, list[tuple[Any, str]]]]:
    """Each side with the cases that the viewer may see, with the name of the disease."""
    seen = [side.key for side in sides if side.known is not None and side.key is not None]
    found = cases_of(viewer, seen) if viewer.may("cases.see") else {}
    told = {key: [(case, words.disease(case.disease)) for case in cases] for key, cases in found.items()}
    return [(side, told.get(side.key, []) if side.key else []) for side in sides]


def weighed(name: str, reasons: Sequence[str], score: float | None) -> Weighed:
    found = pairs.weighed(reasons)
    most = max((abs(one.points) for one in found), default=1.0) or 1.0
    bars = [Bar(words.REASONS.get(one.code, one.code), one.points, round(100 * abs(one.points) / most)) for one in found]
    left = [code for code in reasons if all(one.code != code for one in found)]
    told = [(words.REASONS.get(code, code), words.against(code)) for code in left]
    return Weighed(name, score, bars, [text for text, no in told if not no], [text for text, no in told if no])


def progress(viewer: Viewer, waiting: tuple[int, bool], at: datetime, *, of_match: bool) -> Progress:
    midnight = localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    done, open_still = pairs.handled(viewer, midnight, of_match=of_match)
    number, exact = waiting
    return Progress(done, done + number - open_still, exact)
