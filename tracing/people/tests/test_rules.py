"""Who is who: examples that an epidemiologist could sign, line by line."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from tracing.people.facts import PersonFacts
from tracing.people.rules import FEED, SAID, STAFF, Candidate, Identity, age_on, compare, decide, near_dates, prefer, stamped

HOME, MOBILE, SHELTER = "+12035550101", "+12035550102", "+12035550103"
MARIA = PersonFacts(family="Rivera", given="Maria", birth_on=date(1980, 3, 4), sex="F", phones=(HOME,))
NOON = datetime(2021, 1, 15, 17, tzinfo=UTC)


def other(**changes: Any) -> PersonFacts:
    """Maria Rivera, but for this."""
    return replace(MARIA, **changes)


EXAMPLES = [
    # The same name and the same birth date is the same person, however it is written and wherever they are called.
    ("all the same", other(), "certain", "same_name same_birth_date same_telephone"),
    ("another telephone", other(phones=(MOBILE,)), "certain", "same_name same_birth_date"),
    ("no telephone, sex not known", other(phones=(), sex=""), "certain", "same_name same_birth_date"),
    ("capitals and accents", other(family="RIVERA", given="María"), "certain", "same_name same_birth_date same_telephone"),
    ("a middle initial in the given name", other(given="Maria E"), "certain", "same_name same_birth_date same_telephone"),
    ("another sex", other(sex="M", phones=()), "possible", "same_name same_birth_date other_sex"),
    # A birth date that is easily written so.
    ("day and month swapped", other(birth_on=date(1980, 4, 3), phones=()), "possible", "same_name birth_day_and_month_swapped"),
    ("day and month swapped, same telephone", other(birth_on=date(1980, 4, 3)), "possible",
     "same_name same_telephone birth_day_and_month_swapped"),
    ("another day, same telephone: a slip, or mother and daughter", other(birth_on=date(1980, 3, 14)), "possible",
     "same_name same_telephone other_birth_date"),
    ("another day, no common telephone: somebody of the same name", other(birth_on=date(1980, 3, 14), phones=(MOBILE,)), "no", ""),
    # A birth date that is not there, or only its year.
    ("no birth date, same telephone", other(birth_on=None), "possible", "same_name same_telephone birth_date_missing"),
    ("no birth date, no telephone: a name alone is nobody", other(birth_on=None, phones=()), "no", ""),
    ("only the year, same telephone", other(birth_on=None, birth_year=1980), "possible", "same_name same_telephone birth_date_missing"),
    ("only the year, another telephone", other(birth_on=None, birth_year=1980, phones=(MOBILE,)), "no", ""),
    ("only the year, and another one", other(birth_on=None, birth_year=1952), "no", ""),
    # Families.
    ("a parent and a child of one name, one telephone", other(birth_on=date(2010, 8, 1)), "possible",
     "same_name same_telephone other_birth_date"),
    ("a parent and a child of one name, telephones of their own", other(birth_on=date(2010, 8, 1), phones=(MOBILE,)), "no", ""),
    ("twins", other(given="Marta"), "no", ""),
    ("twins, a boy and a girl", other(given="Mario", sex="M"), "no", ""),
    ("a newborn not yet named", other(given=""), "possible", "same_birth_date same_telephone given_name_missing"),
    ("somebody of the household", other(given="Hugo", sex="M", birth_on=date(1977, 7, 7)), "no", ""),
    ("married since: another family name", other(family="Okafor"), "possible", "same_birth_date same_telephone other_family_name"),
    ("married since, another telephone", other(family="Okafor", phones=(MOBILE,)), "no", ""),
    # A number that belongs to many.
    ("somebody else in the same shelter", other(family="Chen", given="Wei", birth_on=date(1980, 1, 1)), "no", ""),
    ("somebody else in the same shelter, born the same day", other(family="Chen", given="Wei"), "no", ""),
    # A name that is none: such reports are held; if one comes through it is nobody's.
    ("no name", other(family="", given=""), "no", ""),
    ("no name, nothing else either", PersonFacts(), "no", ""),
    ("only a family name", other(given="", phones=()), "no", ""),
]  # fmt: skip


@pytest.mark.parametrize(("known", "outcome", "reasons"), [e[1:] for e in EXAMPLES], ids=[e[0] for e in EXAMPLES])
def test_whether_two_are_one(known: PersonFacts, outcome: str, reasons: str) -> None:
    assert compare(MARIA.identity, known.identity) == (outcome, tuple(reasons.split()))
    assert compare(known.identity, MARIA.identity) == (outcome, tuple(reasons.split())), "it does not matter who came first"


def test_newborn_twins_whose_names_are_letters_are_two() -> None:
    """Hospitals write them so until they are named; the letter is no middle initial."""
    twins = [PersonFacts(family="Rivera", given=f"Baby {letter}", birth_on=date(2021, 1, 2), sex="F") for letter in "AB"]
    assert compare(twins[0].identity, twins[1].identity)[0] == "no"
    called = [replace(twin, phones=(HOME,)).identity for twin in twins]
    assert compare(*called)[0] == "no"


def test_nobody_is_compared_by_an_empty_name() -> None:
    nameless = Identity("", "", "", date(1980, 3, 4), 1980, "", frozenset())
    assert compare(nameless, nameless) == ("no", ())


@pytest.mark.parametrize(
    ("day", "near"),
    [
        (date(1980, 3, 4), (date(1980, 4, 3),)),
        (date(1980, 12, 1), (date(1980, 1, 12),)),
        (date(1980, 4, 4), ()),
        (date(1980, 3, 13), ()),
        (date(1980, 2, 29), ()),
    ],
)
def test_birth_dates_that_are_easily_written_for_another(day: date, near: tuple[date, ...]) -> None:
    assert near_dates(day) == near
    assert all(near_dates(one) == (day,) for one in near)


def ids(*numbers: int) -> list[UUID]:
    return [UUID(int=n) for n in numbers]


def test_one_certain_among_possible_ones_is_the_one() -> None:
    first, second = ids(1, 2)
    known = [(first, other(birth_on=None).identity), (second, other().identity)]
    assert decide(MARIA.identity, known).person == second
    assert decide(MARIA.identity, known[:1]) == decide(MARIA.identity, reversed(known[:1]))


def test_the_order_of_rows_does_not_matter() -> None:
    kinds = [other(), other(phones=()), other(birth_on=None), other(family="Okafor"), other(given="Marta")]
    known = list(zip(ids(5, 4, 3, 2, 1), (kind.identity for kind in kinds), strict=True))
    decisions = {decide(MARIA.identity, order) for order in permutations(known)}
    assert [decision.person for decision in decisions] == ids(4), "of two certain ones the one known longer"


def test_possible_ones_are_put_before_a_human_the_likeliest_first_and_at_most_five() -> None:
    known = [(UUID(int=n), other(family=f"Other{n}").identity) for n in range(1, 8)]
    known.append((UUID(int=0), other(birth_on=date(1980, 4, 3), phones=()).identity))
    decided = decide(MARIA.identity, known)
    assert (decided.outcome, decided.person) == ("possible", None)
    assert [c.person for c in decided.candidates] == ids(1, 2, 3, 4, 5), "three reasons before two"
    assert isinstance(decided.candidates[0], Candidate) and decided.reasons == decided.candidates[0].reasons


def test_nobody_near_is_new() -> None:
    assert decide(MARIA.identity, []).outcome == "new"
    assert decide(MARIA.identity, [(UUID(int=1), other(given="Marta").identity)]).outcome == "new"


def test_a_refused_pair_is_not_offered_again() -> None:
    refused = UUID(int=1)
    assert decide(MARIA.identity, [(refused, other(birth_on=None).identity)], not_the_same=frozenset({refused})).outcome == "new"


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
