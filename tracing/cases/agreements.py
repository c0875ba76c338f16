"""The rules by which departments share and hand over: data with dates, a state's own where its profile has them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from tracing.cases.rules import Hours
from tracing.jurisdictions.dated import in_force

OURS: Final = Path(__file__).with_name("sharing.toml")

PURPOSES: Final = ("care", "school_safety", "investigation", "covering", "other")
"""Codes of what a case is shared for; their words stand with the pages."""


@dataclass(frozen=True, slots=True)
class Automatic:
    """A share that nobody asks for."""

    code: str
    organisations: frozenset[str]
    """Kinds of units with which it shares."""
    days_after_isolation: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """The version in force on a day."""

    code: str
    since: date
    share_days: int
    share_days_at_most: int
    after_closing: timedelta
    sender_sees_days: int
    answer_within: timedelta
    hours: Hours
    automatic: tuple[Automatic, ...]

    def rule(self, code: str) -> Automatic | None:
        """An automatic share by its code; None where the state does not want it."""
        return next((one for one in self.automatic if one.code == code), None)


def agreement(on: date) -> Agreement:
    """What holds on a day. One small query: which state's profile is loaded."""
    return in_force(OURS, version, on)


def version(one: dict[str, Any]) -> Agreement:
    """One version of the file; refuses what makes no sense."""
    if not one["opens"] < one["closes"] or min(one["answer_hours"], one["share_days"], one["sender_sees_days"]) < 1:
        raise ValueError(f"{one['code']}: hours and days must be positive, and it opens before it closes")
    if not isinstance(one["from"], date):
        raise ValueError(f"{one['code']}: `from` is a date")
    if one["share_days"] > one["share_days_at_most"]:
        raise ValueError(f"{one['code']}: share_days is more than share_days_at_most")
    return Agreement(
        code=one["code"], since=one["from"], share_days=one["share_days"], share_days_at_most=one["share_days_at_most"],
        after_closing=timedelta(days=one["after_closing_days"]), sender_sees_days=one["sender_sees_days"],
        answer_within=timedelta(hours=one["answer_hours"]),
        hours=Hours(one["opens"], one["closes"], frozenset(one["closed_on"])),
        automatic=tuple(
            Automatic(rule["code"], frozenset(rule["organisations"]), rule["days_after_isolation"])
            for rule in one.get("automatic", ())
            if rule["on"]
        ),
    )  # fmt: skip
