"""How guessing a password is slowed down."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tracing.access.rules import PAUSE, PERMISSIONS, REFUSALS_UNTIL_PAUSE, must_pause


@pytest.mark.parametrize(("refusals", "pause"), [(0, False), (4, False), (5, True), (6, True)])
def test_after_five_refusals_there_is_a_pause(refusals: int, pause: bool) -> None:
    assert must_pause(refusals) is pause


def test_the_pause_is_long_for_a_machine_and_short_for_a_human() -> None:
    guesses_a_day = timedelta(days=1) / PAUSE * REFUSALS_UNTIL_PAUSE
    assert timedelta(minutes=1) <= PAUSE <= timedelta(minutes=15) and guesses_a_day < 2_000


def test_every_permission_is_said_in_words() -> None:
    assert all(code.count(".") == 1 and " " in words for code, words in PERMISSIONS.items())
