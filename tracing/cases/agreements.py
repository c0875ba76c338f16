"""The rules by which departments share and hand over: data with dates, a state's own where its profile has them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from tracing.cases.rules import Hours
from tracing.jurisdictions.models import Profile

OURS: Final = Path(__file__).with_name("agreements.toml")
THEIRS: Final = "sharing.toml"
"""In a profile's folder: takes the place of ours."""

PURPOSES: Final = ("care", "school_safety", "investigation", "covering", "other")
"""Codes of what a case is shared for; their words stand with the pages."""


class AgreementWrong(Exception):
    """A file of rules that cannot be used; the message says where."""


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
    code = Profile.objects.order_by("-loaded_at").values_list("code", flat=True).first()
    theirs = Path(settings.PROFILES) / code / THEIRS if code else OURS
    versions = _read(theirs if theirs.exists() else OURS)
    return next((one for one in reversed(versions) if one.since <= on), versions[0])


@lru_cache(maxsize=8)
def _read(path: Path) -> tuple[Agreement, ...]:
    return read(tomllib.loads(path.read_text(encoding="utf-8")), str(path.name))


def read(table: dict[str, Any], name: str) -> tuple[Agreement, ...]:
    """Every version, the oldest first. Raises AgreementWrong."""
    try:
        versions = sorted((_version(one) for one in table["version"]), key=lambda one: one.since)
    except (KeyError, TypeError, ValueError) as fault:
        raise AgreementWrong(f"{name}: {fault!r}") from fault
    if not versions:
        raise AgreementWrong(f"{name}: no version")
    return tuple(versions)


def _version(one: dict[str, Any]) -> Agreement:
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
