from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from tracing.jurisdictions.zones import EVERY, zones_of


@pytest.mark.parametrize(
    ("state", "zones"),
    [
        ("CT", ("America/New_York",)),
        ("ca", ("America/Los_Angeles",)),
        ("TX", ("America/Chicago", "America/Denver")),
        ("FL", ("America/New_York", "America/Chicago")),
        ("PR", ("America/Puerto_Rico",)),
        ("", ()),
        ("XX", ()),
    ],
)
def test_zones_of_a_state(state: str, zones: tuple[str, ...]) -> None:
    assert zones_of(state) == zones


def test_the_50_states_the_district_and_the_territories_are_there() -> None:
    states = (
        "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX"
        " UT VT VA WA WV WI WY PR VI GU AS MP"
    )
    assert all(zones_of(state) for state in states.split())


def test_every_zone_exists() -> None:
    assert all(ZoneInfo(zone) for zone in EVERY)
