"""Of what staff are told: data with dates, a state's own where it has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any, Final

from tracing.jurisdictions.dated import in_force
from tracing.notices.rules import Hours, Rule

OURS: Final = Path(__file__).with_name("notices.toml")
ASKED: Final = {"code", "label", "on", "roles", "category", "diseases", "settings", "at_once", "escalate", "mail"}


@dataclass(frozen=True, slots=True)
class Telling:
    """The version in force on a day."""

    code: str
    since: date
    hours: Hours
    morning_hour: int
    """Of the state's clock."""
    morning_roles: tuple[str, ...]
    rules: Mapping[str, Rule]

    @property
    def verbs(self) -> frozenset[str]:
        return frozenset().union(*(rule.on for rule in self.rules.values()))


def telling(on: date) -> Telling:
    """What holds on a day. One small query: which state's profile is loaded."""
    return in_force(OURS, version, on)


def version(one: dict[str, Any]) -> Telling:
    """One version of the file; refuses what makes no sense."""
    opens, closes = one["opens"], one["closes"]
    if not isinstance(opens, time) or not isinstance(closes, time) or not opens < closes or not set(one["days"]) <= set(range(7)):
        raise ValueError(f"{one['code']}: hours from opens to closes, days from 0 to 6")
    rules = {rule.code: rule for rule in map(_rule, one["notice"])}
    if len(rules) != len(one["notice"]):
        raise ValueError(f"{one['code']}: a notice is named twice")
    return Telling(
        one["code"], one["from"], Hours(opens, closes, frozenset(one["days"])), int(one["morning_hour"]), tuple(one["morning_roles"]), rules
    )


def _rule(one: dict[str, Any]) -> Rule:
    if strange := set(one) - ASKED:
        raise ValueError(f"{one['code']}: nothing is called {', '.join(sorted(strange))}")
    if not one["on"] or not one["roles"] or len(one["code"]) > 40:
        raise ValueError(f"{one['code']}: at least one verb and one role, a code of 40 characters at most")
    if any(minutes < 1 for minutes in one.get("escalate", ())):
        raise ValueError(f"{one['code']}: whole minutes from 1")
    return Rule(
        one["code"], one["label"], frozenset(one["on"]), tuple(one["roles"]), one.get("category"), frozenset(one.get("diseases", ())),
        frozenset(one.get("settings", ())), one.get("at_once", False), tuple(one.get("escalate", ())), one.get("mail", False),
    )
