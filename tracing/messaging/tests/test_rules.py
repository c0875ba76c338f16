"""What the telephone service says of a call, and what that proposes. No database."""

from __future__ import annotations

import pytest

from tracing.messaging.rules import UNDER_WAY, outcome_of, result_of


@pytest.mark.parametrize(
    ("status", "state", "persons", "result"),
    [
        # The person's line has the last word, whatever was thought before.
        ("in-progress", "connecting", True, "talking"),
        ("in-progress", "ringing", True, "talking"),
        ("in-progress", "ended", True, ""),
        ("in-progress", "talking", True, ""),
        ("completed", "talking", True, "answered"),
        ("completed", "ended", True, "answered"),
        ("busy", "connecting", True, "busy"),
        ("no-answer", "connecting", True, "no_answer"),
        ("failed", "connecting", True, "failed"),
        ("canceled", "ended", True, "cancelled"),
        ("ringing", "connecting", True, ""),
        # The caller's line says that they did not answer, or hung up; never more.
        ("in-progress", "ringing", False, ""),
        ("no-answer", "ringing", False, "not_taken"),
        ("busy", "ringing", False, "not_taken"),
        ("failed", "placing", False, "not_taken"),
        ("completed", "ringing", False, "not_taken"),
        ("completed", "connecting", False, "cancelled"),
        ("completed", "talking", False, "answered"),
        ("completed", "ended", False, ""),
        ("completed", "failed", False, ""),
        ("something new", "ringing", False, ""),
        ("something new", "ringing", True, ""),
    ],
)
def test_what_a_status_means(status: str, state: str, persons: bool, result: str) -> None:
    assert result_of(status, state, persons=persons) == result


@pytest.mark.parametrize(
    ("result", "seconds", "outcome"),
    [
        ("answered", 30, "reached"), ("answered", 600, "reached"), ("answered", 29, ""), ("answered", None, ""), ("busy", None, "busy"),
        ("no_answer", None, "no_answer"), ("failed", None, ""), ("cancelled", None, ""), ("not_taken", None, ""), ("unknown", None, ""),
    ],
)  # fmt: skip
def test_what_is_proposed(result: str, seconds: int | None, outcome: str) -> None:
    assert outcome_of(result, seconds) == outcome


def test_what_is_over_is_not_under_way() -> None:
    assert not {"ended", "failed"} & set(UNDER_WAY)
