from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from tracing.journal.actions import Unchanged
from tracing.journal.actor import job
from tracing.journal.models import Entry
from tracing.jurisdictions.actions import load_profile
from tracing.jurisdictions.models import PlaceName, Profile, Town, TownDepartment, Unit, UnitAncestor, ZipTown
from tracing.jurisdictions.profile import ProfileWrong
from tracing.jurisdictions.queries import NoProfile, atlas, department_of_town, for_address, gazetteer, units_below

PROFILE = Path(__file__).parents[3] / "profiles" / "connecticut"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LOADER = job("profile")

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded() -> Profile:
    profile = load_profile(profile=PROFILE, by=LOADER, at=NOW)
    assert isinstance(profile, Profile)
    return profile


def test_loading_writes_everything_and_one_entry(loaded: Profile) -> None:
    assert Unit.objects.count() == 76 and Town.objects.count() == 169
    assert TownDepartment.objects.count() == 180 and ZipTown.objects.count() == 560
    assert ZipTown.objects.values("zip").distinct().count() == 438
    assert loaded.unit.code == "ct" and loaded.zips_elsewhere == {"06390": "NY"}
    entry = Entry.objects.get(verb="profile.loaded")
    assert (entry.subject_id, entry.codes["profile"], entry.codes["rows"]["towns"]) == (loaded.id, "connecticut", 169)
    assert PlaceName.objects.get(name="Canaan").ambiguous and not PlaceName.objects.get(name="Storrs").ambiguous


def test_loading_again_changes_nothing(loaded: Profile) -> None:
    assert isinstance(load_profile(profile=PROFILE, by=LOADER, at=NOW + timedelta(days=1)), Unchanged)
    assert Entry.objects.filter(verb="profile.loaded").count() == 1


def test_a_changed_folder_changes_only_what_differs_and_keeps_keys(loaded: Profile, tmp_path: Path) -> None:
    folder = shutil.copytree(PROFILE, tmp_path / "profile")
    units, towns = dict(Unit.objects.values_list("code", "id")), dict(Town.objects.values_list("code", "id"))
    for name, right, wrong in (
        ("units.csv", "Bethel Health Department", "Bethel Department of Health"),
        ("town_departments.csv", "bethel,bethel,,", "bethel,bethel,,2026-07-01"),
        ("profile.toml", "2026.11.2", "2026.11.3"),
    ):
        text = (folder / name).read_text()
        assert right in text
        (folder / name).write_text(text.replace(right, wrong, 1))
    with (folder / "town_departments.csv").open("a") as table:
        table.write("bethel,danbury,2026-07-01,,high,vote\n")
    load_profile(profile=folder, by=LOADER, at=NOW + timedelta(days=1))
    entry = Entry.objects.filter(verb="profile.loaded").latest("at")
    assert entry.codes["rows"] == {"units": 1, "town_departments": 3}
    assert dict(Unit.objects.values_list("code", "id")) == units
    assert dict(Town.objects.values_list("code", "id")) == towns
    assert gazetteer().department_on("bethel", date(2026, 6, 30)) == "bethel"
    assert gazetteer().department_on("bethel", date(2026, 7, 1)) == "danbury"


def test_a_unit_that_the_folder_does_not_name_stays(loaded: Profile) -> None:
    state = Unit.objects.get(code="ct")
    school = Unit.objects.create(code="a-school", name="A school", kind="school", parent=state, time_zone="UTC")
    load_profile(profile=PROFILE, by=LOADER, at=NOW + timedelta(days=1))
    assert Unit.objects.filter(pk=school.pk).exists()
    assert set(UnitAncestor.objects.filter(unit=school).values_list("ancestor__code", "depth")) == {
        ("a-school", 0),
        ("ct", 1),
    }


def test_a_wrong_folder_changes_nothing(loaded: Profile, tmp_path: Path) -> None:
    folder = shutil.copytree(PROFILE, tmp_path / "profile")
    (folder / "towns.csv").write_text("code\n")
    with pytest.raises(ProfileWrong):
        load_profile(profile=folder, by=LOADER, at=NOW)
    assert Town.objects.count() == 169


