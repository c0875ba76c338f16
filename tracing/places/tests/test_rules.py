from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracing.places.rules import address_key, alike, setting_kind

ONE_HOUSE = [
    "150 Maple Hollow Rd",
    "150 maple hollow road",
    "150 MAPLE HOLLOW ROAD.",
    "150 Maple Hollow Rd Rm 12B",
    "150 Maple Hollow Rd, Room 12, Bed 2",
    "150 Maple Hollow Rd #12",
    "150 Maple Hollow Rd 12B",
    "150 Maple Hollow Rd, Wing E",
    "150  Maple Hollow Rd Unit 4",
]


@pytest.mark.parametrize("street", ONE_HOUSE)
def test_one_house_has_one_key(street: str) -> None:
    assert address_key(street, "06790") == address_key(street, "06790-1234") == "150 maple holw rd|06790"


@pytest.mark.parametrize(
    ("street", "zip", "key"),
    [
        ("12 North Main Street", "06106", "12 n main st|06106"),
        ("12 N. Main St.", "6106", "12 n main st|06106"),
        ("12 Broadway Apt 3", "06360", "12 broadway|06360"),
        ("900 Quarry Ridge Rd, Cell Block C 14", "06082", "900 quarry rdg rd|06082"),
        ("7 Fifth Ave", "06443", "7 5th ave|06443"),
        ("7 Hall Ave", "06492", "7 hall ave|06492"),
        ("10 Town Hall Rd", "06405", "10 town hall rd|06405"),
        # less than a house joins nobody
        ("Maple Hollow Rd", "06790", ""),
        ("150 Maple Hollow Rd", "", ""),
        ("150", "06790", ""),
        ("", "06790", ""),
        ("PO Box 12", "06790", ""),
        ("P.O. Box 12", "06790", ""),
        ("homeless", "06103", ""),
    ],
)
def test_address_keys(street: str, zip: str, key: str) -> None:
    assert address_key(street, zip) == key


def test_neighbours_stay_apart() -> None:
    assert len({address_key(f"{number} Main St", "06106") for number in range(1, 50)}) == 49
    assert address_key("1 Main St", "06106") != address_key("1 Main St", "06103")


@pytest.mark.parametrize(
    ("code", "name", "kind"),
    [
        ("42665001", "", "nursing_home"),
        ("57656006", "", "prison"),
        ("32911000", "", "shelter"),
        ("22232009", "Quarry Ridge Correctional Center", "hospital"),  # what was coded goes before the name
        ("", "Maple Hollow Nursing and Rehabilitation", "nursing_home"),
        ("", "Maple Hollow Health Care Center", "nursing_home"),
        ("", "Quarry Ridge Correctional Center", "prison"),
        ("", "River Street Homeless Shelter", "shelter"),
        ("", "Animal Shelter of the Valley", ""),
        ("", "Central Valley University School of Nursing", "college"),
        ("", "Green Hill Nursery School", "day_care"),
        ("", "Little Steps Child Care", "day_care"),
        ("", "Oakfield Elementary School", "school"),
        ("", "Lakeside Hospital", "hospital"),
        ("", "Elm Court Assisted Living", "assisted_living"),
        ("", "Submarine Base Barracks 4", "military"),
        ("999", "", ""),
        ("", "", ""),
        ("", "12 Main St", ""),
    ],
)
def test_the_kind_of_setting(code: str, name: str, kind: str) -> None:
    assert setting_kind(code, name) == kind


@given(street=st.text(max_size=60), zip=st.text(max_size=12))
def test_any_text_has_a_key_or_none(street: str, zip: str) -> None:
    key = address_key(street, zip)
    assert key == "" or key[-6] == "|"


# name, address key · name, address key · one place?
ALIKE = [
    (("Wilbur Cross High School", "181 mitchell dr|06511"), ("Wilbur Cross", "181 mitchell dr|06511"), "same"),
    (("Wilbur Cross High School", ""), ("WILBUR CROSS HIGH SCHOOL", "181 mitchell dr|06511"), "same"),
    (("Wilbur Cross", ""), ("Wilbur Cross High School", "181 mitchell dr|06511"), "perhaps"),
    (("Stop & Shop", "112 amity rd|06515"), ("Stop & Shop", "150 whalley ave|06511"), "perhaps"),
    (("Elm Diner", "112 amity rd|06515"), ("Amity Bakery", "112 amity rd|06515"), "perhaps"),
    (("Lincoln School", ""), ("Washington School", ""), ""),
    (("Lincoln School", "1 elm st|06511"), ("Lincoln Bassett School", "130 bassett st|06511"), ""),
    (("The School", ""), ("School", "1 elm st|06511"), "perhaps"),
]


@pytest.mark.parametrize(("one", "other", "wanted"), ALIKE)
def test_one_place_or_two(one: tuple[str, str], other: tuple[str, str], wanted: str) -> None:
    assert alike(*one, *other) == alike(*other, *one) == wanted
