"""Addresses as people write them, and where they belong: a table that an epidemiologist can read and sign."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracing.jurisdictions.evidence import EVIDENCE
from tracing.jurisdictions.gazetteer import Gazetteer
from tracing.jurisdictions.profile import read_profile
from tracing.jurisdictions.rules import Location, locate, read_zip

PROFILE = Path(__file__).parents[3] / "profiles" / "connecticut"
WINTER = date(2020, 12, 1)


@cache
def connecticut() -> Gazetteer:
    return read_profile(PROFILE).gazetteer()


def find(city: str, state: str = "CT", zip: str = "", *, street: str = "", county: str = "", country: str = "") -> Location:
    return locate(street, city, state, zip, county, WINTER, connecticut(), country)


TOWNS = [
    # city, state, ZIP → town, the evidence that decided
    ("Hartford", "CT", "06106", "hartford", "exact_town"),
    ("HARTFORD", "Connecticut", "06106-2345", "hartford", "exact_town"),
    ("hartford", "conn.", "061062345", "hartford", "exact_town"),
    ("Hartford, CT 06106", "", "", "hartford", "exact_town"),
    ("Town of Groton", "CT", "06340", "groton", "exact_town"),
    ("Newhaven", "CT", "06511", "new-haven", "exact_town"),
    # short forms
    ("W. Hartford", "CT", "06107", "west-hartford", "town_normalised"),
    ("E Htfd", "CT", "06108", "east-hartford", "town_normalised"),
    ("So. Windsor", "CT", "06074", "south-windsor", "town_normalised"),
    ("No. Stonington", "CT", "", "north-stonington", "town_normalised"),
    ("Bpt", "CT", "06604", "bridgeport", "town_normalised"),
    # "N Haven" is North Haven unless the ZIP code says New Haven
    ("N Haven", "CT", "06473", "north-haven", "ambiguous_village_by_zip"),
    ("N Haven", "CT", "06511", "new-haven", "ambiguous_village_by_zip"),
    ("N Haven", "CT", "", "north-haven", "ambiguous_village_by_share"),
    # villages and post offices
    ("Terryville", "CT", "06786", "plymouth", "village"),
    ("Winsted", "CT", "06098", "winchester", "village"),
    ("Willimantic", "CT", "", "windham", "village"),
    ("Storrs", "CT", "06269", "mansfield", "village"),
    ("Storrs/Mansfield", "CT", "06268", "mansfield", "village"),
    ("Mansfield Ctr.", "CT", "06250", "mansfield", "village"),
    ("Stafford Spgs", "CT", "06076", "stafford", "ambiguous_village_by_zip"),
    # Canaan: the post office is North Canaan's, the town of Canaan has the post office Falls Village
    ("Canaan", "CT", "06018", "north-canaan", "town_or_post_office_by_zip"),
    ("Canaan", "CT", "06031", "canaan", "town_or_post_office_by_zip"),
    ("Canaan", "CT", "", "canaan", "town_or_post_office"),
    ("Falls Village", "CT", "06031", "canaan", "ambiguous_village_by_zip"),
    # villages in two towns
    ("Mystic", "CT", "06355", "stonington", "ambiguous_village_by_zip"),
    ("Mystic (Groton)", "CT", "06355", "groton", "town_normalised"),
    ("Cornwall Bridge", "CT", "06754", "cornwall", "ambiguous_village_by_zip"),
    ("Hadlyme", "CT", "06439", "lyme", "ambiguous_village_by_zip"),
    # misspelt, and the ZIP code supports it
    ("Bridgport", "CT", "06604", "bridgeport", "misspelt"),
    ("Wethersfeild", "CT", "06109", "wethersfield", "misspelt"),
    ("Avno", "CT", "06001", "avon", "misspelt"),
    ("Old Greenwhich", "CT", "06870", "greenwich", "misspelt"),
    # only the ZIP code
    ("", "CT", "06106", "hartford", "zip_only_town"),
    ("Homeless", "CT", "06103", "hartford", "zip_only_town"),
    ("", "", "6106", "hartford", "zip_only_town"),  # the leading zero was lost
    ("", "CT", "06512", "east-haven", "zip_main"),
    # town and ZIP code disagree: the town is followed
    ("Norwalk", "CT", "06902", "norwalk", "exact_town"),
    ("Stamford", "CT", "10001", "stamford", "exact_town"),
    # no state
    ("Norwich", "", "", "norwich", "exact_town"),
    ("", "", "06226", "windham", "zip_main"),
    # another state was ticked, but town and ZIP code are here
    ("Stamford", "NY", "06902", "stamford", "exact_town"),
]


@pytest.mark.parametrize(("city", "state", "zip", "town", "evidence"), TOWNS)
def test_an_address_finds_its_town(city: str, state: str, zip: str, town: str, evidence: str) -> None:
    found = find(city, state, zip)
    assert (found.town_code, found.evidence[0], found.out_of_state) == (town, evidence, False)
    assert found.department_code and found.state == "CT"


NO_TOWN = [
    # city, state, ZIP → is it elsewhere, which state, the evidence
    ("Springfield", "MA", "01101", True, "MA", "out_of_state"),
    ("Boston", "", "02110", True, "MA", "out_of_state"),
    ("Westerly", "Rhode Island", "02891", True, "RI", "out_of_state"),
    ("San Juan", "PR", "00901", True, "PR", "out_of_state"),
    # Fishers Island is New York's, though its ZIP code begins like Connecticut's
    ("Fishers Island", "NY", "06390", True, "NY", "out_of_state"),
    ("Fishers Island", "CT", "06390", True, "NY", "out_of_state"),
    ("Fishers Island", "", "06390", True, "NY", "out_of_state"),
    ("Toronto", "ON", "M5V 2T6", True, "", "foreign"),
    # nobody can tell: the state's own list
    ("Unknown", "CT", "", False, "CT", "unknown"),
    ("", "CT", "99999", False, "CT", "unknown"),
    ("", "CT", "06399", False, "CT", "unknown"),
    ("", "", "", False, "", "unknown"),
    ("Hartford County", "CT", "", False, "CT", "unknown"),
    ("Bridgport", "CT", "", False, "CT", "unknown"),  # misspelt, and no ZIP code supports it
    ("Hadlyme", "CT", "", False, "CT", "unknown"),  # Lyme or East Haddam
    ("Boston", "CT", "02110", False, "CT", "unknown"),
]


@pytest.mark.parametrize(("city", "state", "zip", "elsewhere", "code", "evidence"), NO_TOWN)
def test_an_address_without_a_town_here(city: str, state: str, zip: str, elsewhere: bool, code: str, evidence: str) -> None:
    found = find(city, state, zip)
    assert (found.town_code, found.department_code) == (None, None)
    assert (found.out_of_state, found.state, found.evidence[0]) == (elsewhere, code, evidence)
    assert found.needs_review is not elsewhere


def test_disagreement_is_kept_and_goes_before_a_person_only_if_another_department_is_possible() -> None:
    norwalk = find("Norwalk", "CT", "06902")
    assert "town_zip_disagree" in norwalk.evidence
    assert norwalk.alternatives[0] == "stamford" and norwalk.needs_review
    # Groton and Stonington have one department: nobody has to decide before the call.
    mystic = find("Mystic", "CT", "06355")
    assert mystic.alternatives == ("groton",) and mystic.confidence < 0.8 and not mystic.needs_review


def test_the_zip_share_is_kept() -> None:
    found = find("", "CT", "06512")
    assert found.zip_share == pytest.approx(0.7234)
    assert found.confidence == found.zip_share and found.alternatives == ("new-haven",) and found.needs_review
    assert find("Avon", "CT", "06001").zip_share == pytest.approx(0.9829)


def test_a_resembling_name_is_offered_not_taken() -> None:
    found = find("Bridgport")
    assert found.alternatives == ("bridgeport",) and "resembles" in found.evidence


def test_the_county_tells_villages_of_one_name_apart() -> None:
    assert find("Long Hill").town_code is None
    assert find("Long Hill", county="Fairfield County").town_code == "trumbull"
    assert find("Long Hill", county="new london").town_code == "groton"


@pytest.mark.parametrize(
    ("street", "town"),
    [
        ("12 Main St, Hartford CT 06103", "hartford"),
        ("12 Main St Hartford CT", "hartford"),
        ("1 Elm St, Apt 2, Storrs, CT", "mansfield"),
        ("55 Milford Ave", None),
        ("3 Windsor", None),
    ],
)
def test_a_street_line_that_holds_everything(street: str, town: str | None) -> None:
    assert find("", "", street=street).town_code == town


def test_the_street_is_not_read_where_a_town_is_given() -> None:
    assert find("Avon", street="12 Main St, Hartford CT 06103").town_code == "avon"


@pytest.mark.parametrize(
    ("country", "state", "foreign"),
    [("USA", "CT", False), ("", "CT", False), ("UNK", "", False), ("CT", "CT", False), ("MEX", "", True)],
)
def test_a_country_field_convinces_only_where_no_state_is_written(country: str, state: str, foreign: bool) -> None:
    assert (find("Colonia Centro", state, "06010", country=country).evidence[0] == "foreign") is foreign


MOVED = [
    ("Easton", date(2020, 8, 31), "easton"),
    ("Easton", date(2020, 9, 1), "westport-weston"),
    ("Easton", date(2022, 1, 1), "aspetuck"),
    ("Westport", date(2021, 12, 31), "westport-weston"),
    ("Westport", date(2022, 1, 1), "aspetuck"),
    ("Southbury", date(2022, 1, 31), "pomperaug"),
    ("Southbury", date(2022, 2, 1), "housatonic-valley"),
    ("New Milford", date(2022, 1, 31), "new-milford"),
    ("New Milford", date(2022, 2, 1), "housatonic-valley"),
    ("Killingworth", date(2021, 11, 14), "killingworth"),
    ("Killingworth", date(2021, 11, 15), "connecticut-river"),
]


@pytest.mark.parametrize(("city", "on", "department"), MOVED)
def test_the_day_decides_which_department(city: str, on: date, department: str) -> None:
    assert locate("", city, "CT", "", "", on, connecticut()).department_code == department


@pytest.mark.parametrize(
    ("text", "zip5", "note"),
    [
        ("06106", "06106", ""),
        (" 06106-2345 ", "06106", ""),
        ("061062345", "06106", ""),
        ("6106", "06106", ""),
        ("61062345", "06106", ""),
        ("", "", ""),
        ("00000", "", "zip_unreadable"),
        ("0610", "00610", ""),  # four digits are taken for a lost zero; the table then does not know it
        ("abcde", "", "zip_unreadable"),
        ("H3Z 2Y7", "", "foreign"),
    ],
)
def test_zip_codes_as_sent(text: str, zip5: str, note: str) -> None:
    assert read_zip(text) == (zip5, note)


TEXT = st.text(max_size=40)
PIECES = st.one_of(TEXT, st.sampled_from(["Hartford", "Mystic", "Canaan", "CT", "NY", "06355", "06018", "06390", "ON", "6106"]))


@settings(max_examples=300, deadline=None)
@given(street=TEXT, city=PIECES, state=PIECES, zip=PIECES, county=TEXT, country=PIECES)
def test_any_text_ends_in_an_answer(street: str, city: str, state: str, zip: str, county: str, country: str) -> None:
    found = locate(street, city, state, zip, county, WINTER, connecticut(), country)
    assert found.evidence and set(found.evidence) <= set(EVIDENCE)
    assert 0.0 <= found.confidence <= 1.0
    assert (found.town_code is None) >= found.out_of_state
    assert found.town_code not in found.alternatives or found.town_code is None
    assert (found.department_code is None) == (found.town_code is None)
