"""What components are given: small immutable values that views build and templates draw."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Link:
    """A place to go: breadcrumb, tab, chip. `count` is shown beside the label when given."""

    label: Any
    url: str = ""
    current: bool = False
    count: int | str | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class ChipGroup:
    """One filter: its name and the choices as links; a link marked current is on, and leads to the page without it."""

    label: Any
    chips: list[Link]


@dataclass(frozen=True, slots=True)
class Column:
    """A table's column. `sort` is the code sorted by, "" when it cannot be sorted; `end` aligns numbers."""

    label: Any
    sort: str = ""
    end: bool = False
    hidden: bool = False
    """The label is for screen readers only (a column of buttons)."""


@dataclass(frozen=True, slots=True)
class Paging:
    """Paging by key: there is no page number, only where this one starts and the next begins."""

    first: str = ""
    previous: str = ""
    next: str = ""
    count: int = 0
    exact: bool = True
    shown: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way a call can end. `tone` is good, plain, or stop."""

    code: str
    label: Any
    icon: str = ""
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of a timeline: who did what when. `details` are pairs of a label and a value."""

    at: datetime
    what: Any
    who: str = ""
    details: list[tuple[Any, Any]] = field(default_factory=list)
    note: str = ""
    icon: str = "history"
    tone: str = "neutral"
    url: str = ""
