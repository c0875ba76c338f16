"""From which age on somebody answers for themselves, and where to look for details: data with dates, a state's own where it has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from tracing.jurisdictions.dated import in_force

OURS: Final = Path(__file__).with_name("reaching.toml")


@dataclass(frozen=True, slots=True)
class Reaching:
    """The version in force on a day."""

    code: str
    since: date
    grown_up: int
    sources: Mapping[str, str]
    """Code → name, in the order in which they are asked."""


def reaching(on: date) -> Reaching:
    """What holds on a day. One small query: which state's profile is loaded."""
    return in_force(OURS, version, on)


def version(one: dict[str, Any]) -> Reaching:
    """One version of the file; refuses what makes no sense."""
    sources = {str(source["code"]): str(source["name"]) for source in one["source"]}
    if not 10 <= one["grown_up"] <= 25 or not isinstance(one["from"], date) or not sources:
        raise ValueError(f"{one['code']}: an age from 10 to 25, a date and at least one source")
    if any(len(code) > 20 for code in sources):
        raise ValueError(f"{one['code']}: a code has 20 characters at most")
    return Reaching(one["code"], one["from"], one["grown_up"], sources)
