"""Public holidays: a state's own list where its profile has one (`holidays.toml`), else the federal ones. Read from the file, kept in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from tracing.jurisdictions.dated import checked, file_of, table_of

OURS: Final = Path(__file__).with_name("holidays.toml")
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MOVES: Final = {"saturday": {"": 0, "friday_before": -1, "monday_after": 2}, "sunday": {"": 0, "monday_after": 1}}


@dataclass(frozen=True, slots=True)
class Rule:
    """A holiday of every year: on a day of a month, or on the `nth` such weekday of it (-1: the last)."""

    code: str
    name: str
    month: int
    day: int = 0
    weekday: int = 0
    nth: int = 0
    since: date = date.min
    until: date = date.max

    def on(self, year: int) -> date:
        if self.day:
            return date(year, self.month, self.day)
        if self.nth > 0:
            first = date(year, self.month, 1)
            return first + timedelta(days=(self.weekday - first.weekday()) % 7 + 7 * (self.nth - 1))
        last = date(year + self.month // 12, self.month % 12 + 1, 1) - timedelta(days=1)
        return last - timedelta(days=(last.weekday() - self.weekday) % 7)


@dataclass(frozen=True, slots=True)
class Holidays:
    """A state's list. `saturday`, `sunday`: by how many days a holiday on such a day is moved."""

    source: str
    rules: tuple[Rule, ...]
    single: Mapping[date, str] = field(default_factory=dict)
    saturday: int = 0
    sunday: int = 0

    def of(self, year: int) -> dict[date, str]:
        """The days on which nobody works that year → what for; a day that is moved is kept on the other one alone."""
        # New Year's Day on a Saturday is kept in the year before.
        found = {day: rule.name for one in (year, year + 1) for rule in self.rules if (day := self._kept(rule, one)) and day.year == year}
        return dict(sorted((found | {day: name for day, name in self.single.items() if day.year == year}).items()))

    def name(self, on: date) -> str:
        """What is kept on that day; "" on any other."""
        return self.of(on.year).get(on, "")

    def __contains__(self, on: object) -> bool:
        return isinstance(on, date) and bool(self.name(on))

    def _kept(self, rule: Rule, year: int) -> date | None:
        day = rule.on(year)
        if not rule.since <= day < rule.until:
            return None
        return day + timedelta(days={5: self.saturday, 6: self.sunday}.get(day.weekday(), 0))


def holidays() -> Holidays:
    """The list of the state whose profile is loaded. One small query."""
    return _read(file_of(OURS))


@lru_cache(maxsize=8)
def _read(path: Path) -> Holidays:
    return read(table_of(path), path.name)


def read(table: dict[str, Any], name: str) -> Holidays:
    """A list as a file has it. Raises FileWrong."""
    return checked(name, lambda: _list(table))


def _list(table: dict[str, Any]) -> Holidays:
    rules = tuple(_rule(one) for one in table["holiday"])
    single = {one["on"]: str(one["name"]) for one in table.get("day", ())}
    moves = {day: _MOVES[day][table.get(day, "")] for day in ("saturday", "sunday")}
    if not rules or not table["source"] or any(type(day) is not date for day in single):
        raise ValueError("a source, at least one holiday, and for single days a date")
    if len({rule.code for rule in rules}) < len(rules):
        raise ValueError("a code stands twice")
    return Holidays(str(table["source"]), rules, single, moves["saturday"], moves["sunday"])


def _rule(one: dict[str, Any]) -> Rule:
    span = {"since": one.get("from", date.min), "until": one.get("until", date.max)}
    if "day" in one:
        rule = Rule(one["code"], one["name"], one["month"], day=one["day"], **span)
    else:
        rule = Rule(one["code"], one["name"], one["month"], weekday=WEEKDAYS.index(one["weekday"]), nth=one["nth"], **span)
        if rule.nth not in (1, 2, 3, 4, -1):
            raise ValueError(f"{rule.code}: nth is 1 to 4, or -1 for the last")
    rule.on(2027)  # no 31st of April, and no 29th of February, which most years have not
    return rule
