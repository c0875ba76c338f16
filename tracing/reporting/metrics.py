"""The measures of contact tracing, defined once. Pure: no Django, no clock.

Each share says which moments it is between, within how many hours, and who defined it. One rule for all of them:

- whoever is out of scope (`out`) is left out and counted by reason;
- without the moment at which the clock begins nobody is counted, but listed as unknown;
- *met*: the end came within the hours, or before the beginning; *late*: the hours are over without it; *running*: they are not over;
- the share is met / (met + late), None while that is nothing: those whose clock runs are no failure yet.

Where one of the two moments is a day without an hour, days are counted: within 24 hours is the same day or the next one, where the
person is. A beginning that lies after its end by days is a mistake in the record, and unknown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Final

from tracing.reporting.courses import CaseCourse, ContactCourse, Moment

Course = CaseCourse | ContactCourse


@dataclass(frozen=True, slots=True)
class Timely:
    """A share of a cohort: `end` within `hours` after `begin`; both names of moments of a course."""

    code: str
    of: str
    """case | contact"""
    begin: str
    end: str
    hours: int
    goal: float | None = None
    source: str = ""
    only: str = ""
    """A field that must be true for somebody to be counted at all."""


RTSL: Final = "Resolve to Save Lives, contact tracing playbook: key indicators"
WA: Final = "Washington State Department of Health, case and contact investigation report"
CDC: Final = "CDC, national evaluation of contact tracing (MMWR)"
CT: Final = "Connecticut Department of Public Health, ContaCT: over 90 % attempted and over 50 % interviewed within 48 hours"

TIMELY: Final = (
    Timely("reported_24h", "case", "specimen_on", "received_at", 24, source=RTSL),
    Timely("attempted_24h", "case", "received_at", "attempted_at", 24, source=WA),
    Timely("attempted_48h", "case", "received_at", "attempted_at", 48, goal=0.90, source=CT),
    Timely("reached_24h", "case", "received_at", "reached_at", 24, goal=0.90, source=WA),
    Timely("spoken_24h", "case", "received_at", "spoken_at", 24, source=f"{RTSL}; {CDC}"),
    Timely("interviewed_24h", "case", "received_at", "interviewed_at", 24, source=f"{RTSL}; {CDC}"),
    Timely("interviewed_48h", "case", "received_at", "interviewed_at", 48, goal=0.50, source=CT),
    Timely("interviewed_3d_of_onset", "case", "onset_on", "interviewed_at", 72, source=RTSL, only="symptomatic"),
    Timely("contact_attempted_24h", "contact", "elicited_at", "attempted_at", 24, source=WA),
    Timely("contact_attempted_48h", "contact", "elicited_at", "attempted_at", 48, source=WA),
    Timely("notified_24h", "contact", "elicited_at", "notified_at", 24, source=f"{RTSL}; {CDC}"),
    Timely("notified_48h", "contact", "elicited_at", "notified_at", 48, source=f"{RTSL}; {CDC}"),
    Timely("notified_48h_of_result", "contact", "source_result_at", "notified_at", 48, goal=0.80, source=WA),
)  # fmt: skip
"""Every share between two moments. The first of each kind that the board shows are the 24 and 48 hour ones."""

BY_CODE: Final[Mapping[str, Timely]] = {one.code: one for one in TIMELY}

MET, LATE, RUNNING, UNKNOWN = "met", "late", "running", "unknown"


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a cohort. `out`: reason → how many were left out."""

    met: int = 0
    late: int = 0
    running: int = 0
    unknown: int = 0
    out: Mapping[str, int] = field(default_factory=dict)

    @property
    def due(self) -> int:
        """Those of whom it is decided."""
        return self.met + self.late

    @property
    def value(self) -> float | None:
        """0 to 1; None while it is decided of nobody."""
        return self.met / self.due if self.due else None


def state(one: Timely, course: Course, at: datetime) -> str:
    """What becomes of one course in a share at that instant: met, late, running, unknown, or the reason why it is out."""
    if course.out:
        return course.out
    if one.only and getattr(course, one.only) is None:
        return UNKNOWN
    if one.only and not getattr(course, one.only):
        return f"not_{one.only}"
    begin, end = getattr(course, one.begin), getattr(course, one.end)
    if begin is None:
        return UNKNOWN
    if end is None:
        return RUNNING if within(begin, at, one.hours, course.zone) else LATE
    if _is_day(begin) and days_between(begin, end, course.zone) < 0:
        return UNKNOWN
    return MET if within(begin, end, one.hours, course.zone) else LATE


def share(one: Timely, courses: Iterable[Course], *, at: datetime) -> Share:
    """The share of a cohort, as known at that instant."""
    found = Counter(state(one, course, at) for course in courses)
    named = {name: found.pop(name, 0) for name in (MET, LATE, RUNNING, UNKNOWN)}
    return Share(**named, out=dict(sorted(found.items())))


def within(begin: Moment, end: Moment, hours: int, zone: tzinfo | None = None) -> bool:
    """Whether `end` lies at most so many hours after `begin`; where one is a day, at most so many days of 24 hours."""
    if _is_day(begin) or _is_day(end):
        return days_between(begin, end, zone) <= hours // 24
    return (end - begin) <= timedelta(hours=hours)  # type: ignore[operator]


def days_between(begin: Moment, end: Moment, zone: tzinfo | None = None) -> int:
    """Whole days of the calendar from one to the other, where the person is."""
    return (_day(end, zone) - _day(begin, zone)).days


def _is_day(moment: Moment) -> bool:
    return not isinstance(moment, datetime)


