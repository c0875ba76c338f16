"""A folder with mistakes is refused as a whole, each mistake named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tracing.jurisdictions.profile import ProfileWrong, read_profile

PROFILE = Path(__file__).parents[3] / "profiles" / "connecticut"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PROFILE, tmp_path / "profile"))


MISTAKES = [
    ("zip_towns.csv", "06001,avon,", "6001,avon,", "zip '6001' is not five digits"),
    ("zip_towns.csv", "06001,avon,0.9829,yes", "06001,avon,0.9829,", "06001 has no main town"),
    ("zip_towns.csv", "06001,avon,0.9829", "06001,avon,1.9829", "share '1.9829' is not between 0 and 1"),
    ("towns.csv", "andover,Andover", "andofer,Andover", "'andover' is no town"),
    ("towns.csv", "ansonia,Ansonia,New Haven,region-2", "ansonia,Ansonia,New Haven,region-9", "no region 'region-9'"),
    ("units.csv", "region-1,Region 1,region,ct", "region-1,Region 1,region,xx", "has the parent 'xx', which is no unit"),
    ("units.csv", "region-1,Region 1,region,ct", "region-1,Region 1,region,aspetuck", "stands above itself"),
    ("units.csv", "region-1,Region 1,region,", "region-1,Region 1,realm,", "kind 'realm' is none of"),
    ("town_departments.csv", ",2020-09-01,2022-01-01,", ",2020-08-01,2022-01-01,", "easton has two departments on one day"),
    ("town_departments.csv", ",2020-09-01,2022-01-01,", ",2022-09-01,2022-01-01,", "is not before valid_to"),
    ("town_departments.csv", ",2020-09-01,2022-01-01,", ",1 Sept,2022-01-01,", "'1 Sept' is no date"),
    ("place_names.csv", "Abington,pomfret", "?!,pomfret", "has no letters"),
    ("place_names.csv", "name,town,kind,share", "name,town,share", "the columns must be name, town, kind, share"),
    ("profile.toml", 'unit = "ct"', 'unit = "region-1"', "'region-1' is no unit of kind state"),
    ("profile.toml", 'version = "', 'edition = "', "`version` is missing"),
    ("profile.toml", 'code = "connecticut"', "code = ", "profile.toml"),
]


@pytest.mark.parametrize(("file", "right", "wrong", "said"), MISTAKES)
def test_a_mistake_is_named(folder: Path, file: str, right: str, wrong: str, said: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert right in text
    (folder / file).write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(ProfileWrong) as refused:
        read_profile(folder)
    assert said in str(refused.value)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "units.csv").unlink()
    with pytest.raises(ProfileWrong, match=r"units\.csv"):
        read_profile(folder)


def test_parents_come_before_their_children() -> None:
    seen = {""}
    for unit in read_profile(PROFILE).units:
        assert unit.parent in seen
        seen.add(unit.code)
