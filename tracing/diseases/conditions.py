"""Every condition that feeds name: report category, who may see it, whether there is a rule set. Pure: no Django, no clock."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tracing.diseases import codebook
from tracing.diseases.ruleset import rule_sets
from tracing.diseases.ruleset.reading import Item, RuleSetError

FILE = Path(__file__).parent / "conditions.toml"
PROGRAMMES = frozenset({"hiv", "sti", "tuberculosis"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition, as `codes/conditions.csv` names it and `conditions.toml` says who must know of it."""

    code: str
    name: str
    event_code: str = ""
    """National notifiable disease event code."""
    categories: tuple[tuple[int, int], ...] = ()
    """(year of the state's list, category), oldest first."""
    sensitive: str = ""
    """The programme whose own interface manager alone sees its reports: hiv, sti, tuberculosis; "" for others."""
    listed: bool = True
    """False for a code that the list does not know."""

    @property
    def has_rule_set(self) -> bool:
        """Without one, reports wait in a list that only the interface manager sees."""
        return self.code in rule_sets()

    def category(self, year: int) -> int | None:
        """Connecticut report category in that year: 1 = by telephone the same day; None = none known."""
        return next((category for since, category in reversed(self.categories) if since <= year), None)


@cache
def conditions() -> Mapping[str, Condition]:
    """All conditions by code."""
    with FILE.open("rb") as file:
        items = Item("conditions.toml", tomllib.load(file)).items("condition", name="code", needed=True)
    known = codebook.load().conditions
    found = {entry.code: Condition(code=entry.code, name=entry.name, event_code=entry.event_code) for entry in known.values()}
    for item in items:
        code = item.text("code")
        if code not in known:
            raise RuleSetError(f"conditions.toml: {code} is not in codes/conditions.csv")
        found[code] = Condition(
            code=code,
            name=known[code].name,
            event_code=known[code].event_code,
            categories=_categories(item),
            sensitive=item.text_or("sensitive", among=PROGRAMMES),
        )
        item.done()
    return found


@cache
def sensitive_codes() -> frozenset[str]:
    """Conditions that a membership must name before anything about them is seen."""
    return frozenset(code for code, one in conditions().items() if one.sensitive)


def condition(code: str) -> Condition:
    """The condition; for a code that is not listed one that says so (it has no rule set and waits like those)."""
    return conditions().get(code) or Condition(code=code, name=code, listed=False)


def _categories(item: Item) -> tuple[tuple[int, int], ...]:
    found = []
    for part in item.items("reporting"):
        found.append((part.whole("year", least=1990, most=2100), part.whole("category", least=1, most=2)))
        part.done()
    return tuple(sorted(found))
