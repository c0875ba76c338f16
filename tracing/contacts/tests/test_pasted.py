"""Lists of people as tracers get them: read, or left as they are."""

from __future__ import annotations

from datetime import date

import pytest

from tracing.contacts.pasted import Line, read, read_line

NUMBER = "+12035550142"

# as written · given, family, phone, relation, kind
TABLE: list[tuple[str, tuple[str, str, str, str, str]]] = [
    ("Maria Lopez 203-555-0142, son", ("Maria", "Lopez", NUMBER, "son", "household")),
    ("Maria Lopez, son, (203) 555-0142", ("Maria", "Lopez", NUMBER, "son", "household")),
    ("Maria Lopez", ("Maria", "Lopez", "", "", "")),
    ("maria", ("maria", "", "", "", "")),
    ("Lopez, Maria", ("Maria", "Lopez", "", "", "")),
    ("Lopez, Maria 2035550142", ("Maria", "Lopez", NUMBER, "", "")),
    ("1. Maria de la Cruz +1 203 555 0142 coworker", ("Maria", "de la Cruz", NUMBER, "coworker", "work")),
    ("- Maria Lopez - coworker - 203.555.0142", ("Maria", "Lopez", NUMBER, "coworker", "work")),
    ("Maria Lopez (my neighbor) 203-555-0142", ("Maria", "Lopez", NUMBER, "neighbor", "social")),
    ("María López; hija; 203/555-0142", ("María", "López", NUMBER, "hija", "household")),
    ("Maria Lopez\t203-555-0142\tteammate", ("Maria", "Lopez", NUMBER, "teammate", "school")),
    ("Maria Lopez, works at the next desk", ("Maria", "Lopez", "", "works at the next desk", "")),
    ("Maria Lopez, friend from work", ("Maria", "Lopez", "", "friend from work", "social")),
    ("Maria Lopez, 555-0142", ("Maria", "Lopez", "", "555-0142", "")),
]


@pytest.mark.parametrize(("written", "wanted"), TABLE)
def test_one_line(written: str, wanted: tuple[str, str, str, str, str]) -> None:
    found = read_line(written)
    assert found is not None
    assert (found.given, found.family, found.phone, found.relation, found.kind) == wanted


def test_a_birth_date_and_an_address_of_mail_are_no_numbers() -> None:
    assert read_line("Ana Ruiz, born 3/4/2012, ANA@example.org, 203-555-0142, daughter") == Line(
        "Ana", "Ruiz", NUMBER, "ana@example.org", date(2012, 3, 4), "daughter", "household",
        "Ana Ruiz, born 3/4/2012, ANA@example.org, 203-555-0142, daughter",
    )  # fmt: skip
    iso = read_line("Ana Ruiz 2012-03-04")
    assert iso is not None and (iso.family, iso.birth_on, iso.phone) == ("Ruiz", date(2012, 3, 4), "")


def test_a_list_with_a_heading_and_empty_lines() -> None:
    found = read("Household:\n\n Maria Lopez, son\n\nAna Ruiz 203-555-0142\n 203-555-0143\n")
    assert [(line.given, line.phone) for line in found] == [("Maria", ""), ("Ana", NUMBER)]


def test_no_more_than_asked_for() -> None:
    assert len(read("Maria Lopez\n" * 300, at_most=200)) == 200
