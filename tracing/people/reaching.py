"""From which age on somebody answers for themselves, and where to look for details: data with dates, a state's own where it has them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from tracing.jurisdictions.models import Profile

OURS: Final = Path(__file__).with_name("reaching.toml")
THEIRS: Final = "reaching.toml"


class ReachingWrong(Exception):
    """A file that cannot be used; the message says where."""


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
    code = Profile.objects.order_by("-loaded_at").values_list("code", flat=True).first()
    theirs = Path(settings.PROFILES) / code / THEIRS if code else OURS
    versions = _read(theirs if theirs.exists() else OURS)
    return next((one for one in reversed(versions) if one.since <= on), versions[0])


@lru_cache(maxsize=8)
def _read(path: Path) -> tuple[Reaching, ...]:
    return read(tomllib.loads(path.read_text(encoding="utf-8")), path.name)


def read(table: dict[str, Any], name: str) -> tuple[Reaching, ...]:
    """Every version, the oldest first. Raises ReachingWrong."""
    try:
        versions = sorted((_version(one) for one in table["version"]), key=lambda one: one.since)
    except (KeyError, TypeError, ValueError) as fault:
        raise ReachingWrong(f"{name}: {fault!r}") from fault
    if not versions:
        raise ReachingWrong(f"{name}: no version")
    return tuple(versions)


def _version(one: dict[str, Any]) -> Reaching:
    sources = {str(source["code"]): str(source["name"]) for source in one["source"]}
    if not 10 <= one["grown_up"] <= 25 or not isinstance(one["from"], date) or not sources:
        raise ValueError(f"{one['code']}: an age from 10 to 25, a date and at least one source")
    if any(len(code) > 20 for code in sources):
        raise ValueError(f"{one['code']}: a code has 20 characters at most")
    return Reaching(one["code"], one["from"], one["grown_up"], sources)
