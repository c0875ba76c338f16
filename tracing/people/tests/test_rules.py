"""Which value stands: examples that an epidemiologist could sign, line by line."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest

from tracing.people.rules import FEED, SAID, STAFF, age_on, prefer, stamped

NOON = datetime(2021, 1, 15, 17, tzinfo=UTC)

EARLIER, LATER = NOON - timedelta(days=1), NOON
PREFERENCES = [
    ("nothing there: it is taken", None, None, "FL", FEED, EARLIER, True),
    ("an empty value never displaces one", "CT", (FEED, EARLIER), "", FEED, LATER, False),
    ("nor does one that is missing", "CT", (FEED, EARLIER), None, SAID, LATER, False),
    ("a later report beats an earlier one", "CT", (FEED, EARLIER), "FL", FEED, LATER, True),
    ("an earlier report that comes late does not", "CT", (FEED, LATER), "FL", FEED, EARLIER, False),
    ("what somebody said beats a later report", "CT", (SAID, EARLIER), "FL", FEED, LATER, False),
    ("and it beats an earlier one, whenever it comes", "CT", (FEED, LATER), "FL", SAID, EARLIER, True),
    ("what staff corrected beats a report", "CT", (STAFF, EARLIER), "FL", FEED, LATER, False),
    ("and is beaten by what somebody said", "CT", (STAFF, LATER), "FL", SAID, EARLIER, True),
    ("the same again changes nothing", "CT", (FEED, LATER), "CT", FEED, LATER, False),
]


@pytest.mark.parametrize(
    ("present", "stamp", "offered", "rank", "as_of", "taken"), [p[1:] for p in PREFERENCES], ids=[p[0] for p in PREFERENCES]
)
def test_which_value_stands(
    present: str | None, stamp: tuple[int, datetime] | None, offered: str | None, rank: int, as_of: datetime, taken: bool
) -> None:
    kept = (stamp[0], stamp[1].isoformat(), "feed") if stamp else None
    made = prefer(present, kept, offered, rank, as_of, "feed")
    assert made == ((rank, as_of.isoformat(), "feed") if taken else None)


def test_any_order_of_the_same_facts_ends_in_the_same_value() -> None:
    facts: list[tuple[str, int, datetime]] = [
        ("CT", FEED, EARLIER), ("FL", FEED, LATER), ("NY", FEED, LATER), ("", SAID, LATER), ("MA", STAFF, EARLIER), ("ME", STAFF, EARLIER),
    ]  # fmt: skip
    ends = set()
    for order in permutations(facts):
        present, stamp = "", None
        for value, rank, as_of in order:
            made = prefer(present, stamp, value, rank, as_of, "x")
            if made is not None:
                present, stamp = value, made
        ends.add((present, stamp))
    assert len(ends) == 1 and ends.pop()[0] == "ME"


def test_a_stamp_is_read_from_the_facts_of_a_row() -> None:
    assert stamped({"family": [1, "x", "feed"]}, "family") == [1, "x", "feed"]
    assert stamped({}, "family") is None and stamped({"family": "x"}, "family") is None


@pytest.mark.parametrize(
    ("born", "year", "age"),
    [
        (date(2000, 1, 15), 2000, 21),
        (date(2000, 1, 16), 2000, 20),
        (date(2000, 2, 29), None, 20),
        (None, 2000, 20),
        (None, 2021, 0),
        (None, None, None),
    ],
)
def test_full_years(born: date | None, year: int | None, age: int | None) -> None:
    """From a year alone the smaller age it may be: nobody is taken for older than they are."""
    assert age_on(born, year, date(2021, 1, 15)) == age
