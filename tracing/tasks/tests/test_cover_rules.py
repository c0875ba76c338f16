"""When a cover is in force and from when to when it was, and when a team works: tables of examples, no database."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracing.tasks.covering.rules import LONGEST, When, in_force, kinds, part_left, spans, team_works

HARTFORD = ZoneInfo("America/New_York")
THANKSGIVING = {date(2026, 11, 26)}
FRIDAY = date(2026, 11, 20)
NIGHTS = When(FRIDAY, nights=True)
WEEKENDS = When(FRIDAY, weekends=True)
BOTH = When(FRIDAY, nights=True, weekends=True)
HOLIDAYS = When(FRIDAY, holidays=True)
ALWAYS = When(FRIDAY)
ONE_NIGHT = When(FRIDAY, FRIDAY, nights=True)
ONE_DAY = When(FRIDAY, FRIDAY)


def there(text: str) -> datetime:
    """Day and hour of November 2026, in Hartford."""
    day, hour = text.split()
    return datetime.combine(date(2026, 11, int(day)), time.fromisoformat(hour), HARTFORD)


@pytest.mark.parametrize(
    ("when", "at", "is_so"),
    [
        # Nights: from five in the afternoon until eight in the morning, weekend or not.
        (NIGHTS, "20 16:59", False), (NIGHTS, "20 17:00", True), (NIGHTS, "21 07:59", True), (NIGHTS, "21 08:00", False),
        # The night before the first day is not agreed; the one that began on the last day is, until the morning.
        (NIGHTS, "20 07:00", False), (ONE_NIGHT, "20 23:00", True), (ONE_NIGHT, "21 07:59", True), (ONE_NIGHT, "21 17:00", False),
        # Weekends: Saturday and Sunday, from midnight to midnight.
        (WEEKENDS, "20 23:59", False), (WEEKENDS, "21 00:00", True), (WEEKENDS, "22 23:59", True), (WEEKENDS, "23 00:00", False),
        # Either is enough.
        (BOTH, "20 20:00", True), (BOTH, "22 12:00", True), (BOTH, "23 07:00", True), (BOTH, "23 12:00", False),
        # A holiday is a day of the list.
        (HOLIDAYS, "26 09:00", True), (HOLIDAYS, "25 09:00", False), (HOLIDAYS, "21 09:00", False),
        # Without any of the three: every hour of the days agreed.
        (ALWAYS, "20 00:00", True), (ALWAYS, "25 12:00", True), (ALWAYS, "19 23:59", False), (ONE_DAY, "20 12:00", True),
        (ONE_DAY, "21 00:00", False),
    ],
)  # fmt: skip
def test_in_force(when: When, at: str, is_so: bool) -> None:
    assert in_force(when, there(at), HARTFORD, THANKSGIVING) is is_so


@pytest.mark.parametrize(
    ("when", "since", "until", "found"),
    [
        (NIGHTS, "20 12:00", "22 12:00", ["20 17:00 – 21 08:00", "21 17:00 – 22 08:00"]),
        (WEEKENDS, "20 12:00", "24 12:00", ["21 00:00 – 23 00:00"]),
        # A weekend with the nights before and after it is one.
        (BOTH, "20 12:00", "24 12:00", ["20 17:00 – 23 08:00", "23 17:00 – 24 08:00"]),
        (HOLIDAYS, "20 12:00", "28 12:00", ["26 00:00 – 27 00:00"]),
        # What was arranged in the middle of it begins there; what ended in the middle of it ends there.
        (BOTH, "21 15:30", "22 10:00", ["21 15:30 – 22 10:00"]),
        # What lasts is cut on a Monday morning, the first one at least five days after it began: asked later, the cuts are the same.
        (ALWAYS, "20 12:00", "29 12:00", ["20 12:00 – 29 12:00"]),
        (ALWAYS, "16 12:00", "30 12:00", ["20 00:00 – 30 08:00", "30 08:00 – 30 12:00"]),
        (
            When(date(2026, 11, 1)), "02 08:00", "25 12:00",
            ["02 08:00 – 09 08:00", "09 08:00 – 16 08:00", "16 08:00 – 23 08:00", "23 08:00 – 25 12:00"],
        ),
        (ONE_DAY, "18 12:00", "28 12:00", ["20 00:00 – 21 00:00"]),
        (NIGHTS, "10 12:00", "19 12:00", []),
    ],
)  # fmt: skip
def test_spans(when: When, since: str, until: str, found: list[str]) -> None:
    got = spans(when, there(since), there(until), HARTFORD, THANKSGIVING)
    assert [f"{a.astimezone(HARTFORD):%d %H:%M} – {b.astimezone(HARTFORD):%d %H:%M}" for a, b in got] == found


def test_nights_keep_to_the_clock_when_summer_time_ends() -> None:
    (one,) = spans(
        When(date(2026, 10, 31), date(2026, 10, 31), nights=True), datetime(2026, 10, 31, 12, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC),
        HARTFORD, (),
    )  # fmt: skip
    assert [f"{edge.astimezone(HARTFORD):%d %H:%M}" for edge in one] == ["31 17:00", "01 08:00"]
    assert one[1] - one[0] == timedelta(hours=16), "an hour more than another night"


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault of the rule
@given(
    when=st.builds(
        When, st.just(FRIDAY), st.one_of(st.none(), st.dates(FRIDAY, FRIDAY + timedelta(days=20))), nights=st.booleans(),
        weekends=st.booleans(), holidays=st.booleans(), evening=st.times(time(12), time(22)), morning=st.times(time(5), time(11)),
    ),
    minutes=st.integers(0, 30 * 24 * 60),
    length=st.integers(1, 25 * 24 * 60),
    asked=st.floats(0, 0.999),
)  # fmt: skip
def test_spans_are_the_moments_in_force(when: When, minutes: int, length: int, asked: float) -> None:
    since = datetime(2026, 11, 15, tzinfo=UTC) + timedelta(minutes=minutes)
    until = since + timedelta(minutes=length)
    found = spans(when, since, until, HARTFORD, THANKSGIVING)
    at = since + (until - since) * asked
    assert any(begins <= at < ends for begins, ends in found) is in_force(when, at, HARTFORD, THANKSGIVING)
    assert all(since <= begins < ends <= until and ends - begins <= LONGEST for begins, ends in found)
    assert all(one[1] <= other[0] for one, other in zip(found, found[1:], strict=False))


def test_parts_of_the_work() -> None:
    assert kinds(["contacts", "cases"]) == ["callback", "contact_call", "first_call"] and kinds(["monitoring"]) == ["follow_up"]


@pytest.mark.parametrize(
    ("at", "works", "left"),
    [
        ("23 07:59", False, 1.0), ("23 08:00", True, 1.0), ("23 12:00", True, 0.5), ("23 16:00", False, 0.0),
        ("22 12:00", False, 0.5),  # Sunday
        ("26 12:00", False, 0.5),  # Thanksgiving
    ],
)  # fmt: skip
def test_a_team_keeps_its_hours(at: str, works: bool, left: float) -> None:
    opens, closes = time(8), time(16)
    found = team_works(there(at), HARTFORD, days=range(5), opens=opens, closes=closes, holidays=False, kept=THANKSGIVING)
    assert (found, part_left(there(at), HARTFORD, opens, closes)) == (works, left)


def test_a_team_that_works_on_holidays_too() -> None:
    at = there("26 12:00")
    assert team_works(at, HARTFORD, days=range(5), opens=time(8), closes=time(16), holidays=True, kept=THANKSGIVING)
