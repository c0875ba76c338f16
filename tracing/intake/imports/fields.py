"""What a column of an imported list can mean, under which names it arrives, and the layouts that are known by heart. Data, little logic.

Source of the two layouts: the header rows that Sara Alert publishes for its own format (columns in its order, of which those are taken
that speak of a person or an exposure) and for Epi-X notices about travellers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tracing.base.text import fold

Kind = Literal["words", "number", "day", "sex", "yes_no", "phone", "email", "language", "state", "zip", "met", "feet", "test", "setting"]
CONTACT, CASE = "contact", "case"


@dataclass(frozen=True, slots=True)
class Field:
    """`of`: whom it is asked for. `aliases`: names of columns that mean it, folded (`base.text.fold`), besides its code."""

    label: Promise
    kind: Kind = "words"
    of: tuple[str, ...] = (CONTACT, CASE)
    aliases: str = ""
    most: int = 120


FIELDS: Final[Mapping[str, Field]] = {
    "own_id": Field(_("Their number in this list"), "number", aliases="id|record id|contact id|case id|local id|identifier state local", most=60),
    "last": Field(_("Family name"), aliases="last|last name|family name|surname|apellido"),
    "first": Field(_("Given name"), aliases="first|first name|given name|nombre"),
    "middle": Field(_("Middle name"), aliases="middle|middle name"),
    "name": Field(_("Whole name"), aliases="name|full name|contact name|patient name", most=200),
    "birth_on": Field(_("Birth date"), "day", aliases="dob|date of birth|birth date|birthdate|born"),
    "sex": Field(_("Sex"), "sex", aliases="gender|sex at birth|birth sex"),
    "language": Field(_("Language"), "language", aliases="primary language|preferred language|language spoken"),
    "phone": Field(_("Telephone"), "phone", aliases="telephone|phone number|phone number 1|primary telephone|cell|mobile|home phone|cell phone"),
    "phone2": Field(_("Second telephone"), "phone", aliases="phone number 2|secondary telephone|other phone|work phone"),
    "email": Field(_("E-mail"), "email", aliases="e mail|email address|email 1"),
    "street": Field(_("Street"), aliases="address|street address|address line 1|home address|permanent street address", most=200),
    "city": Field(_("City or town"), aliases="town|address city|permanent city"),
    "state": Field(_("State"), "state", aliases="address state|permanent state or country"),
    "zip": Field(_("ZIP code"), "zip", aliases="zip code|postal code|address zip|zipcode"),
    "source_number": Field(
        _("Number of the case they were exposed to"), "number", (CONTACT,), "contact of known case id|index case|source case|index case id", 60
    ),
    "reference": Field(_("Flight, event"), of=(CONTACT,), aliases="flight no|flight number|flight|event", most=200),
    "met": Field(_("How they met"), "met", (CONTACT,), "relationship type|exposure type|kind of contact|contact type|setting"),
    "relation": Field(_("What they are to the case"), of=(CONTACT,), aliases="relationship|relation|relationship to case", most=60),
    "first_met_on": Field(_("First day together"), "day", (CONTACT,), "first exposure|first date of exposure"),
    "last_met_on": Field(_("Last day together"), "day", (CONTACT,), "last exposure|last date of exposure|date of last exposure|exposure date"),
    "continues": Field(_("Cannot keep apart at home"), "yes_no", (CONTACT,), "continuous exposure|ongoing exposure"),
    "feet": Field(_("Feet apart"), "feet", (CONTACT,), "distance|distance feet"),
    "minutes": Field(_("Minutes together"), "feet", (CONTACT,), "duration|duration minutes"),
    "on": Field(_("Day of the test or the finding"), "day", (CASE,), "specimen date|collection date|test date|date of test|diagnosis date"),
    "test": Field(_("Kind of test"), "test", (CASE,), "test type|lab 1 test type|assay"),
    "onset_on": Field(_("First day of feeling ill"), "day", (CASE,), "onset|onset date|symptom onset|symptom onset date"),
    "symptomatic": Field(_("Feels ill"), "yes_no", (CASE,), "symptoms|has symptoms"),
    "hospitalised": Field(_("In hospital overnight"), "yes_no", (CASE,), "hospitalized|hospital"),
    "organisation": Field(_("Reported by"), of=(CASE,), aliases="reporter|provider|facility|reported by", most=200),
}
NOT_TAKEN: Final = ""
"""A column that is read past."""

_SARA_ALERT: Final = (
    "First Name|Middle Name|Last Name|Date of Birth|Sex at Birth|White|Black or African American|American Indian or Alaska Native|Asian"
    "|Native Hawaiian or Other Pacific Islander|Ethnicity|Primary Language|Secondary Language|Interpretation Required?|Nationality"
    "|Identifier (STATE/LOCAL)|Identifier (CDC)|Identifier (NNDSS)|Address Line 1|Address City|Address State|Address Line 2|Address Zip"
)
_EPI_X: Final = (
    "Local-ID|Flight No|Date of notice|MDH Assignee|DGMQ ID|CARE ID|CARE Cell Number|Language|Arrival Date and Time|Arrival City|Last Name"
    "|First Name|Date of Birth|Gender|Passport Country|Passport Number|Permanent Street Address|Permanent City"
    "|Permanent State or Country|Postal Code|Temporary Street Address 1|Temporary City 1|Temporary State 1|Temporary Postal Code 1"
)


@dataclass(frozen=True, slots=True)
class Layout:
    """A layout by its first columns, in order, and what its columns mean; the others are not taken."""

    name: str
    begins: tuple[str, ...]
    columns: Mapping[str, str]


LAYOUTS: Final = (
    Layout("Sara Alert", tuple(map(fold, _SARA_ALERT.split("|"))), {fold(column): field for column, field in {
        "First Name": "first", "Middle Name": "middle", "Last Name": "last", "Date of Birth": "birth_on", "Sex at Birth": "sex",
        "Primary Language": "language", "Identifier (STATE/LOCAL)": "own_id", "Address Line 1": "street", "Address City": "city",
        "Address State": "state", "Address Zip": "zip", "Primary Telephone": "phone", "Secondary Telephone": "phone2", "Email": "email",
        "Last Date of Exposure": "last_met_on", "Contact of Known Case ID": "source_number", "Symptom Onset Date": "onset_on",
        "Lab 1 Test Type": "test", "Lab 1 Specimen Collection Date": "on", "Continuous Exposure": "continues",
    }.items()}),
    Layout("Epi-X", tuple(map(fold, _EPI_X.split("|"))), {fold(column): field for column, field in {
        "Local-ID": "own_id", "Language": "language", "Last Name": "last", "First Name": "first", "Date of Birth": "birth_on",
        "Gender": "sex", "Temporary Street Address 1": "street", "Temporary City 1": "city", "Temporary State 1": "state",
        "Temporary Postal Code 1": "zip", "Phone Number 1": "phone", "Phone Number 2": "phone2", "Email 1": "email",
        "Departure Date": "last_met_on", "Flight No": "reference",
    }.items()}),
)  # fmt: skip
"""A traveller of an Epi-X notice stays at the temporary address, and was exposed on the flight: its day of departure."""


TRAVELLERS: Final = "Epi-X"
"""The layout whose people were exposed on a journey: they are contacts without a case that is known here."""


def fields_of(of: str) -> dict[str, Field]:
    """What can be told of contacts, or of cases."""
    return {code: field for code, field in FIELDS.items() if of in field.of}


def layout_of(header: Sequence[str]) -> Layout | None:
    """The known layout of these columns."""
    names = tuple(map(fold, header))
    return next((layout for layout in LAYOUTS if names[: len(layout.begins)] == layout.begins), None)


def proposed(header: Sequence[str], of: str) -> list[str]:
    """What each column means, as far as its name tells; each meaning once, the first column that has it."""
    known, layout = fields_of(of), layout_of(header)
    by_name = {fold(alias): code for code, field in known.items() for alias in (code, *field.aliases.split("|")) if alias}
    given: set[str] = set()
    found = []
    for name in map(fold, header):
        code = layout.columns.get(name, NOT_TAKEN) if layout else by_name.get(name, NOT_TAKEN)
        if code not in known or code in given:
            code = NOT_TAKEN
        given.add(code)
        found.append(code)
    return found
