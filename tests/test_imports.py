"""Lists of contacts and cases imported: looked over, taken in, brought up to date, cut in the middle, undone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

import pytest

from tests.world import BY, NOW, connecticut, file_all, order, send, somebody
from tracing.cases.models import Case
from tracing.contacts.models import Exposure, Naming, Quarantine
from tracing.contacts.naming import Met, change_naming
from tracing.intake.imports import fields
from tracing.intake.imports.actions import MappingRefused, NotAList, begin_import, map_columns, take_list, undo_import
from tracing.intake.imports.models import ImportRow, TableImport
from tracing.intake.imports.work import advance
from tracing.jurisdictions.models import Unit
from tracing.people.models import Person, Standing
from tracing.tasks.models import Task

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

HEADER = ["Contact ID", "Last name", "First name", "DOB", "Phone", "Relationship", "Last exposure"]
ROWS = [
    ["1", "Lopez", "Maria", "3/4/1990", "203-555-0142", "wife", "1/12/2021"],
    ["2", "Lopez", "Leo", "2012-05-06", "", "son", "1/12/2021"],
    ["3", "Chen", "Wei", "", "203-555-0199", "coworker", "1/10/2021"],
]
"""Three contacts as a school or a business would list them."""


@pytest.fixture
def case() -> Case:
    send(connecticut(), order(somebody(1, city="New Haven", zip="06511")))
    file_all()
    return Case.objects.select_related("unit", "follow_unit").get()


def took(case: Case | None, rows: list[list[str]], header: list[str] = HEADER, of: str = "contact", **more: Any) -> TableImport:
    unit = case.unit if case else Unit.objects.get(code="new-haven")
    table = [header, *rows]
    made = take_list(table=table, of=of, disease="covid19", unit=unit, case=case if of == "contact" else None, by=BY, at=NOW, **more)
    map_columns(batch=made, mapping=made.mapping, by=BY, at=NOW)
    return work(made)


def work(made: TableImport, limit: int = 200) -> TableImport:
    while isinstance(row := advance(batch=made, by=BY, at=NOW, limit=limit), TableImport):
        made = row
    return made


def imported(made: TableImport, limit: int = 200) -> TableImport:
    begin_import(batch=made, by=BY, at=NOW)
    return work(made, limit)


def states(made: TableImport) -> list[str]:
    return list(ImportRow.objects.filter(batch=made).order_by("number").values_list("state", flat=True))


def test_a_list_is_looked_over_before_anything_is_written(case: Case) -> None:
    people = Person.objects.count()
    made = took(case, [*ROWS, ["4", "Doe", "", "soon", "555", "", ""], ROWS[0]])
    assert made.state == "ready" and states(made) == ["new", "new", "new", "wrong", "twice"]
    wrong = ImportRow.objects.get(batch=made, number=5).wrong
    assert [one[:2] for one in wrong] == [["CT821", "birth_on"], ["CT823", "phone"]], "row 5 of the file, both cells at once"
    assert (Person.objects.count(), Exposure.objects.count()) == (people, 0)


def test_contacts_are_exposed_called_and_in_quarantine(case: Case) -> None:
    made = imported(took(case, ROWS))
    assert made.state == "done" and states(made) == ["done"] * 3
    assert sorted(Exposure.objects.values_list("kind", "last_on")) == [
        ("household", date(2021, 1, 12)), ("household", date(2021, 1, 12)), ("work", date(2021, 1, 10)),
    ]  # fmt: skip
    assert Quarantine.objects.filter(settled="").count() == 3
    assert Task.objects.filter(kind="contact_call", state="open").count() == 3


def test_whoever_is_known_is_found_and_not_made_again(case: Case) -> None:
    imported(took(case, ROWS))
    people = Person.objects.count()
    other = took(case, [["77", "Lopez", "Maria", "3/4/1990", "203-555-0142", "wife", "1/12/2021"]], ["No", *HEADER[1:]])
    assert states(other) == ["known"]
    imported(other)
    assert (Person.objects.count(), Exposure.objects.count()) == (people, 3)


def test_looking_over_does_not_tell_that_another_department_knows_them(case: Case) -> None:
    known = imported(took(case, ROWS))
    hartford = took(None, [["1", *ROWS[0][1:5], "1/14/2021"]], ["No", *HEADER[1:5], "Collection date"], of="case")
    assert states(hartford) == ["known"], "New Haven follows her"
    Standing.objects.filter(person__given="Maria").update(unit=Unit.objects.get(code="hartford"))
    again = took(None, [["2", *ROWS[0][1:5], "1/14/2021"]], ["Nr", *HEADER[1:5], "Collection date"], of="case")
    assert states(again) == ["new"], "Hartford does"
    people = Person.objects.count()
    imported(again)
    assert Person.objects.count() == people and known.state == "done", "found all the same"


def test_the_list_again_does_nothing_and_changed_it_puts_right(case: Case) -> None:
    imported(took(case, ROWS))
    again = took(case, [ROWS[0], ROWS[1], [*ROWS[2][:6], "1/9/2021"]])
    assert states(again) == ["same", "same", "changed"]
    imported(again)
    wei = Exposure.objects.get(kind="work")
    assert (wei.last_on, Exposure.objects.count(), Naming.objects.get(exposure=wei).last_on) == (date(2021, 1, 9), 3, date(2021, 1, 9))


def test_undone_as_a_whole_and_only_what_it_made(case: Case) -> None:
    first = imported(took(case, ROWS[:1]))
    second = imported(took(case, [["9", *ROWS[0][1:]], ROWS[2]], ["No", *HEADER[1:]]))
    undo_import(batch=second, by=BY, at=NOW)
    second = work(second)
    assert second.state == "undone" and states(second) == ["undone", "undone"]
    assert [one.kind for one in Exposure.objects.filter(taken_back_at=None)] == ["household"], "the first list named her: she stays"
    undo_import(batch=first, by=BY, at=NOW)
    work(first)
    assert not Exposure.objects.filter(taken_back_at=None).exists()
    assert not Task.objects.filter(kind="contact_call", ended_at=None).exists()


def test_a_list_that_was_undone_is_new_again(case: Case) -> None:
    first = imported(took(case, ROWS[:1]))
    second = imported(took(case, ROWS[:1]))
    assert states(second) == ["same"]
    undo_import(batch=first, by=BY, at=NOW)
    work(first)
    third = imported(took(case, ROWS[:1]))
    assert states(third) == ["done"] and Exposure.objects.filter(taken_back_at=None).count() == 1


@pytest.mark.parametrize(("by_hand", "state", "day"), [(False, "undone", 10), (True, "left", 8)])
def test_undoing_a_list_that_put_right_gives_back_what_stood(case: Case, by_hand: bool, state: str, day: int) -> None:
    imported(took(case, ROWS[2:]))
    second = imported(took(case, [[*ROWS[2][:6], "1/9/2021"]]))
    line = Naming.objects.get()
    assert line.last_on == date(2021, 1, 9)
    if by_hand:
        change_naming(naming=line, met=Met("work", last_on=date(2021, 1, 8), relation="coworker"), revision=line.revision, by=BY, at=NOW)
    undo_import(batch=second, by=BY, at=NOW)
    work(second)
    line.refresh_from_db()
    assert states(second) == [state] and line.last_on == date(2021, 1, day)
    assert Exposure.objects.get().last_on == date(2021, 1, day)


def test_a_worker_that_dies_costs_nothing(case: Case) -> None:
    made = took(case, ROWS)
    begin_import(batch=made, by=BY, at=NOW)
    advance(batch=made, by=BY, at=NOW, limit=1)
    with patch("tracing.intake.imports.work.expose", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        advance(batch=made, by=BY, at=NOW, limit=1)
    assert states(made) == ["done", "new", "new"]
    made = work(made, limit=1)
    assert made.state == "done" and Exposure.objects.count() == 3


def test_a_case_closed_meanwhile_refuses_and_says_so(case: Case) -> None:
    made = took(case, ROWS)
    from tracing.cases.actions import close_case

    close_case(case=case, reason="not_a_case", by=BY, at=NOW)
    imported(made)
    assert states(made) == ["refused"] * 3 and not Exposure.objects.exists()


def test_columns_are_remembered_for_the_units_next_list(case: Case) -> None:
    header = ["Who", "Reach them"]
    made = take_list(table=[header, ["Maria Lopez", "203-555-0142"]], of="contact", disease="covid19", unit=case.unit, case=case, by=BY, at=NOW)
    assert made.mapping == ["", ""]
    map_columns(batch=made, mapping=["name", "phone"], by=BY, at=NOW)
    again = take_list(table=[header, ["Wei Chen", ""]], of="contact", disease="covid19", unit=case.unit, case=case, by=BY, at=NOW)
    assert again.mapping == ["name", "phone"]


@pytest.mark.parametrize(("mapping", "code"), [(["phone", ""], "CT843"), (["name", "name"], "CT842"), (["name"], "CT844"), (["name", "on"], "CT842")])
def test_a_mapping_that_cannot_be_is_refused(case: Case, mapping: list[str], code: str) -> None:
    made = take_list(table=[["A", "B"], ["x", "y"]], of="contact", disease="covid19", unit=case.unit, case=case, by=BY, at=NOW)
    with pytest.raises(MappingRefused, match=code):
        map_columns(batch=made, mapping=mapping, by=BY, at=NOW)


@pytest.mark.parametrize(("table", "code"), [([], "CT840"), ([["Name"], [""], [" "]], "CT840"), ([["Name"]] + [["x"]] * 10_001, "CT841")])
def test_what_is_no_list_is_refused(case: Case, table: list[list[str]], code: str) -> None:
    with pytest.raises(NotAList, match=code):
        take_list(table=table, of="contact", disease="covid19", unit=case.unit, by=BY, at=NOW)


CASES = ["Id", "Last name", "First name", "DOB", "Phone", "City", "State", "Zip", "Collection date", "Test type"]
ANA = ["A1", "Rivera", "Ana", "5/3/1988", "203-555-0177", "New Haven", "CT", "06511", "1/14/2021", "PCR"]


def test_cases_go_the_road_of_every_report_and_are_closed_when_undone(case: Case) -> None:
    before = Case.objects.count()
    none = ["A2", "Sato", "Ken", "5/3/1988", "", "New Haven", "CT", "06511", "1/14/2021", "none"]
    made = imported(took(None, [ANA, none], CASES, of="case"))
    assert states(made) == ["done", "wrong"] and ImportRow.objects.get(batch=made, number=3).wrong[0][0] == "CT834"
    assert Case.objects.count() == before + 1
    opened = Case.objects.exclude(pk=case.pk).get()
    assert (opened.unit.code, opened.classification, opened.first_positive_on) == ("new-haven", "confirmed", date(2021, 1, 14))
    undo_import(batch=made, by=BY, at=NOW + timedelta(minutes=5))
    assert work(made).state == "undone" and Case.objects.get(pk=opened.pk).closure is not None


def test_contacts_name_their_case_by_its_number(case: Case) -> None:
    from tracing.people.numbers import NewNumber, record_numbers

    record_numbers(numbers=[NewNumber(case.person_id, "surveillance:ct", "CT-12", "ct", NOW)], by=BY, at=NOW)
    made = take_list(
        table=[[*HEADER, "Index case"], [*ROWS[0], "ct12"], [*ROWS[1], "CT-99"]], of="contact", disease="covid19", unit=case.unit, by=BY, at=NOW
    )
    map_columns(batch=made, mapping=made.mapping, by=BY, at=NOW)
    made = imported(work(made))
    assert states(made) == ["done", "wrong"] and Exposure.objects.get().source_id == case.pk


# ── travellers: contacts without a case that is known here ───────────────────────────────────────────────────────────
EPI_X = (*fields._EPI_X.split("|"), "Phone Number 1", "Departure Date")


def traveller(number: str, last: str, city: str, zip_code: str, phone: str, left: str = "1/12/2021") -> list[str]:
    told = {
        "Local-ID": number, "Flight No": "XY 123", "Last Name": last, "First Name": "Ana", "Date of Birth": "3/4/1990", "Gender": "F",
        "Temporary Street Address 1": "5 Elm St", "Temporary City 1": city, "Temporary State 1": "CT", "Temporary Postal Code 1": zip_code,
        "Phone Number 1": phone, "Departure Date": left,
    }  # fmt: skip
    return [told.get(column, "") for column in EPI_X]


def test_travellers_of_an_epi_x_notice_are_followed_where_they_stay_and_taken_back_again(case: Case) -> None:
    rows = [traveller("1", "Reyes", "New Haven", "06511", "203-555-0171"), traveller("2", "Okoye", "Hartford", "06103", "203-555-0172")]
    made = imported(took(None, rows, [*EPI_X]))
    assert states(made) == ["done", "done"]
    exposures = {row.contact.family: row for row in Exposure.objects.select_related("contact", "unit")}
    assert {name: (row.source, row.outside, row.reference) for name, row in exposures.items()} == dict.fromkeys(
        ("Reyes", "Okoye"), (None, "travel", "XY 123")
    )
    assert (exposures["Reyes"].follower.code, exposures["Okoye"].follower.code) == ("new-haven", "hartford")
    assert Quarantine.objects.filter(settled="").count() == 2 and Task.objects.filter(kind="contact_call", state="open").count() == 2
    later = imported(took(None, [traveller("1", "Reyes", "New Haven", "06511", "203-555-0171", left="1/13/2021"), rows[1]], [*EPI_X]))
    assert states(later) == ["done", "same"]
    assert Exposure.objects.get(contact__family="Reyes", taken_back_at=None).last_on == date(2021, 1, 13), "the later list stands"
    undo_import(batch=later, by=BY, at=NOW)
    work(later)
    undo_import(batch=made, by=BY, at=NOW)
    work(made)
    assert not Exposure.objects.filter(taken_back_at=None).exists() and not Task.objects.filter(kind="contact_call", state="open").exists()


def test_other_lists_without_a_case_still_say_whose_the_contact_is(case: Case) -> None:
    assert states(took(None, ROWS)) == ["wrong"] * 3
