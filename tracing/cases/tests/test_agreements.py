"""How long what is shared lasts, and when an offer must be answered: tables of examples."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tracing.cases.agreements import OURS, agreement, version
from tracing.cases.rules import Hours, affiliated_until, answer_due, end_of, is_too_long, may_give_back
from tracing.jurisdictions.dated import FileWrong, versions_of
from tracing.jurisdictions.models import Profile, Unit

HERE = ZoneInfo("America/New_York")
DAY = Hours(time(8), time(20))
FOUR = timedelta(hours=4)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HERE)


DUE: list[tuple[str, str, str, Hours]] = [
    ("in the morning", "2021-01-15T09:00", "2021-01-15T13:00", DAY),
    ("at opening", "2021-01-15T08:00", "2021-01-15T12:00", DAY),
    ("before opening", "2021-01-15T03:30", "2021-01-15T12:00", DAY),
    ("exactly four hours before closing", "2021-01-15T16:00", "2021-01-15T20:00", DAY),
    ("a minute later", "2021-01-15T16:01", "2021-01-16T08:01", DAY),
    ("two hours before closing", "2021-01-15T18:00", "2021-01-16T10:00", DAY),
    ("at closing", "2021-01-15T20:00", "2021-01-16T12:00", DAY),
    ("at night", "2021-01-15T23:59", "2021-01-16T12:00", DAY),
    ("on a Saturday, which is a day like others", "2021-01-16T19:00", "2021-01-17T11:00", DAY),
    ("over the end of the year", "2020-12-31T19:00", "2021-01-01T11:00", DAY),
    ("over a day on which nobody works", "2020-12-24T19:00", "2020-12-26T11:00",
     Hours(time(8), time(20), frozenset({date(2020, 12, 25)}))),
    ("on a day on which nobody works", "2020-12-25T10:00", "2020-12-26T12:00",
     Hours(time(8), time(20), frozenset({date(2020, 12, 25)}))),
    ("over the night that is an hour shorter", "2021-03-13T18:00", "2021-03-14T10:00", DAY),
    ("over the night that is an hour longer", "2021-11-06T18:00", "2021-11-07T10:00", DAY),
    ("where three hours are a day", "2021-01-15T10:00", "2021-01-16T11:00", Hours(time(9), time(12))),
]  # fmt: skip


@pytest.mark.parametrize(("offered", "due", "hours"), [one[1:] for one in DUE], ids=[one[0] for one in DUE])
def test_four_working_hours(offered: str, due: str, hours: Hours) -> None:
    assert answer_due(local(offered), HERE, hours, FOUR) == local(due)


def test_the_hours_are_those_of_the_receiver() -> None:
    offered = datetime(2021, 1, 15, 23, 0, tzinfo=UTC)  # six in the evening in Connecticut, one in the afternoon in Hawaii
    assert answer_due(offered, HERE, DAY, FOUR) == local("2021-01-16T10:00")
    assert answer_due(offered, ZoneInfo("Pacific/Honolulu"), DAY, FOUR) == datetime(2021, 1, 16, 3, 0, tzinfo=UTC)


AT = datetime(2021, 1, 15, 17, tzinfo=UTC)
UNTIL: list[tuple[str, date | None, datetime | None, datetime]] = [
    ("a fortnight after isolation", date(2021, 1, 23), None, local("2021-02-07T00:00")),
    ("isolation is over for long", date(2020, 12, 1), None, local("2020-12-16T00:00")),
    ("its end is not known", None, None, AT + timedelta(days=90)),
    ("closed before isolation ends: a fortnight after that", date(2021, 1, 23), AT, AT + timedelta(days=14)),
    ("closed long after isolation", date(2021, 1, 1), AT, local("2021-01-16T00:00")),
    ("closed, its end not known", None, AT - timedelta(days=3), AT + timedelta(days=11)),
]


@pytest.mark.parametrize(("ends_on", "closed_at", "until"), [one[1:] for one in UNTIL], ids=[one[0] for one in UNTIL])
def test_until_when_a_school_sees(ends_on: date | None, closed_at: datetime | None, until: datetime) -> None:
    assert affiliated_until(isolation_ends_on=ends_on, closed_at=closed_at, at=AT, zone=HERE, days=14, longest=90) == until


@pytest.mark.parametrize(("days", "long"), [(1, False), (90, False), (91, True), (365, True)])
def test_ninety_days_and_the_rest_of_the_last_one(days: int, long: bool) -> None:
    last = (AT.astimezone(HERE) + timedelta(days=days)).date()
    assert is_too_long(end_of(last, HERE), AT, 90) is long


BACK = [
    ("accepted", 1, "unit", True), ("accepted", 29, "unit", True), ("accepted", 30, "unit", False), ("accepted", 1, "elsewhere", False),
    ("offered", 1, "unit", False), ("declined", 1, "unit", False), ("returned", 1, "unit", False),
]  # fmt: skip


@pytest.mark.parametrize(("state", "days", "holder", "may"), BACK)
def test_when_it_may_be_turned_back(state: str, days: int, holder: str, may: bool) -> None:
    at = AT + timedelta(days=days)
    assert may_give_back(state=state, answered_at=AT, at=at, days=30, holder=holder, receivers=("unit",)) is may


def ours() -> dict[str, Any]:
    return tomllib.loads(OURS.read_text())


def test_our_own_file_is_read() -> None:
    newest = versions_of(ours(), "ours", version)[-1]
    assert (newest.answer_within, newest.hours, newest.share_days_at_most) == (FOUR, DAY, 90)
    assert newest.rule("affiliated") is not None and newest.rule("unknown") is None


def test_a_state_switches_a_rule_off() -> None:
    table = ours()
    table["version"][0]["automatic"][0]["on"] = False
    assert versions_of(table, "theirs", version)[0].rule("affiliated") is None


@pytest.mark.parametrize(
    "change", [{"opens": time(21)}, {"answer_hours": 0}, {"share_days": 99}, {"from": "soon"}, {"closed_on": 5}]
)
def test_a_file_that_cannot_be_used_says_so(change: dict[str, Any]) -> None:
    table = ours()
    table["version"][0] |= change
    with pytest.raises(FileWrong):
        versions_of(table, "theirs", version)
    with pytest.raises(FileWrong):
        versions_of({"version": []}, "theirs", version)


@pytest.mark.django_db
def test_a_profiles_own_file_takes_the_place_of_ours(tmp_path: Path, settings: Any) -> None:
    state = Unit.objects.create(code="xx", name="X", kind="state", time_zone="America/New_York")
    Profile.objects.create(code="elsewhere", name="X", state="XX", time_zone="America/New_York", unit=state, version="1", fingerprint="x",
                           loaded_at=AT)  # fmt: skip
    settings.PROFILES = tmp_path
    assert agreement(AT.date()).code == "AGREE-1"
    (tmp_path / "elsewhere").mkdir()
    text = OURS.read_text()
    later = text.replace('"AGREE-1"', '"OURS.name-2"').replace("from = 2020-01-01", "from = 2021-06-01").replace("on = true", "on = false")
    (tmp_path / "elsewhere" / OURS.name).write_text(text.replace('"AGREE-1"', '"OURS.name-1"') + later)
    assert agreement(AT.date()).code == "OURS.name-1" and agreement(AT.date()).rule("affiliated") is not None
    assert agreement(date(2021, 6, 1)).code == "OURS.name-2" and agreement(date(2021, 6, 1)).rule("affiliated") is None