def _day(moment: Moment, zone: tzinfo | None) -> date:
    return moment.astimezone(zone or UTC).date() if isinstance(moment, datetime) else moment


CLASSES: Final = (24, 48)
LATER: Final = 999


def hours_class(begin: datetime | None, end: datetime | None) -> int | None:
    """Within how many hours: the smallest of CLASSES, LATER where it took longer, None where one of the two is not known."""
    if begin is None or end is None:
        return None
    return next((hours for hours in CLASSES if end - begin <= timedelta(hours=hours)), LATER)


@dataclass(frozen=True, slots=True)
class Spread:
    """Between two moments, in days: the median, the 90th percentile, of how many. None where nobody has both."""

    median: float | None
    p90: float | None
    number: int


INTERVALS: Final = (
    ("case", "onset_on", "specimen_on"), ("case", "specimen_on", "result_at"), ("case", "result_at", "received_at"),
    ("case", "received_at", "interviewed_at"), ("contact", "elicited_at", "notified_at"), ("contact", "exposed_on", "notified_at"),
    ("contact", "source_specimen_on", "notified_at"), ("contact", "source_onset_on", "notified_at"),
)  # fmt: skip
"""Median O→S, S→L, L→R, R→I, E→N, X→N, S→N, O→N (Washington State's study gives median and 90th percentile)."""


def spread(begin: str, end: str, courses: Iterable[Course]) -> Spread:
    """Days from one moment to the other, of those in scope who have both in order. Percentiles by linear interpolation."""
    found = []
    for course in courses:
        first, last = getattr(course, begin), getattr(course, end)
        if course.out or first is None or last is None:
            continue
        if _is_day(first) or _is_day(last):
            days: float = days_between(first, last, course.zone)
        else:
            days = (last - first) / timedelta(days=1)
        if days >= 0:
            found.append(days)
    found.sort()
    return Spread(percentile(found, 50), percentile(found, 90), len(found))


def percentile(ordered: Sequence[float], percent: float) -> float | None:
    """Of values in order, between the two nearest."""
    if not ordered:
        return None
    place = (len(ordered) - 1) * percent / 100
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


@dataclass(frozen=True, slots=True)
class Reached:
    """How a cohort divides, as the National Health Service and New York City publish it."""

    total: int
    reached: int
    not_reached: int
    no_details: int

    @property
    def of_all(self) -> float | None:
        return self.reached / self.total if self.total else None

    @property
    def of_reachable(self) -> float | None:
        """Of those of whom some way to reach them is known."""
        known = self.total - self.no_details
        return self.reached / known if known else None


def reached(courses: Iterable[Course]) -> Reached:
    """Ever reached, not reached, without any detail to reach them by: the three add up to all who are in scope."""
    found: Counter[str] = Counter()
    for course in courses:
        if course.out:
            continue
        moment = course.reached_at if isinstance(course, CaseCourse) else course.notified_at
        found["reached" if moment is not None else "not_reached" if course.reachable else "no_details"] += 1
    return Reached(found.total(), found["reached"], found["not_reached"], found["no_details"])


@dataclass(frozen=True, slots=True)
class Yield:
    """People named, over the interviewed cases in scope."""

    interviewed: int
    named: int
    nobody: int
    """Interviewed, and named nobody."""
    mean: float | None
    median: float | None

    @property
    def named_nobody(self) -> float | None:
        return self.nobody / self.interviewed if self.interviewed else None


def contacts_per_case(courses: Iterable[CaseCourse]) -> Yield:
    """Contacts named per case interviewed (in part or whole)."""
    numbers = sorted(course.contacts for course in courses if not course.out and course.spoken_at is not None)
    total = sum(numbers)
    return Yield(
        len(numbers), total, sum(1 for one in numbers if one == 0), total / len(numbers) if numbers else None, percentile(numbers, 50)
    )


def known_in_quarantine(courses: Iterable[CaseCourse]) -> Share:
    """New cases who were contacts in quarantine when they fell ill; who were nobody's contact count as not. The measure of a chain
    that is broken (Resolve to Save Lives, key indicator)."""
    found = Counter(course.out or ("met" if course.in_quarantine else "late") for course in courses)
    met, late = found.pop("met", 0), found.pop("late", 0)
    return Share(met, late, out=dict(found))


def became_cases(courses: Iterable[ContactCourse]) -> Share:
    """The attack rate: contacts who became cases, of all in scope."""
    found = Counter(course.out or ("met" if course.became_case else "late") for course in courses)
    met, late = found.pop("met", 0), found.pop("late", 0)
    return Share(met, late, out=dict(found))


def number_needed_to_interview(cases: Iterable[CaseCourse], contacts: Iterable[ContactCourse]) -> float | None:
    """Cases interviewed for each contact who was notified (and so asked to quarantine)."""
    interviewed = sum(1 for one in cases if not one.out and one.spoken_at is not None)
    notified = sum(1 for one in contacts if not one.out and one.notified_at is not None)
    return interviewed / notified if notified else None


def symptomatic_at_notice(courses: Iterable[ContactCourse]) -> Share:
    """Contacts who were ill already when they were told, of those who were asked."""
    found: Counter[Any] = Counter()
    for course in courses:
        if course.out:
            found[course.out] += 1
        elif course.notified_at is not None:
            found["unknown" if course.symptomatic_at_notice is None else "met" if course.symptomatic_at_notice else "late"] += 1
    named = {name: found.pop(name, 0) for name in (MET, LATE, UNKNOWN)}
    return Share(**named, out=dict(found))
