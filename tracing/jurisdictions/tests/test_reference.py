"""Every town, village and ZIP code against the public tables, where the sample data lies beside the checkout."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from tracing.jurisdictions.profile import read_profile
from tracing.jurisdictions.rules import locate

ROOT = Path(__file__).parents[3]
REFERENCE = ROOT.parent / "shared" / "data" / "connecticut"
FACTS = read_profile(ROOT / "profiles" / "connecticut")
GAZETTEER = FACTS.gazetteer()
TOWN_CODE = {town.name: town.code for town in FACTS.towns}
UNIT_NAME = {unit.code: unit.name for unit in FACTS.units}

pytestmark = pytest.mark.skipif(not REFERENCE.is_dir(), reason="the sample data is not beside the checkout")


def table(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize("on", [date(2020, 4, 1), date(2020, 12, 1), date(2022, 6, 1)])
def test_all_169_towns_reach_their_department(on: date) -> None:
    expected = {
        row["town"]: row["lhd"]
        for row in table("lhd_membership.csv")
        if (not row["valid_from"] or row["valid_from"] <= on.isoformat())
        and (not row["valid_to"] or on.isoformat() < row["valid_to"])
    }
    assert len(expected) == 169
    wrong = {}
    for town, department in expected.items():
        found = locate("", town, "CT", "", "", on, GAZETTEER)
        if (found.town_code, UNIT_NAME.get(found.department_code or "")) != (TOWN_CODE[town], department):
            wrong[town] = found
    assert not wrong


def test_every_zip_code_alone_reaches_its_main_town() -> None:
    mains = {row["zip"]: row["town"] for row in table("zip_town.csv") if row["is_main_town"] == "yes"}
    assert len(mains) == 438
    found = {zip: locate("", "", "", zip, "", date(2020, 12, 1), GAZETTEER).town_code for zip in mains}
    assert {zip: town for zip, town in found.items() if town != TOWN_CODE[mains[zip]]} == {}


def test_every_town_with_its_own_main_zip_code_agrees() -> None:
    for row in table("zip_town.csv"):
        if row["is_main_town"] == "yes" and row["town"] != "Canaan":
            found = locate("", row["town"], "CT", row["zip"], "", date(2020, 12, 1), GAZETTEER)
            assert found.town_code == TOWN_CODE[row["town"]] and "zip_agrees" in found.evidence, row


# Names that lie in several towns and nothing in the name tells which: a person decides.
LEFT_TO_A_PERSON = {"Candlewood Lake Club", "Hadlyme", "Long Hill"}


def test_every_village_reaches_its_town() -> None:
    towns: dict[str, dict[str, float]] = {}
    for row in table("places_to_towns.csv"):
        name = row["place"].split(" CDP")[0]
        if "(balance)" not in name and name != "Canaan":  # Canaan: the town's own name goes first, the ZIP code decides
            towns.setdefault(name, {})[TOWN_CODE[row["town"]]] = float(row["share"] or 0)
    assert len(towns) == 282
    wrong = {}
    for name, shares in towns.items():
        town = locate("", name, "CT", "", "", date(2020, 12, 1), GAZETTEER).town_code
        if name in LEFT_TO_A_PERSON:
            assert town is None
        elif town not in shares or (max(shares.values()) and shares[town] < max(shares.values())):
            wrong[name] = town
    assert not wrong


def test_a_village_with_its_zip_code_reaches_a_town_of_both() -> None:
    for row in table("places_to_towns.csv"):
        for zip in row["zips"].split():
            found = locate("", row["place"], "CT", zip, "", date(2020, 12, 1), GAZETTEER)
            assert "town_zip_disagree" not in found.evidence, row


def test_population_and_regions_are_whole() -> None:
    assert sum(town.population or 0 for town in FACTS.towns) == 3_605_944
    counts = [sum(town.region == f"region-{number}" for town in FACTS.towns) for number in range(1, 6)]
    assert counts == [14, 30, 41, 41, 43]
