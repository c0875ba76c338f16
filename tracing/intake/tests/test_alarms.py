"""When a sender needs looking after, and its score: pure rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tracing.intake.rules import ALARMS, Figures, Key, Totals, alarms, fallen, score

AT = datetime(2021, 1, 15, 15, 0, tzinfo=UTC)
WELL = Figures(
    active=True, added_at=AT - timedelta(days=100), expected_every=timedelta(hours=24), last_at=AT - timedelta(hours=3),
    has_folder=False,
    keys=(Key("abcd", AT + timedelta(days=200)),), disagreeing=(), last_day=100, usual=(110, 90, 100, 95), troubles=(),
)  # fmt: skip


def raised(**changes: Any) -> dict[str, dict[str, str]]:
    found = alarms(replace(WELL, **changes), at=AT)
    assert all(one.alarm in ALARMS for one in found)
    return {one.alarm: dict(one.facts) for one in found}


def test_a_sender_that_is_well() -> None:
    assert raised() == {}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"last_at": AT - timedelta(hours=25)}, {"silent": {"hours": "25"}}),
        ({"last_at": AT - timedelta(hours=24)}, {}),
        ({"last_at": None}, {"silent": {"hours": "2400"}}),
        ({"last_at": None, "added_at": AT - timedelta(hours=2), "usual": ()}, {}),
        ({"expected_every": timedelta(hours=168), "last_at": AT - timedelta(hours=100)}, {}),
        ({"keys": (Key("abcd", AT + timedelta(days=14)),)}, {"key_expires": {"key": "abcd", "days": "14"}}),
        ({"keys": (Key("abcd", AT + timedelta(days=15)),)}, {}),
        ({"keys": (Key("abcd", AT),)}, {"key_expired": {"key": "abcd"}}),
        ({"keys": (Key("old1", AT), Key("new1", AT + timedelta(days=300)))}, {}),
        ({"keys": ()}, {"no_key": {}}),
        ({"keys": (), "has_folder": True}, {}),
        (
            {"disagreeing": (Totals("d1", 10, 9),)},
            {"totals_disagree": {"delivery": "d1", "declared": "10", "counted": "9"}},
        ),
        ({"last_day": 48}, {"fallen": {"came": "48", "usual": "98"}}),
        ({"last_day": 49}, {}),
        ({"last_day": 49, "usual": (100,)}, {}),
        ({"troubles": ("file_empty",)}, {"trouble": {"code": "file_empty"}}),
        ({"active": False}, {"unconfirmed": {}}),
        ({"active": False, "last_at": None}, {}),
    ],
)
def test_what_raises_an_alarm(changes: dict[str, Any], expected: dict[str, dict[str, str]]) -> None:
    assert raised(**changes) == expected


@pytest.mark.parametrize(
    ("last_day", "usual", "so"),
    [
        (0, (), False),
        (0, (500,), False),
        (0, (19, 19), False),
        (9, (20, 20), True),
        (10, (20, 20), False),
        (0, (0, 0, 300, 300), True),
    ],
)
def test_a_sudden_fall(last_day: int, usual: tuple[int, ...], so: bool) -> None:
    assert fallen(last_day, usual) is so


def test_a_score_weighs_every_shortcoming_alike() -> None:
    made = score(reports=200, held=2, late=100, no_phone=50, no_address=0, no_birth_date=50)
    assert (made.late, made.no_phone, made.no_address, made.no_birth_date, made.held) == (0.5, 0.25, 0.0, 0.25, 0.01)
    assert made.points == 75
    assert score(reports=1, held=0, late=0, no_phone=0, no_address=0, no_birth_date=0).points == 100


def test_no_reports_no_score() -> None:
    made = score(reports=0, held=0, late=0, no_phone=0, no_address=0, no_birth_date=0)
    assert made.points is None and made.late is None
