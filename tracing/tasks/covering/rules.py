"""When a cover is in force, and from when to when it was. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

WORK: Final[Mapping[str, tuple[str, ...]]] = {
    "cases": ("first_call", "callback"), "contacts": ("contact_call",), "monitoring": ("follow_up",),
}  # fmt: skip
"""Part of the work → the kinds of calls it is made of."""

_AT_LEAST: Final = timedelta(days=5)
LONGEST: Final = timedelta(days=12, hours=1)
"""Of a span."""
_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class When:
    """The times agreed, by the clock of whose calls they are. Of nights, weekends and holidays any counts; none of them: all hours."""

    from_on: date
    until_on: date | None = None
    nights: bool = False
    weekends: bool = False
    holidays: bool = False
    evening: time = time(17)
    morning: time = time(8)

    def between(self, day: date) -> bool:
        """Whether the day is one of those agreed. A night belongs to the day on which it began."""
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)


Span = tuple[datetime, datetime]
"""From, until: instants."""


def kinds(work: Iterable[str]) -> list[str]:
    """The kinds of calls of these parts of the work."""
    return sorted(kind for part in work for kind in WORK[part])


def in_force(when: When, at: datetime, zone: tzinfo, holidays: Container[date]) -> bool:
    """Whether the team makes these calls at that moment."""
    local = at.astimezone(zone)
    day, hour = local.date(), local.time()
    if when.nights and hour < when.morning and when.between(day - timedelta(days=1)):
        return True
    if not when.between(day):
        return False
    if not (when.nights or when.weekends or when.holidays):
        return True
    return (
        (when.nights and hour >= when.evening)
        or (when.weekends and day.weekday() >= _SATURDAY)
        or (when.holidays and day in holidays)
    )  # fmt: skip


def spans(when: When, since: datetime, until: datetime, zone: tzinfo, holidays: Container[date]) -> list[Span]:
    """From when to when it is in force between two instants, each as long as it lasts without a break: a weekend with the nights before
    and after it is one. What lasts is cut on the first Monday morning at least five days after it began, so that its hand-back comes
    weekly, and a long weekend is not cut."""
    whole: list[Span] = []
    edges = _edges(when, since, until, zone)
    for begins, ends in zip(edges, edges[1:], strict=False):
        if not in_force(when, begins, zone, holidays):
            continue
        if whole and whole[-1][1] == begins:
            whole[-1] = (whole[-1][0], ends)
        else:
            whole.append((begins, ends))
    return [part for span in whole for part in _weekly(span, when.morning, zone)]


def _edges(when: When, since: datetime, until: datetime, zone: tzinfo) -> list[datetime]:
    """Every instant at which it may begin or end: midnights, mornings and evenings."""
    day, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    found = {since.astimezone(UTC), until.astimezone(UTC)}
    while day <= last:
        for hour in (time(0), when.morning, when.evening):
            edge = datetime.combine(day, hour, zone).astimezone(UTC)
            if since < edge < until:
                found.add(edge)
        day += timedelta(days=1)
    return sorted(found)


def _weekly(span: Span, morning: time, zone: tzinfo) -> list[Span]:
    """Where it is cut follows from where it began alone: asked on another day, or ended early, the parts before are the same."""
    begins, ends = span
    parts: list[Span] = []
    while True:
        day = (begins + _AT_LEAST).astimezone(zone).date()
        cut = datetime.combine(day + timedelta(days=-day.weekday() % 7), morning, zone).astimezone(UTC)
        if cut - begins < _AT_LEAST:
            cut = datetime.combine(day + timedelta(days=-day.weekday() % 7 + 7), morning, zone).astimezone(UTC)
        if cut >= ends:
            return [*parts, (begins, ends)]
        parts.append((begins, cut))
        begins = cut


def team_works(at: datetime, zone: tzinfo, *, days: Container[int], opens: time, closes: time, holidays: bool, kept: Container[date]) -> bool:
    """Whether a team works at that moment: its days of the week (Monday 0) and hours; on public holidays when `holidays` says so."""
    local = at.astimezone(zone)
    return works_on(local.date(), days=days, holidays=holidays, kept=kept) and opens <= local.time() < closes


def works_on(day: date, *, days: Container[int], holidays: bool, kept: Container[date]) -> bool:
    """Whether a team works on that day at all."""
    return day.weekday() in days and (holidays or day not in kept)


def part_left(at: datetime, zone: tzinfo, opens: time, closes: time) -> float:
    """How much of a working day from one hour to the other is still to come: 1 before it begins, 0 when it is over."""
    local = at.astimezone(zone)
    begins, ends = (datetime.combine(local.date(), hour, zone) for hour in (opens, closes))
    return min(1.0, max(0.0, (ends - local) / (ends - begins)))
