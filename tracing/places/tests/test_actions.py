from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tracing.journal.actions import Unchanged
from tracing.journal.actor import job
from tracing.journal.models import Entry
from tracing.jurisdictions.actions import load_profile
from tracing.places.actions import NotASetting, add_place
from tracing.places.models import Place
from tracing.places.queries import at_address, named
from tracing.places.rules import address_key

NOW = datetime(2020, 12, 1, 12, tzinfo=UTC)
HOME = {"kind": "nursing_home", "name": "Maple Hollow Nursing", "street": "150 Maple Hollow Rd", "zip": "06790"}
SCHOOL = {"kind": "school", "name": "Lower School", "street": "150 Maple Hollow Road", "zip": "06790"}

pytestmark = pytest.mark.django_db


def add(what: dict[str, str]) -> Place | Unchanged:
    return add_place(
        kind=what["kind"], name=what["name"], street=what["street"], city="Torrington", state="CT", zip=what["zip"],
        phone="860 555 0142", by=job("test"), at=NOW, on=date(2020, 12, 1),
    )  # fmt: skip


@pytest.fixture(autouse=True)
def facts() -> None:
    load_profile(profile=Path(__file__).parents[3] / "profiles" / "connecticut", by=job("profile"), at=NOW)


def test_a_setting_gets_its_town_and_department() -> None:
    place = add(HOME)
    assert isinstance(place, Place) and place.town is not None
    assert (place.town.code, place.unit.code, place.phone) == ("torrington", "torrington", "+18605550142")
    assert Entry.objects.get(verb="place.added").subject_id == place.id


def test_the_same_setting_is_added_once() -> None:
    add(HOME)
    assert isinstance(add({**HOME, "name": "MAPLE HOLLOW NURSING", "street": "150 maple hollow road"}), Unchanged)
    assert Place.objects.count() == 1


def test_residents_are_recognised_by_their_address_and_homes_come_first() -> None:
    add(SCHOOL), add(HOME)
    key = address_key("150 Maple Hollow Rd, Room 12", "06790")
    assert [place.kind for place in at_address([key, "", "1 elsewhere|06001"])[key]] == ["nursing_home", "school"]
    assert at_address([""]) == {}


def test_by_name() -> None:
    add(HOME)
    assert [place.name for place in named("maple hol")] == ["Maple Hollow Nursing"]
    assert named("") == [] and named("hollow") == []


def test_a_nameless_or_kindless_setting_is_refused() -> None:
    for wrong in ({**HOME, "name": "?"}, {**HOME, "kind": "castle"}):
        with pytest.raises(NotASetting):
            add(wrong)
