"""What an order must say and how long it may last: data with dates, a state's own where it has them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Any, Final

from django.conf import settings

from tracing.jurisdictions.models import Profile

OURS: Final = Path(__file__).with_name("orders.toml")
THEIRS: Final = "orders.toml"
BLANKS: Final = frozenset({"name", "born", "unit", "law", "disease", "place", "from", "until", "basis", "terms"})


class LawWrong(Exception):
    """A file of orders that cannot be used; the message says where."""


@dataclass(frozen=True, slots=True)
class Wording:
    titles: Mapping[str, str]
    """Kind of order → its title."""
    body: tuple[str, ...]
    """Paragraphs with blanks of BLANKS."""


@dataclass(frozen=True, slots=True)
class Law:
    """The version in force on a day."""

    code: str
    since: date
    citation: str
    """The law an order stands on; "": the state has named none, and every page says so."""
    longest: int
    """Days, first and last counted."""
    wordings: Mapping[str, Wording]
    """Language → words, the first the one that is signed."""


def law(on: date) -> Law:
    """What holds on a day. One small query: which state's profile is loaded."""
    code = Profile.objects.order_by("-loaded_at").values_list("code", flat=True).first()
    theirs = Path(settings.PROFILES) / code / THEIRS if code else OURS
    versions = _read(theirs if theirs.exists() else OURS)
    return next((one for one in reversed(versions) if one.since <= on), versions[0])


@lru_cache(maxsize=8)
def _read(path: Path) -> tuple[Law, ...]:
    return read(tomllib.loads(path.read_text(encoding="utf-8")), path.name)


def read(table: dict[str, Any], name: str) -> tuple[Law, ...]:
    """Every version, the oldest first. Raises LawWrong."""
    try:
        versions = sorted((_version(one) for one in table["version"]), key=lambda one: one.since)
    except (KeyError, TypeError, ValueError) as fault:
        raise LawWrong(f"{name}: {fault!r}") from fault
    if not versions:
        raise LawWrong(f"{name}: no version")
    return tuple(versions)


def _version(one: dict[str, Any]) -> Law:
    words = {name: _wording(name, part) for name, part in one.items() if isinstance(part, dict)}
    if not 1 <= one["longest_days"] <= 120 or not isinstance(one["from"], date) or "en" not in words:
        raise ValueError(f"{one['code']}: from 1 to 120 days, a date and the words in English")
    return Law(one["code"], one["from"], one["citation"], one["longest_days"], {"en": words["en"], **words})


def _wording(language: str, part: dict[str, Any]) -> Wording:
    body = tuple(part["body"])
    unknown = {name for text in body for _t, name, _f, _c in Formatter().parse(text) if name} - BLANKS
    if unknown or not body:
        raise ValueError(f"{language}: blanks that nothing fills: {', '.join(sorted(unknown))}" if unknown else f"{language}: no words")
    return Wording({kind: part[kind] for kind in ("isolation", "quarantine")}, body)
