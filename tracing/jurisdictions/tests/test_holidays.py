"""Connecticut's legal holidays as the law has them, year by year, and lists that cannot be used."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from holidays import country_holidays

from tracing.jurisdictions.dated import FileWrong
from tracing.jurisdictions.holidays import OURS, Holidays, read

CONNECTICUT = Path(__file__).parents[3] / "profiles" / "connecticut" / "holidays.toml"


def listed(path: Path) -> Holidays:
    return read(tomllib.loads(path.read_text()), path.name)


@pytest.mark.parametrize(
    ("year", "days"),
    [
        # 2021: Independence Day and Christmas fall on a weekend; New Year's Day of 2022 on a Saturday; no Juneteenth yet.
        (2021, "01-01 01-18 02-12 02-15 05-31 07-05 09-06 10-11 11-11 11-25 12-24 12-31"),
        # 2023: the first Juneteenth; New Year's Day on a Sunday, Lincoln Day on a Sunday, Veterans Day on a Saturday.
        (2023, "01-02 01-16 02-13 02-20 05-29 06-19 07-04 09-04 10-09 11-10 11-23 12-25"),
        # 2026: Good Friday by appointment; Independence Day on a Saturday.
        (2026, "01-01 01-19 02-12 02-16 04-03 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25"),
        # 2027: Juneteenth on a Saturday, Independence Day on a Sunday, Christmas on a Saturday, and so is the next New Year's Day.
        (2027, "01-01 01-18 02-12 02-15 03-26 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31"),
    ],
)
def test_connecticut(year: int, days: str) -> None:
    assert [f"{day:%m-%d}" for day in listed(CONNECTICUT).of(year)] == days.split()


def test_a_day_is_asked_by_itself() -> None:
    found = listed(CONNECTICUT)
    assert found.name(date(2026, 11, 26)) == "Thanksgiving Day" and date(2026, 11, 26) in found
    assert found.name(date(2026, 7, 4)) == "" and date(2026, 7, 4) not in found, "kept on the Friday before"
    assert date(2021, 12, 31) in found, "New Year's Day of the year after"
    assert listed(OURS).name(date(2026, 2, 12)) == "", "the federal list has no Lincoln Day"


@pytest.mark.parametrize(
    "wrong",
    [
        {}, {"source": "law"}, {"source": "law", "holiday": []}, {"source": "", "holiday": [{"code": "a", "name": "A", "month": 1, "day": 1}]},
        {"source": "law", "holiday": [{"code": "a", "name": "A", "month": 4, "day": 31}]},
        {"source": "law", "holiday": [{"code": "a", "name": "A", "month": 4, "weekday": "moonday", "nth": 1}]},
        {"source": "law", "holiday": [{"code": "a", "name": "A", "month": 4, "weekday": "monday", "nth": 5}]},
        {"source": "law", "holiday": [{"code": "a", "name": "A", "month": 1, "day": 1}] * 2},
        {"source": "law", "sunday": "never", "holiday": [{"code": "a", "name": "A", "month": 1, "day": 1}]},
        {"source": "law", "holiday": [{"code": "a", "name": "A", "month": 1, "day": 1}], "day": [{"on": "2026-01-01", "name": "B"}]},
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_used(wrong: dict[str, Any]) -> None:
    with pytest.raises(FileWrong):
        read(wrong, "holidays.toml")


@pytest.mark.parametrize(
    ("path", "state", "years"),
    # Good Friday is written down year by year, as the Governor appoints it.
    [(OURS, None, range(2022, 2041)), (CONNECTICUT, "CT", range(2026, 2029))],
)
def test_the_same_working_days_as_the_library_holidays(path: Path, state: str | None, years: range) -> None:
    """Weekdays on which nobody works, as `holidays` reckons them from the same laws: a list of ours that is wrong, or gone stale, is seen."""
    ours, theirs = listed(path), country_holidays("US", subdiv=state, years=years)
    for year in years:
        kept = {day for day in ours.of(year) if day.weekday() < 5}
        assert kept == {day for day in theirs if day.year == year and day.weekday() < 5}, year
