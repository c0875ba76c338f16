"""The strip: a person's course as one line of days. Its facts, and where on the line they lie. Pure: no models, no clock, no words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

LONGEST = 42
"""Days drawn at most; what lies before is told as a number and in the description."""
GUTTER, DAY_MAX, WIDTH, ROW = 84, 84.0, 1160, 26


@dataclass(frozen=True, slots=True)
class Specimen:
    on: date
    result: Literal["positive", "negative", "other"]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """A span of days, both ends included. `last` is None while no rule gives an end yet."""

    kind: Literal["exposure", "infectious", "isolation", "quarantine"]
    first: date
    last: date | None
    reason: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    on: date
    answer: Literal["answered", "silent", "symptoms"]


@dataclass(frozen=True, slots=True)
class Call:
    on: date
    reached: bool
    label: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """Everything dated about one episode of one person."""

    today: date
    tests: Sequence[Specimen] = ()
    windows: Sequence[Window] = ()
    checks: Sequence[Check] = ()
    calls: Sequence[Call] = ()
    onset: date | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """The days that are drawn, and how wide one is. `hidden` counts dated facts before the first."""

    first: date
    last: date
    step: float
    hidden: int

    def centre(self, day: date) -> float:
        return ((day - self.first).days + 0.5) * self.step

    def shows(self, day: date) -> bool:
        return self.first <= day <= self.last


def scale_of(course: Course, room: float) -> Scale:
    dated: list[date] = [course.today, *(test.on for test in course.tests)]
    dated += [*(check.on for check in course.checks), *(call.on for call in course.calls)]
    dated += [day for window in course.windows for day in (window.first, window.last) if day]
    if course.onset:
        dated.append(course.onset)
    first, last = min(dated) - timedelta(days=1), max(dated) + timedelta(days=1)
    if (last - first).days >= LONGEST:
        # The end of a long course matters to whoever works on it now, but a far future end must not hide today.
        last = min(last, course.today + timedelta(days=LONGEST // 2)) if last > course.today else last
        first = max(first, last - timedelta(days=LONGEST - 1))
    if (last - first).days < 13:
        last = first + timedelta(days=13)
    hidden = sum(day < first for day in dated)
    return Scale(first, last, min(DAY_MAX, room / ((last - first).days + 1)), hidden)


def lanes_of(windows: Sequence[Window]) -> list[list[Window]]:
    """Windows that overlap lie under each other; the others share a line."""
    lanes: list[list[Window]] = []
    for window in sorted(windows, key=lambda window: window.first):
        for lane in lanes:
            if lane[-1].last is not None and lane[-1].last < window.first:
                lane.append(window)
                break
        else:
            lanes.append([window])
    return lanes or [[]]


def box_of(window: Window, scale: Scale) -> tuple[float, float]:
    first = max(window.first, scale.first)
    last = min(window.last or scale.last, scale.last)
    left = scale.centre(first) - scale.step / 2
    return left, max(scale.centre(last) + scale.step / 2 - left, scale.step)
