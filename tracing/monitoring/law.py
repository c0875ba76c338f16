"""What an order must say and how long it may last: data with dates, a state's own where it has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from string import Formatter
from typing import Any, Final

from tracing.jurisdictions.dated import in_force

OURS: Final = Path(__file__).with_name("orders.toml")
BLANKS: Final = frozenset({"name", "born", "unit", "law", "disease", "place", "from", "until", "basis", "terms"})


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
    return in_force(OURS, version, on)


def version(one: dict[str, Any]) -> Law:
    """One version of the file; refuses what makes no sense."""
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
