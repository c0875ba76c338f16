"""Of what staff are told, from when, and when it is carried further: tables of examples. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tracing.jurisdictions.dated import FileWrong, table_of, versions_of
from tracing.notices.happened import READERS
from tracing.notices.rules import Happened, Hours, Rule, escalates_at, speaking, told_from
from tracing.notices.told import OURS, version

HERE = ZoneInfo("America/New_York")
FILE = versions_of(table_of(OURS), OURS.name, version)[0]
WEEK = Hours(time(8), time(20), frozenset(range(7)))
OFFICE = Hours(time(8), time(17), frozenset(range(5)))


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        (Happened("case.opened", "measles", 1), ["first_category"]),
        (Happened("case.opened", "covid19", 2), []),
        (Happened("case.opened", "covid19", None), []),
        (Happened("report.held", "plague", 1), ["first_category_report"]),
        (Happened("report.held", "covid19", 2), []),
        (Happened("facility_line.opened", "covid19", 2, "nursing_home"), ["facility"]),
        (Happened("facility_line.joined", "covid19", 2, "nursing_home"), []),
        (Happened("affiliation.added", "covid19", 2, "school"), ["school"]),
        (Happened("affiliation.added", "covid19", 2, "workplace"), []),
        (Happened("person.died", "covid19", 2), ["death"]),
        (Happened("transfer.offered", "covid19", 2), ["transfer"]),
        (Happened("transfer.escalated", "covid19", 2), ["transfer_late"]),
        (Happened("order.drafted", "covid19", 2), ["order"]),
        (Happened("case.closed", "measles", 1), []),
    ],
)
def test_which_rules_speak_of_it(what: Happened, expected: list[str]) -> None:
    assert [rule.code for rule in speaking(FILE.rules.values(), what)] == expected


@pytest.mark.parametrize(
    ("at", "hours", "expected"),
    [
        ("2021-03-10 12:00", WEEK, "2021-03-10 12:00"),
        ("2021-03-10 05:00", WEEK, "2021-03-10 08:00"),
        ("2021-03-10 20:00", WEEK, "2021-03-11 08:00"),
        ("2021-03-10 23:59", WEEK, "2021-03-11 08:00"),
        ("2021-03-12 17:00", OFFICE, "2021-03-15 08:00"),  # Friday evening: Monday morning
        ("2021-03-13 12:00", OFFICE, "2021-03-15 08:00"),
        ("2021-03-14 01:30", WEEK, "2021-03-14 08:00"),  # the night in which the clocks go forward
        ("2021-11-06 21:00", WEEK, "2021-11-07 08:00"),  # and back
        ("2021-03-10 03:00", Hours(time(8), time(20), frozenset()), "2021-03-10 03:00"),  # no day is open: better told than not
    ],
)
def test_what_can_wait_waits_for_the_hours(at: str, hours: Hours, expected: str) -> None:
    moment, then = (datetime.fromisoformat(text).replace(tzinfo=HERE) for text in (at, expected))
    assert told_from(moment, hours, HERE) == then


def test_what_nobody_answers_for_is_carried_further_so_often_as_the_rule_says() -> None:
    at = datetime(2021, 3, 10, 2, 0, tzinfo=HERE)
    rule = FILE.rules["first_category"]
    assert [escalates_at(rule, level, at) for level in range(3)] == [at + timedelta(minutes=15), at + timedelta(minutes=30), None]
    assert escalates_at(FILE.rules["transfer"], 0, at) is None


def test_every_verb_that_a_rule_names_can_be_read() -> None:
    assert FILE.verbs <= set(READERS)


ONE = {"code": "x", "label": "X", "on": ["case.opened"], "roles": ["director"]}
VERSION = {
    "code": "v", "from": date(2020, 1, 1), "opens": time(8), "closes": time(20), "days": [0], "morning_hour": 7, "morning_roles": ["director"],
    "notice": [ONE],
}  # fmt: skip


def test_a_file_of_a_state_is_read() -> None:
    file = versions_of({"version": [VERSION, {**VERSION, "code": "w", "from": date(2022, 1, 1)}]}, "notices.toml", version)
    assert [one.code for one in file] == ["v", "w"] and file[0].rules["x"] == Rule("x", "X", frozenset({"case.opened"}), ("director",))


@pytest.mark.parametrize(
    "broken",
    [
        {}, {"version": []}, {"version": [VERSION | {"opens": time(21)}]}, {"version": [VERSION | {"days": [7]}]},
        {"version": [VERSION | {"notice": [ONE, ONE]}]}, {"version": [VERSION | {"notice": [ONE | {"rols": []}]}]},
        {"version": [VERSION | {"notice": [ONE | {"roles": []}]}]}, {"version": [VERSION | {"notice": [ONE | {"escalate": [0]}]}]},
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_says_so(broken: dict[str, object]) -> None:
    with pytest.raises(FileWrong, match=r"notices\.toml"):
        versions_of(broken, "notices.toml", version)
