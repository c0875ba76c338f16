"""What somebody is advised on a day, and what an order may say: tables of examples. Pure."""

from __future__ import annotations

from datetime import date

import pytest

from tracing.jurisdictions.dated import FileWrong, versions_of
from tracing.monitoring.law import version
from tracing.monitoring.rules import Stay, advice, filled, order_days, order_wrong

TODAY = date(2021, 3, 10)


def day(number: int) -> date:
    return date(2021, 3, number)


ISOLATION = Stay(day(5), day(15), "covid19-isolation-10")
UNTIL_WELL = Stay(day(5), None, "covid19-isolation-severe")
QUARANTINE = Stay(day(4), day(18), "covid19-quarantine-14")
OVER = Stay(date(2021, 2, 1), date(2021, 2, 11), "covid19-isolation-10")
AT_WORK = Stay(day(4), None, "covid19-quarantine-none")


@pytest.mark.parametrize(
    ("isolation", "quarantine", "watch", "test_from", "expected"),
    [
        (ISOLATION, None, None, None, [("isolate", day(15)), ("seek_care", None)]),
        (UNTIL_WELL, None, None, None, [("isolate", None), ("seek_care", None)]),
        # who isolates is not told of a quarantine beside it
        (ISOLATION, QUARANTINE, day(18), None, [("isolate", day(15)), ("seek_care", None)]),
        # the isolation is over, and they were exposed anew
        (OVER, QUARANTINE, None, None, [("quarantine", day(18)), ("watch", day(18)), ("seek_care", None)]),
        # a way through quarantine that asks for a test: from that day on, never from a day that is over
        (None, QUARANTINE, None, day(12), [("quarantine", day(18)), ("test", day(12)), ("watch", day(18)), ("seek_care", None)]),
        (None, QUARANTINE, None, day(8), [("quarantine", day(18)), ("test", TODAY), ("watch", day(18)), ("seek_care", None)]),
        # need not stay at home (vaccinated), and watches for symptoms
        (None, AT_WORK, day(18), None, [("watch", day(18)), ("seek_care", None)]),
        # ends at home before the days of watching do
        (None, Stay(day(4), day(11), "q7"), day(18), None, [("quarantine", day(11)), ("watch", day(18)), ("seek_care", None)]),
        (OVER, None, None, None, []),
        (None, None, None, None, []),
    ],
)
def test_what_they_are_advised(
    isolation: Stay | None, quarantine: Stay | None, watch: date | None, test_from: date | None, expected: list[tuple[str, date | None]]
) -> None:
    said = advice(isolation=isolation, quarantine=quarantine, watch_until=watch, test_from=test_from, on=TODAY)
    assert [(one.code, one.day) for one in said] == expected
    rules = {stay.rule for stay in (isolation, quarantine) if stay is not None}
    assert all(one.rule in rules for one in said), "each names the rule it follows from"


@pytest.mark.parametrize(
    ("stay", "longest", "expected"),
    [
        (ISOLATION, 20, (TODAY, day(15))),
        (UNTIL_WELL, 20, (TODAY, day(29))),
        (QUARANTINE, 5, (TODAY, day(14))),
        (Stay(day(12), day(20), "x"), 20, (day(12), day(20))),
    ],
)
def test_the_days_an_order_can_name(stay: Stay, longest: int, expected: tuple[date, date]) -> None:
    assert order_days(stay, on=TODAY, longest=longest) == expected


@pytest.mark.parametrize(
    ("starts", "ends", "wrong"),
    [(10, 29, ""), (10, 30, "too_long"), (12, 11, "order"), (1, 9, "past"), (1, 10, ""), (10, 10, "")],
)
def test_days_that_the_law_does_not_allow(starts: int, ends: int, wrong: str) -> None:
    """Conn. Gen. Stat. 19a-221: twenty days, the first and the last counted."""
    assert order_wrong(day(starts), day(ends), on=TODAY, longest=20) == wrong


def test_a_paragraph_whose_blanks_are_empty_is_left_out() -> None:
    assert filled(["To {name}.", "Terms: {terms}", "Rights."], {"name": "Ana", "terms": ""}) == ["To Ana.", "Rights."]


@pytest.mark.parametrize(
    "broken",
    [
        {}, {"version": []}, {"version": [{"code": "x", "from": TODAY, "citation": "", "longest_days": 0}]},
        {"version": [{"code": "x", "from": TODAY, "citation": "", "longest_days": 9,
                      "en": {"isolation": "I", "quarantine": "Q", "body": ["{surname}"]}}]},
    ],
)  # fmt: skip
def test_a_file_of_orders_that_cannot_be_used_says_so(broken: dict[str, object]) -> None:
    with pytest.raises(FileWrong, match=r"orders\.toml"):
        versions_of(broken, "orders.toml", version)
