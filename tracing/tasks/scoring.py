"""From a task's facts to its priority, by the rules of its disease. Pure.

`Task.facts` holds the fields of `PriorityFacts` but for `decision_on` and `attempts`, with days as YYYY-MM-DD.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any, Final

from tracing.diseases.rules import Priority, PriorityFacts, priority
from tracing.diseases.ruleset import rule_sets

_NOT_KEPT: Final = frozenset({"decision_on", "attempts"})
_DAYS: Final = frozenset({"specimen_on", "onset_on", "isolation_ends_on"})
_KEPT: Final = tuple(field.name for field in fields(PriorityFacts) if field.name not in _NOT_KEPT)


def kept(facts: PriorityFacts) -> dict[str, Any]:
    """As `Task.facts` holds them; what is not known is left out."""
    known = {name: getattr(facts, name) for name in _KEPT if getattr(facts, name) not in (None, "")}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in known.items()}


def score(disease: str, facts: Mapping[str, Any], *, attempts: int, on: date) -> Priority | None:
    """The priority on that day; None for a disease without rules and for work that has no facts to score."""
    ruleset = rule_sets().get(disease)
    if ruleset is None or not facts:
        return None
    known = {name: facts[name] for name in _KEPT if facts.get(name) is not None}
    for name in _DAYS & known.keys():
        known[name] = date.fromisoformat(known[name])
    return priority(ruleset, PriorityFacts(decision_on=on, attempts=attempts, **known))


def reasons(scored: Priority) -> list[list[Any]]:
    """As `Task.reasons` holds them: [[code, points, value], …], the heaviest first."""
    return [[reason.code, reason.points, reason.value] for reason in scored.reasons]