def test_units_below(loaded: Profile) -> None:
    units = dict(Unit.objects.values_list("code", "id"))
    assert units_below([units["ct"]]) == set(units.values())
    assert units_below([units["bethel"]]) == {units["bethel"]}
    region = units_below([units["region-1"]])
    assert {units["region-1"], units["bridgeport"], units["stamford"]} <= region
    assert units["hartford"] not in region and units["chatham"] not in region
    assert set(Unit.objects.at_or_below([units["region-1"]]).values_list("id", flat=True)) == region


def test_for_address_gives_a_unit_always(loaded: Profile) -> None:
    units = dict(Unit.objects.values_list("code", "id"))

    def whose(city: str, state: str = "CT", zip: str = "", on: date = date(2020, 12, 1)) -> tuple[str | None, str]:
        found = for_address(street="", city=city, state=state, zip=zip, on=on)
        town = Town.objects.get(pk=found.town_id).code if found.town_id else None
        return town, next(code for code, key in units.items() if key == found.unit_id)

    assert whose("Terryville", zip="06786") == ("plymouth", "torrington")
    assert whose("Weston", on=date(2021, 12, 31)) == ("weston", "westport-weston")
    assert whose("Weston", on=date(2022, 1, 1)) == ("weston", "aspetuck")
    assert whose("nowhere at all") == (None, "ct")
    assert whose("Boston", "MA", "02110") == (None, "ct")
    assert department_of_town("weston", date(2022, 1, 1)) == units["aspetuck"]


def test_the_facts_from_the_database_are_those_of_the_folder(loaded: Profile) -> None:
    from tracing.jurisdictions.profile import read_profile

    ours, folders = gazetteer(), read_profile(PROFILE).gazetteer()
    assert ours.departments == folders.departments and ours.zips == folders.zips and ours.counties == folders.counties
    assert {name: set(means) for name, means in ours.names.items()} == {name: set(means) for name, means in folders.names.items()}


def test_the_facts_are_read_again_only_when_loaded_anew(loaded: Profile) -> None:
    first = atlas()
    assert atlas() is first
    Profile.objects.update(loaded_at=NOW + timedelta(hours=1))
    assert atlas() is not first


def test_without_a_profile_no_address_is_read() -> None:
    with pytest.raises(NoProfile):
        atlas()


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("first", "last"),
    [
        (None, None),
        (date(2020, 8, 1), date(2020, 8, 2)),
        (date(2030, 1, 1), None),
        (date(2022, 1, 1), date(2022, 1, 1)),
        (date(2022, 1, 2), date(2022, 1, 1)),
    ],
)
def test_the_database_refuses_two_departments_on_one_day(loaded: Profile, first: date | None, last: date | None) -> None:
    easton, hartford = Town.objects.get(code="easton"), Unit.objects.get(code="hartford")
    with pytest.raises(IntegrityError), transaction.atomic():
        TownDepartment.objects.create(town=easton, department=hartford, valid_from=first, valid_to=last)


@pytest.mark.postgres
def test_a_day_between_two_departments_may_be_filled(loaded: Profile) -> None:
    easton, hartford = Town.objects.get(code="easton"), Unit.objects.get(code="hartford")
    TownDepartment.objects.filter(town=easton, department__code="westport-weston").delete()
    row = TownDepartment(town=easton, department=hartford, valid_from=date(2020, 9, 1), valid_to=date(2022, 1, 1), confidence="low")
    row.save()
    assert TownDepartment.objects.filter(town=easton).count() == 3


@pytest.mark.postgres
def test_the_database_refuses_a_second_main_town_and_an_orphan_unit(loaded: Profile) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ZipTown.objects.create(zip="06001", town=Town.objects.get(code="easton"), is_main=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.create(code="lost", name="Lost", kind="department", time_zone="UTC")
