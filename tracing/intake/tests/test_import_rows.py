"""Columns and cells of imported lists: what is understood, and what is told of the rest."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tracing.intake.imports.fields import CASE, CONTACT, LAYOUTS, fields_of, layout_of, proposed
from tracing.intake.imports.rows import WRONG, key_of, read_row

TODAY = date(2021, 1, 15)

SARA = (
    "First Name|Middle Name|Last Name|Date of Birth|Sex at Birth|White|Black or African American|American Indian or Alaska Native|Asian"
    "|Native Hawaiian or Other Pacific Islander|Ethnicity|Primary Language|Secondary Language|Interpretation Required?|Nationality"
    "|Identifier (STATE/LOCAL)|Identifier (CDC)|Identifier (NNDSS)|Address Line 1|Address City|Address State|Address Line 2|Address Zip"
    "|Address County|Primary Telephone|Last Date of Exposure|Contact of Known Case ID"
).split("|")
EPI_X = (
    "Local-ID|Flight No|Date of notice|MDH Assignee|DGMQ ID|CARE ID|CARE Cell Number|Language|Arrival Date and Time|Arrival City|Last Name"
    "|First Name|Date of Birth|Gender|Passport Country|Passport Number|Permanent Street Address|Permanent City"
    "|Permanent State or Country|Postal Code|Temporary Street Address 1|Temporary City 1|Temporary State 1|Temporary Postal Code 1"
    "|Temporary Street Address 2|Temporary City 2|Temporary State 2|Temporary Postal Code 2|Phone Number 1|Phone Number 2|Email 1|Email 2"
    "|Emergency Contact Name|Emergency Contact Telephone Number|Emergency Contact Email"
    "|Countries Visited with Widespread Transmission in Past 14 Days|Departure Date"
).split("|")


def test_the_layouts_of_other_systems_are_known() -> None:
    assert [layout.name for layout in LAYOUTS] == ["Sara Alert", "Epi-X"]
    assert layout_of(SARA) is LAYOUTS[0] and layout_of(EPI_X) is LAYOUTS[1] and layout_of(["Name", "Phone"]) is None
    sara, epi_x = dict(zip(SARA, proposed(SARA, CONTACT), strict=True)), dict(zip(EPI_X, proposed(EPI_X, CONTACT), strict=True))
    assert (sara["Last Name"], sara["Last Date of Exposure"], sara["Contact of Known Case ID"], sara["White"]) == (
        "last", "last_met_on", "source_number", "",
    )  # fmt: skip
    assert (epi_x["Permanent City"], epi_x["Temporary City 1"], epi_x["Departure Date"], epi_x["Gender"]) == ("", "city", "last_met_on", "sex")
    for layout in LAYOUTS:
        assert set(layout.columns.values()) <= set(fields_of(CONTACT)) | set(fields_of(CASE))


def test_columns_are_known_by_their_names_each_meaning_once() -> None:
    assert proposed(["Full Name", "DOB", "Cell", "Phone", "Relationship", "Shoe size"], CONTACT) == ["name", "birth_on", "phone", "", "relation", ""]
    assert proposed(["Surname", "Collection Date", "Last exposure"], CASE) == ["last", "on", ""]


def _read(cells: dict[str, str], of: str = CONTACT, one_case: bool = True) -> Any:
    return read_row([*cells.values()], [*cells], of=of, today=TODAY, one_case=one_case)


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        ({"name": "Lopez, Maria"}, {"last": "Lopez", "first": "Maria"}),
        ({"name": "Maria del Mar Lopez"}, {"last": "Lopez", "first": "Maria del Mar"}),
        ({"last": "Lopez", "birth_on": "3/4/2012"}, {"last": "Lopez", "birth_on": date(2012, 3, 4)}),
        ({"last": "Lopez", "birth_on": "2012-03-04"}, {"last": "Lopez", "birth_on": date(2012, 3, 4)}),
        # A spreadsheet's count of days: 40972 is 2012-03-04.
        ({"last": "Lopez", "birth_on": "40972"}, {"last": "Lopez", "birth_on": date(2012, 3, 4)}),
        ({"last": "Lopez", "phone": "(203) 555-0142"}, {"last": "Lopez", "phone": "+12035550142"}),
        ({"last": "Lopez", "sex": "female", "language": "Spanish"}, {"last": "Lopez", "sex": "F", "language": "es"}),
        ({"last": "Lopez", "sex": "Unknown"}, {"last": "Lopez"}),
        ({"last": "Lopez", "state": "Connecticut", "zip": "6511"}, {"last": "Lopez", "state": "CT", "zip": "06511"}),
        ({"last": "Lopez", "relation": "son"}, {"last": "Lopez", "relation": "son", "met": "household"}),
        ({"last": "Lopez", "relation": "son", "met": "Work"}, {"last": "Lopez", "relation": "son", "met": "work"}),
        ({"last": "Lopez", "continues": "yes", "feet": "3", "minutes": "45"}, {"last": "Lopez", "continues": True, "feet": 3, "minutes": 45}),
    ],
)
def test_cells_are_understood(cells: dict[str, str], values: dict[str, Any]) -> None:
    found = _read(cells)
    assert (found.values, found.wrong) == (values, ())


@pytest.mark.parametrize(
    ("cells", "wrong"),
    [
        ({"phone": "203-555-0142"}, [("CT820", "last")]),
        ({"last": "Lopez", "birth_on": "13/13/2012"}, [("CT821", "birth_on")]),
        ({"last": "Lopez", "last_met_on": "2021-01-16"}, [("CT822", "last_met_on")]),
        ({"last": "Lopez", "birth_on": "1/1/1880"}, [("CT835", "birth_on")]),
        ({"last": "Lopez", "phone": "555", "email": "maria"}, [("CT823", "phone"), ("CT824", "email")]),
        ({"last": "Lopez", "sex": "?", "language": "Klingon"}, [("CT825", "sex"), ("CT825", "language")]),
        ({"last": "x" * 200}, [("CT826", "last")]),
        ({"last": "=HYPERLINK(1)"}, [("CT827", "last")]),
        ({"last": "Lopez", "first_met_on": "1/12/2021", "last_met_on": "1/10/2021"}, [("CT828", "first_met_on")]),
        ({"last": "Lopez", "feet": "near"}, [("CT832", "feet")]),
    ],
)
def test_all_that_is_wrong_is_told_at_once(cells: dict[str, str], wrong: list[tuple[str, str]]) -> None:
    found = _read(cells)
    assert [(one.code, one.field) for one in found.wrong] == wrong and all(one.code in WRONG for one in found.wrong)


def test_without_one_case_each_contact_says_whose() -> None:
    assert [one.code for one in _read({"last": "Lopez"}, one_case=False).wrong] == ["CT829"]
    assert _read({"last": "Lopez", "source_number": "CT-12"}, one_case=False).wrong == ()


def test_a_case_needs_its_day() -> None:
    assert [one.code for one in _read({"last": "Lopez"}, CASE).wrong] == ["CT831"]
    assert [one.code for one in _read({"last": "Lopez", "on": "yesterday"}, CASE).wrong] == ["CT821"]
    assert _read({"last": "Lopez", "on": "1/14/2021", "test": "PCR"}, CASE).values["test"] == "molecular"


def test_a_row_is_known_again_by_its_number_or_by_who_it_is() -> None:
    assert key_of({"own_id": "CT-0012"}) == key_of({"own_id": "ct 0012", "last": "Lopez"}) != ""
    assert key_of({"last": "López", "phone": "+12035550142"}) == key_of({"last": "lopez", "phone": "+12035550142"}) != ""
    assert key_of({"last": "Lopez", "first": "Maria"}) == "", "a name alone is nobody"


def test_every_code_is_told_in_the_handbook() -> None:
    told = (Path(__file__).parents[3] / "docs" / "import.md").read_text()
    assert [code for code, says in WRONG.items() if f"| {code} | {says} |" not in told] == []
