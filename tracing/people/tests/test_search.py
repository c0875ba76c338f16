"""The box: what words mean, how close names are, who is found and by whom."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tracing.access.viewer import Viewer
from tracing.base.ids import uuid7
from tracing.people.actions import NewStanding, end_standing, give_standings
from tracing.people.models import NameWord, Person, SearchTerms
from tracing.people.search.asked import understand
from tracing.people.search.closeness import close, keys
from tracing.people.search.finding import Hit, find
from tracing.people.search.upkeep import count_words, key_new_words, rebuild
from tracing.people.tests.made import BY, NOON, add, maria, unit


@pytest.mark.parametrize(
    ("words", "means"),
    [
        ("Rivera, Ana", [["name rivera"], ["name ana"]]),
        ("de la Cruz", [["name de"], ["name la"], ["name cruz"]]),
        ("O'Brien-Smith", [["name obrien"], ["name smith"]]),
        ("José", [["name jose"]]),
        ("ana rivera 3/4/1987", [["birth 19870304"], ["name ana"], ["name rivera"]]),
        ("3/4/87", [["birth 19870304"]]), ("3/4/21", [["birth 20210304"]]), ("25/12/1980", [["birth 19801225"]]),
        ("1987-03-04", [["birth 19870304"]]), ("March 4, 1987", [["birth 19870304"]]), ("4 mar 1987", [["birth 19870304"]]),
        ("03041987", [["birth 19870304", "phone 78914030…", "number 03041987"]]),
        ("(203) 555-0142", [["phone 2410555302…"]]), ("+1 203 555 0142", [["phone 2410555302…"]]), ("555-0142", [["phone 2410555…"]]),
        ("+44 20 7946 0958", [["phone 859064970244…"]]),
        ("rivera 1987", [["name rivera"], ["year 1987", "ssn4 1987", "phone 7891…", "number 1987"]]),
        ("rivera 06511", [["name rivera"], ["zip 06511", "phone 11560…", "number 06511"]]),
        ("06511-1234", [["zip 06511"]]), ("Ana@Example.org", [["email ana@example.org…"]]),
        ("12 Elm Street", [["street 12 elm st…"]]), ("rivera 12 elm st", [["street 12 elm st…"], ["name rivera"]]),
        ("CT-2021-000123", [["number ct2021000123…"]]), ("Smith Jr", [["name smith"]]), ("jr", [["name jr"]]), ("", []), (" ,. ", []),
    ],
)  # fmt: skip
def test_what_words_mean(words: str, means: list[list[str]]) -> None:
    found = [[f"{m.kind} {m.text}{'…' if m.begins else ''}" for m in piece.means] for piece in understand(words).pieces]
    assert found == means


@pytest.mark.parametrize(
    ("asked", "word", "why"),
    [
        ("rivera", "rivera", "name"), ("rivra", "rivera", "one_letter"), ("riveria", "rivera", "one_letter"), ("rievra", "rivera", "one_letter"),
        ("gonsales", "gonzalez", "sounds"), ("bill", "william", "nickname"), ("william", "bill", "nickname"),
        ("kowalcyzk", "kowalczyk", "one_letter"), ("rodrigez", "rodriguez", "one_letter"), ("ana", "bob", None), ("li", "wu", None),
        ("rivera", "smith", None), ("berntein", "brandon", None), ("catherine", "kathryn", "sounds"),
    ],
)  # fmt: skip
def test_how_close_a_word_is(asked: str, word: str, why: str | None) -> None:
    found = close(asked, word)
    assert (found.why if found else None) == why
    if why not in (None, "nickname"):
        assert set(keys(asked)) & set(keys(word)), "they would never meet"


def viewer(*codes: str) -> Viewer:
    units = frozenset(unit(code).pk for code in codes)
    everywhere = frozenset({"people.see"}) if "ct" in codes else frozenset()
    return Viewer(uuid7(), "X", {"people.see": units}, everywhere, None, (), general={"people.see": units})


def known(code: str = "here", **facts: Any) -> Person:
    person = add(maria(**facts))
    give_standings(standings=[NewStanding(person.pk, unit(code).pk, "residence", "covid19")], by=BY, at=NOON)
    return person


def names(words: str, who: Viewer, **more: Any) -> list[str]:
    return [str(hit.person) for hit in find(understand(words), who, **more).hits]


def one(words: str, who: Viewer) -> Hit:
    (found,) = find(understand(words), who).hits
    return found


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "reasons"),
    [
        ("cruz", ("name",)), ("de la cruz", ("name",)), ("delacruz", ("name",)), ("CRÚ", ("name_begins",)), ("jose cruz", ("name",)),
        ("luis", ("name",)), ("cruz 3/4/1980", ("birth_date", "name")), ("cruz 1980", ("name", "birth_year")),
        ("203-555-0101", ("phone",)), ("0101", ("phone_ends",)), ("cruz 0101", ("name", "phone_ends")), ("3/4/1980", ("birth_date",)),
        ("kruz", ("one_letter",)), ("pepe cruz", ("nickname", "name")), ("cruz 4/3/1980", ("birth_swapped", "name")),
    ],
)  # fmt: skip
def test_any_part_finds_and_says_why(words: str, reasons: tuple[str, ...]) -> None:
    known(family="De La Cruz", given="José", middle="Luís")
    known(family="Smith", given="Alva", birth_on=date(1950, 1, 1), phones=("+12035550177",))
    for who in (viewer("ct"), viewer("here"), viewer("here", "there")):
        hit = one(words, who)
        assert (hit.person.family, hit.reasons) == ("De La Cruz", reasons)
    assert names(words, viewer("there")) == []


@pytest.mark.django_db
def test_the_closest_come_first() -> None:
    for family, number in (("Rivera", "0101"), ("Riveras", "0102"), ("Rivero", "0103")):
        known(family=family, given="Ana", phones=(f"+1203555{number}",), birth_on=None)
    assert names("rivera", viewer("here")) == ["Ana Rivera", "Ana Riveras"]
    assert names("rivera", viewer("here"), similar=True) == ["Ana Rivera", "Ana Riveras", "Ana Rivero"]
    found = find(understand("rivira"), viewer("here"))
    assert found.nearly and str(found.hits[0].person) == "Ana Rivera"


@pytest.mark.django_db
@pytest.mark.parametrize("counted", [0, 50, 5000])
@pytest.mark.parametrize("typed", ["an riv", "ana rive", "ana rivera", "a riv", "rivera an", "an 3/4/1980", "riv 0101", "r a"])
def test_a_beginning_finds_whatever_the_counts_say(typed: str, counted: int) -> None:
    """How common words are chooses the way, never who is found; what was counted may be long ago."""
    known(family="Rivera", given="Ana")
    known(family="Rivas", given="Anita", birth_on=date(1991, 7, 9), phones=("+12035550102",))
    known(family="Smith", given="Alva", birth_on=date(1950, 1, 1), phones=("+12035550177",))
    find(understand("x"), viewer("here"))
    NameWord.objects.update(people=counted)
    NameWord.objects.create(word="rivulet", people=9000)
    for who in (viewer("ct"), viewer("here"), viewer("here", "there")):
        found = names(typed, who)
        assert "Ana Rivera" in found and len(found) == len(set(found)) <= 2
        assert ("Anita Rivas" in found) == (typed in ("an riv", "a riv", "r a"))


@pytest.mark.django_db
def test_of_several_words_the_closest_come_first_whatever_the_counts_say() -> None:
    for family, given, number in (("Rivera", "Daniel", "0101"), ("Rivera", "Danny", "0102"), ("Riviere", "Daniel", "0103")):
        known(family=family, given=given, phones=(f"+1203555{number}",), birth_on=None)
    find(understand("x"), viewer("here"))
    for counted in (1, 200, 5000):
        NameWord.objects.update(people=counted)
        for who in (viewer("ct"), viewer("here")):
            assert names("daniel rivrea", who) == ["Daniel Rivera", "Daniel Riviere", "Danny Rivera"]
            assert names("danil rivera", who)[0] == "Daniel Rivera"
            assert names("daniel rivera", who, similar=True) == ["Daniel Rivera", "Danny Rivera", "Daniel Riviere"]


@pytest.mark.django_db
def test_a_standing_that_ends_is_forgotten_and_one_that_begins_is_known() -> None:
    person = known()
    assert names("rivera", viewer("here")) == ["Maria Rivera"] and names("rivera", viewer("there")) == []
    end_standing(person=person.pk, unit=unit("here").pk, why="residence", disease="covid19", by=BY, at=NOON)
    give_standings(standings=[NewStanding(person.pk, unit("there").pk, "residence", "covid19")], by=BY, at=NOON)
    assert names("rivera", viewer("here")) == [] and names("rivera", viewer("there")) == ["Maria Rivera"]


@pytest.mark.django_db
def test_what_was_written_behind_the_triggers_is_found_after_a_rebuild() -> None:
    known()
    find(understand("rivera"), viewer("here"))
    SearchTerms.objects.all().delete()
    NameWord.objects.all().delete()
    assert names("rivera", viewer("here")) == []
    assert rebuild() == 1
    assert names("rivera", viewer("here")) == ["Maria Rivera"]
    assert names("rivira", viewer("here")) == ["Maria Rivera"]


@pytest.mark.django_db
def test_words_are_counted_once_and_go_with_the_last_who_has_them() -> None:
    known()
    known(given="Ana", birth_on=date(1990, 1, 2), phones=())
    find(understand("x"), viewer("here"))
    NameWord.objects.create(word="rivera")
    NameWord.objects.create(word="nobody")
    count_words()
    assert dict(NameWord.objects.values_list("word", "people")) == {"rivera": 2, "maria": 1, "ana": 1}
    assert key_new_words() == 3 and key_new_words() == 0


@pytest.mark.django_db
def test_a_name_found_under_another_row_finds_who_they_are_now() -> None:
    now, before = known(family="Rivera"), known(family="Lopez", birth_on=date(1981, 5, 6), phones=())
    Person.objects.filter(pk=before.pk).update(merged_into=now.pk)
    hit = one("lopez", viewer("here"))
    assert hit.person.pk == now.pk and hit.reasons == ("former",)
    Person.objects.filter(pk=before.pk).update(merged_into=None)
    assert one("lopez", viewer("here")).person.pk == before.pk


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["o'x' | 'y", "a\\' & b", "'", "!!", "a:*", "%", "smith & !jones", "\\"])
def test_nothing_typed_is_taken_for_a_query(words: str) -> None:
    known()
    assert names(words, viewer("here")) == [] or words == "a:*"


@pytest.mark.django_db
def test_the_function_takes_a_pages_units_from_its_session() -> None:
    person = known()
    find(understand("rivera"), viewer("here"))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE contact_web")
        cursor.execute("SELECT search_keys(ARRAY[%s], ARRAY[''], NULL, NULL, 10)", ["'~rivera'"])
        assert cursor.fetchall() == []
        cursor.execute("SET LOCAL ROLE contact_act")
        cursor.execute("SELECT search_keys(ARRAY[%s], ARRAY[''], NULL, NULL, 10)", ["'~rivera'"])
        assert cursor.fetchall() == [(person.pk,)]
        cursor.execute("RESET ROLE")


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["looked", "narrowed", "begins"])
def test_no_query_leads_out_of_the_units(place: str) -> None:
    """A session that could call the function with a text of its own would get no keys of others."""
    known()
    find(understand("rivera"), viewer("here"))
    out = {"looked": "'~x') | ('rivera'", "narrowed": "'~x') | ('rivera'", "begins": "x') | ('rivera"}[place]
    asked = {"looked": "'~x'", "narrowed": "", "begins": "x"} | {place: out}
    other = str(unit("there").pk)[-6:]
    found: list[Any] = []
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT search_keys(ARRAY[%s, %s], ARRAY[%s, %s], ARRAY[%s], NULL, 10, ARRAY[%s])",
                [asked["looked"], asked["looked"], asked["narrowed"], asked["narrowed"], other, asked["begins"]],
            )
            found = cursor.fetchall()
    except DatabaseError:
        pass  # it is no query
    assert found == []
