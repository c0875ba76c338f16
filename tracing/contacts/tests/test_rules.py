"""Several exposures come to one quarantine: tables of examples, by the versions of the rules."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tracing.contacts.rules import DEAD, EXPOSED, ILL, Exposed, Known, Told, decide, standing
from tracing.diseases.rules import ContactFacts
from tracing.diseases.ruleset import rule_set


def day(text: str) -> date:
    return date.fromisoformat(text)


def met(key: str, last: str, *, first: str = "", until: str = "", close: bool | None = None) -> Exposed:
    return Exposed(key, day(last), day(first) if first else None, bool(until), day(until) if until else None, close)


# what it shows · decided on · exposures · told · option, from, until (None: need not stay), the exposure that counts
TABLE: list[tuple[str, str, list[Exposed], Told, tuple[str, str, str | None, str]]] = [
    ("one meeting: 14 days from the last of it", "2020-06-05", [met("a", "2020-06-02")], Told(), ("full", "2020-06-02", "2020-06-16", "a")),
    ("two sources: from the first, 14 days after the last", "2020-06-05", [met("a", "2020-06-02"), met("b", "2020-06-04")], Told(),
     ("full", "2020-06-02", "2020-06-18", "b")),
    ("in whatever order they were named", "2020-06-05", [met("b", "2020-06-04"), met("a", "2020-06-02")], Told(),
     ("full", "2020-06-02", "2020-06-18", "b")),
    ("a household that cannot keep apart: 14 days after the source infects nobody any more", "2020-06-05",
     [met("a", "2020-06-02", until="2020-06-12")], Told(), ("full", "2020-06-02", "2020-06-26", "a")),
    ("the household ends later than a later meeting", "2020-06-05", [met("a", "2020-06-02", until="2020-06-12"), met("b", "2020-06-04")],
     Told(), ("full", "2020-06-02", "2020-06-26", "a")),
    ("too far or too short does not count", "2020-06-05", [met("a", "2020-06-02"), met("b", "2020-06-04", close=False)], Told(),
     ("full", "2020-06-02", "2020-06-16", "a")),
    ("not decided whether close: it counts", "2020-06-05", [met("a", "2020-06-02", close=None)], Told(),
     ("full", "2020-06-02", "2020-06-16", "a")),
    ("a meeting of three months ago is another story", "2020-06-05", [met("old", "2020-03-01"), met("a", "2020-06-02")], Told(),
     ("full", "2020-06-02", "2020-06-16", "a")),
    ("ten days chosen", "2020-12-10", [met("a", "2020-12-08")], Told(option="ten_day"), ("ten_day", "2020-12-08", "2020-12-18", "a")),
    ("seven days with the negative specimen of day 5", "2020-12-14", [met("a", "2020-12-08")],
     Told(option="seven_day_test", negative_on=day("2020-12-13")), ("seven_day_test", "2020-12-08", "2020-12-15", "a")),
    ("the specimen of day 4 does not count", "2020-12-14", [met("a", "2020-12-08")],
     Told(option="seven_day_test", negative_on=day("2020-12-12")), ("full", "2020-12-08", "2020-12-22", "a")),
    ("seven days chosen, no test yet: fourteen until there is one", "2020-12-10", [met("a", "2020-12-08")], Told(option="seven_day_test"),
     ("full", "2020-12-08", "2020-12-22", "a")),
    ("a negative test alone shortens nothing", "2020-12-14", [met("a", "2020-12-08")], Told(negative_on=day("2020-12-13")),
     ("full", "2020-12-08", "2020-12-22", "a")),
    ("an option that the rules of the day do not know", "2020-06-05", [met("a", "2020-06-02")], Told(option="ten_day"),
     ("full", "2020-06-02", "2020-06-16", "a")),
    ("a test of before the last meeting does not count either", "2020-12-20", [met("a", "2020-12-08"), met("b", "2020-12-12")],
     Told(option="seven_day_test", negative_on=day("2020-12-13")), ("full", "2020-12-08", "2020-12-26", "b")),
    ("vaccinated two weeks before: need not stay", "2021-03-10", [met("a", "2021-03-09")],
     Told(ContactFacts(vaccinated_on=day("2021-02-20"), vaccine="mrna")), ("exempt", "2021-03-09", None, "a")),
    ("vaccinated after the first of two meetings", "2021-03-20", [met("a", "2021-03-09"), met("b", "2021-03-15")],
     Told(ContactFacts(vaccinated_on=day("2021-02-26"), vaccine="mrna")), ("full", "2021-03-09", "2021-03-29", "b")),
    ("vaccinated since a meeting long ago", "2021-03-20", [met("old", "2021-01-05"), met("b", "2021-03-15")],
     Told(ContactFacts(vaccinated_on=day("2021-02-26"), vaccine="mrna")), ("exempt", "2021-03-15", None, "b")),
    ("vaccinated and ill: stays", "2021-03-10", [met("a", "2021-03-09")],
     Told(ContactFacts(vaccinated_on=day("2021-02-20"), vaccine="mrna", symptomatic=True)), ("full", "2021-03-09", "2021-03-23", "a")),
    ("had it ten weeks ago", "2020-12-10", [met("a", "2020-12-08")], Told(ContactFacts(infected_on=day("2020-10-01"))),
     ("exempt", "2020-12-08", None, "a")),
    ("had it four months ago", "2020-12-10", [met("a", "2020-12-08")], Told(ContactFacts(infected_on=day("2020-08-01"))),
     ("full", "2020-12-08", "2020-12-22", "a")),
    ("five days of the winter of 2022, household and all", "2022-01-10", [met("a", "2022-01-08", until="2022-01-12")], Told(),
     ("five_day", "2022-01-08", "2022-01-17", "a")),
    ("nobody stays at home any more", "2022-09-01", [met("a", "2022-08-30")], Told(), ("none", "2022-08-30", None, "a")),
]  # fmt: skip


@pytest.mark.parametrize(("on", "exposures", "told", "wanted"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_covid19(on: str, exposures: list[Exposed], told: Told, wanted: tuple[str, str, str | None, str]) -> None:
    found = decide(rule_set("covid19"), decision_on=day(on), exposures=exposures, told=told)
    assert found is not None
    until = found.ends_on.isoformat() if found.ends_on else None
    assert (found.option.code, found.starts_on.isoformat(), until, found.exposure) == wanted


MEASLES: list[tuple[str, dict[str, Any], bool]] = [
    ("nothing known", {}, True),
    ("written evidence of immunity", {"immune": True}, False),
    ("vaccine on the third day", {"prophylaxis": "mmr", "prophylaxis_on": day("2025-03-04")}, False),
    ("vaccine on the tenth day", {"prophylaxis": "mmr", "prophylaxis_on": day("2025-03-11")}, True),
]


@pytest.mark.parametrize(("facts", "stays"), [row[1:] for row in MEASLES], ids=[row[0] for row in MEASLES])
def test_measles(facts: dict[str, Any], stays: bool) -> None:
    found = decide(rule_set("measles"), decision_on=day("2025-03-12"), exposures=[met("a", "2025-03-01")], told=Told(ContactFacts(**facts)))
    assert found is not None and found.stays is stays


def test_nothing_that_counts_is_no_quarantine() -> None:
    assert decide(rule_set("covid19"), decision_on=day("2020-06-05"), exposures=[]) is None
    assert decide(rule_set("covid19"), decision_on=day("2020-06-05"), exposures=[met("a", "2020-06-02", close=False)]) is None


# what it shows · what is known · last day together · what follows
WHO: list[tuple[str, Known, str, str]] = [
    ("somebody new", Known(), "2021-01-10", EXPOSED),
    ("has died", Known(dead=True), "2021-01-10", DEAD),
    ("has died, and was a case", Known(dead=True, positive_on=day("2021-01-11"), case_open=True), "2021-01-10", DEAD),
    ("is in isolation", Known(positive_on=day("2021-01-05"), case_open=True), "2021-01-10", ILL),
    ("was found positive that day", Known(positive_on=day("2021-01-10")), "2021-01-10", ILL),
    ("was found positive later, and is over it", Known(positive_on=day("2021-01-20")), "2021-01-10", ILL),
    ("had it before", Known(positive_on=day("2020-10-05")), "2021-01-10", EXPOSED),
    ("no day together known, had it before", Known(positive_on=day("2020-10-05")), "", EXPOSED),
    ("no day together known, is in isolation", Known(positive_on=day("2021-01-05"), case_open=True), "", ILL),
]


@pytest.mark.parametrize(("known", "last_on", "follows"), [row[1:] for row in WHO], ids=[row[0] for row in WHO])
def test_what_follows_for_whom_somebody_named(known: Known, last_on: str, follows: str) -> None:
    assert standing(known, day(last_on) if last_on else None) == follows
