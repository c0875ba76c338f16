"""From a task's facts to its priority, by the rules of its disease and the points that the state has set.

`Task.facts` holds the fields of `PriorityFacts` but for `decision_on` and `attempts`, with days as YYYY-MM-DD.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any, Final

from tracing.diseases.rules import Priority, PriorityFacts, priority
from tracing.diseases.ruleset import RuleSet
from tracing.diseases.tuning import rules_in_force

_NOT_KEPT: Final = frozenset({"decision_on", "attempts"})
_DAYS: Final = frozenset(
    {"specimen_on", "onset_on", "isolation_ends_on", "first_exposure_on", "last_exposure_on", "quarantine_ends_on"}
)
_KEPT: Final = tuple(field for field in fields(PriorityFacts) if field.name not in _NOT_KEPT)


def kept(facts: PriorityFacts) -> dict[str, Any]:
    """As `Task.facts` holds them; what is not known, or as for most people, is left out."""
    known = {field.name: getattr(facts, field.name) for field in _KEPT if getattr(facts, field.name) != field.default}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in known.items()}


def score(
    disease: str, facts: Mapping[str, Any], *, attempts: int, on: date, of: str = "", rules: Mapping[str, RuleSet] | None = None
) -> Priority | None:
    """The priority on that day, by the rules of cases or of contacts: as the facts say, unless `of` does. `rules`: those in force, for whoever
    scores many; asked for otherwise.

    None for a disease without rules and for work that has no facts to score.
    """
    ruleset = (rules_in_force() if rules is None else rules).get(disease) if facts else None
    if ruleset is None:
        return None
    known = {field.name: facts[field.name] for field in _KEPT if facts.get(field.name) is not None}
    known["of"] = of or known.get("of", "case")
    for name in _DAYS & known.keys():
        known[name] = date.fromisoformat(known[name])
    return priority(ruleset, PriorityFacts(decision_on=on, attempts=attempts, **known))


def reasons(scored: Priority) -> list[list[Any]]:
    """As `Task.reasons` holds them: [[code, points, value], …], the heaviest first."""
    return [[reason.code, reason.points, reason.value] for reason in scored.reasons]
