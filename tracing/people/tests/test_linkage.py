"""Who is who: examples that an epidemiologist could sign, line by line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from tracing.people.facts import AddressFacts, PersonFacts
from tracing.people.linkage.reasons import REASONS
from tracing.people.linkage.record import Record, prepare
from tracing.people.linkage.score import Candidate, compare, decide
from tracing.people.linkage.weights import shipped
from tracing.people.matching import compared

HOME, MOBILE, SHELTER = "+12035550101", "+12035550102", "+12035550103"
MARIA = PersonFacts(family="Rivera", given="Maria", birth_on=date(1980, 3, 4), sex="F", phones=(HOME,))


def other(**changes: Any) -> PersonFacts:
    """Maria Rivera, but for this."""
    return replace(MARIA, **changes)


def record(facts: PersonFacts) -> Record:
    return prepare(compared(facts), shipped())


def at(street: str) -> tuple[AddressFacts, ...]:
    return (AddressFacts("residence", street, "Bethel", "CT", "06801", "", None, UUID(int=1), False, ()),)


AT_HOME = at("1 Main St")
EXAMPLES = [
    # A name written in any of the ways in which names are written.
    ("all the same", other(), "certain"),
    ("capitals and accents", other(family="RIVERA", given="María"), "certain"),
    ("a middle initial in the given name", other(given="Maria E"), "certain"),
    ("a nickname", other(given="Mari"), "certain"),
    ("one letter off, and no other name", other(given="Mariaa"), "certain"),
    ("first and family name in each other's place", other(family="Maria", given="Rivera"), "certain"),
    ("two family names, of which one was known", other(family="Rivera Colón"), "certain"),
    ("a common name and birth date, another telephone", other(phones=(MOBILE,)), "certain"),
    ("the same, and lives elsewhere: several are called so", other(phones=(MOBILE,), addresses=at("9 Elm St")), "certain"),
    ("a common name and birth date, nothing else", other(phones=(), sex=""), "certain"),
    ("another sex", other(sex="M"), "certain"),
    # A birth date that is easily written so.
    ("day and month swapped, same telephone", other(birth_on=date(1980, 4, 3)), "certain"),
    ("day and month swapped, no telephone", other(birth_on=date(1980, 4, 3), phones=()), "possible"),
    ("one digit off, same telephone", other(birth_on=date(1980, 3, 14)), "certain"),
    ("one digit off, other telephone: somebody of the same name", other(birth_on=date(1980, 3, 14), phones=(MOBILE,)), "new"),
    # A birth date that is not there, or only its year.
    ("no birth date, same telephone", other(birth_on=None), "possible"),
    ("no birth date, no telephone: a name alone is nobody", other(birth_on=None, phones=()), "new"),
    ("only the year, same telephone", other(birth_on=None, birth_year=1980), "certain"),
    ("only the year, same telephone, a name that is only alike", other(given="Mariana", birth_on=None, birth_year=1980), "possible"),
    ("only the year, another telephone", other(birth_on=None, birth_year=1980, phones=(MOBILE,)), "new"),
    # Families.
    ("mother and daughter of one name at one telephone", other(birth_on=date(2010, 8, 1)), "possible"),
    ("mother and daughter of one name, telephones of their own", other(birth_on=date(2010, 8, 1), phones=(MOBILE,)), "new"),
    ("twins with like names: a human looks", other(given="Marta"), "possible"),
    ("twins, a boy and a girl", other(given="Mario", sex="M"), "new"),
    ("twins with names that are nothing like: a human looks", other(given="Yolanda"), "possible"),
    ("a newborn not yet named", other(given="Baby Girl"), "possible"),
    ("a newborn not yet named, of the other sex", other(given="Baby Boy", sex="M"), "new"),
    ("a sister at home", other(given="Yolanda", birth_on=date(1977, 7, 7)), "new"),
    ("a husband at home", other(given="Hugo", sex="M", birth_on=date(1978, 2, 11)), "new"),
    ("married since: another family name", other(family="Okafor"), "certain"),
    ("married since, another telephone", other(family="Okafor", phones=(MOBILE,)), "new"),
    # A number that belongs to many.
    ("somebody else in the same shelter", other(family="Chen", given="Wei", birth_on=date(1961, 1, 30)), "new"),
    ("somebody else in the same shelter, born the same day", other(family="Chen", given="Wei"), "new"),
    # A name that is none.
    ("a placeholder, one telephone and birth date: a human looks", other(family="Unknown", given="Unknown"), "possible"),
    ("a test patient, nothing else", other(family="Test", given="Patient", phones=()), "new"),
    ("nothing at all", PersonFacts(), "new"),
    ("only a family name and the birth date", other(given="", phones=()), "new"),
]  # fmt: skip


@pytest.mark.parametrize(("known", "outcome"), [example[1:] for example in EXAMPLES], ids=[example[0] for example in EXAMPLES])
def test_whether_two_are_one(known: PersonFacts, outcome: str) -> None:
    one, two = compare(record(MARIA), record(known), shipped()), compare(record(known), record(MARIA), shipped())
    assert (one.outcome, two.outcome) == (outcome, outcome), one
    assert one.score == pytest.approx(two.score), "it does not matter who came first"
    assert set(one.reasons) <= set(REASONS), "every reason has words"


FATHER = PersonFacts(
    family="Washington", given="James", suffix="Sr", birth_on=date(1958, 5, 6), sex="M", phones=(HOME,), addresses=AT_HOME
)
SONS = [
    ("a son of his name at home", {"suffix": "Jr", "birth_on": date(1988, 9, 1)}, "new"),
    ("a son of his name, nothing said of the generation", {"suffix": "", "birth_on": date(1988, 9, 1)}, "possible"),
    ("himself, nothing said of the generation", {"suffix": ""}, "certain"),
    ("another generation and the same birth date: a human looks", {"suffix": "Jr"}, "possible"),
    ("Jim for James", {"given": "Jim", "suffix": ""}, "certain"),
    ("moved, and known by his telephone", {"addresses": at("77 Elm St")}, "certain"),
    ("another telephone, known by his address", {"phones": (MOBILE,)}, "certain"),
]


@pytest.mark.parametrize(("changes", "outcome"), [son[1:] for son in SONS], ids=[son[0] for son in SONS])
def test_fathers_and_sons(changes: dict[str, Any], outcome: str) -> None:
    assert compare(record(FATHER), record(replace(FATHER, **changes)), shipped()).outcome == outcome


def test_a_rare_name_and_the_birth_date_are_enough() -> None:
    rare = replace(MARIA, family="Zukowski-Obi", given="Thandiwe", phones=())
    assert compare(record(rare), record(replace(rare, phones=(MOBILE,))), shipped()).outcome == "certain"


def test_newborn_twins_whose_names_are_letters_are_two() -> None:
    """Hospitals write them so until they are named; the letter is no middle initial."""
    one, two = (record(other(given=f"Baby {letter}", birth_on=date(2021, 1, 2))) for letter in "AB")
    assert compare(one, two, shipped()).outcome == "new"


def test_a_common_name_says_less_than_a_rare_one() -> None:
    common = compare(record(other(family="Smith")), record(other(family="Smith")), shipped())
    rare = compare(record(other(family="Zukowski")), record(other(family="Zukowski")), shipped())
    assert rare.score - common.score > 5


def ids(*numbers: int) -> list[UUID]:
    return [UUID(int=number) for number in numbers]


def test_one_certain_among_possible_ones_is_the_one_in_any_order() -> None:
    known = list(zip(ids(3, 2, 1), map(record, (other(), other(birth_on=None), other(given="Marta"))), strict=True))
    decisions = {decide(record(MARIA), order, shipped()) for order in permutations(known)}
    assert [(decision.outcome, decision.person) for decision in decisions] == [("certain", UUID(int=3))]


def test_two_who_fit_equally_well_are_put_before_a_human() -> None:
    decided = decide(record(MARIA), [(key, record(MARIA)) for key in ids(2, 1)], shipped())
    assert (decided.outcome, decided.person, decided.reasons[0]) == ("possible", None, "several_fit")
    assert [candidate.person for candidate in decided.candidates] == ids(1, 2)


def test_possible_ones_are_put_before_a_human_the_likeliest_first_and_at_most_five() -> None:
    known = [(key, record(other(birth_on=None))) for key in ids(1, 2, 3, 4, 5, 6)] + [(UUID(int=7), record(other(given="Marta")))]
    decided = decide(record(MARIA), known, shipped())
    assert (decided.outcome, decided.person) == ("possible", None)
    assert [candidate.person for candidate in decided.candidates] == ids(7, 1, 2, 3, 4)
    assert isinstance(decided.candidates[0], Candidate) and decided.candidates[0].score > decided.candidates[1].score


def test_somebody_is_as_near_as_their_best_record() -> None:
    """Former names stay on the rows of people merged away."""
    person = UUID(int=1)
    known = [(person, record(other(family="Okafor", phones=()))), (person, record(other()))]
    assert decide(record(MARIA), known, shipped()).outcome == "certain"


def test_a_number_of_a_hospital_tells_a_newborn_not_yet_named() -> None:
    newborn = PersonFacts(family="Rivera", given="Baby Girl", birth_on=date(2021, 1, 2), sex="F", numbers=("mr:yale|77",))
    named = replace(newborn, given="Thandiwe", phones=(HOME,))
    assert compare(record(newborn), record(named), shipped()).outcome == "certain"
    assert compare(record(newborn), record(replace(named, numbers=("mr:yale|78",))), shipped()).outcome != "certain"


def test_a_number_alone_is_nobody() -> None:
    one = PersonFacts(family="Chen", given="Wei", birth_on=date(1961, 1, 30), sex="M", numbers=("mr:yale|77",))
    assert compare(record(replace(MARIA, numbers=("mr:yale|77",))), record(one), shipped()).outcome != "certain"
