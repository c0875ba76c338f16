"""Permissions, and how guessing a password is slowed down."""

from __future__ import annotations

from datetime import timedelta

from tracing.access.entry.rules import PAIR_PAUSE, PAIR_REFUSALS
from tracing.access.rules import PERMISSIONS


def test_the_pause_is_long_for_a_machine_and_short_for_a_human() -> None:
    guesses_a_day = timedelta(days=1) / PAIR_PAUSE * PAIR_REFUSALS
    assert timedelta(minutes=1) <= PAIR_PAUSE <= timedelta(minutes=15) and guesses_a_day < 2_000


def test_every_permission_is_said_in_words() -> None:
    assert all(code.count(".") == 1 and " " in words for code, words in PERMISSIONS.items())
