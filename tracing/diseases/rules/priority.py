"""How urgent a call is: a number between 0 and 1000, and the reasons behind every point of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracing.diseases.ruleset.shapes import RuleSet, Weight


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityFacts:
    """What a priority may look at; None = not known, and then nothing is added or taken."""

    decision_on: date
    of: str = "case"
    """case | contact: whose rules."""
    specimen_on: date | None = None
    onset_on: date | None = None
    age: int | None = None
    symptomatic: bool = False
    setting_kind: str = ""
    setting_role: str = ""
    household_size: int | None = None
    hospitalised: bool = False
    high_risk: bool = False
    outbreak: bool = False
    attempts: int = 0
    isolation_ends_on: date | None = None
    classification: str = ""
    pregnant: bool = False
    interpreter: bool = False
    """They prefer a language other than English."""
    first_exposure_on: date | None = None
    last_exposure_on: date | None = None
    """Of all exposures that count; while one continues, the day of the decision."""
    continues: bool = False
    """They live with a case and cannot keep apart."""
    sources: int | None = None
    """Cases they were exposed to."""
    susceptible: bool = False
    """No vaccination and no earlier infection is known that would protect them."""
    quarantine_ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why points were given: the code, the points, and the fact's value for the words ("specimen taken 3 days ago")."""

    code: str
    points: int
    value: int | str = ""


@dataclass(frozen=True, slots=True)
class Priority:
    """`score` 0 to 1000, higher is called sooner. `reasons` begin with the heaviest."""

    score: int
    reasons: tuple[Reason, ...]
    rule_id: str


def priority(ruleset: RuleSet, facts: PriorityFacts) -> Priority:
    """By the weights in force on the day of the decision; before the first version by the first one."""
    rule, _ = ruleset.priority[facts.of].at(facts.decision_on)
    values = _values(facts)
    reasons: list[Reason] = []
    counted: set[str] = set()
    score = rule.base
    if rule.base_reason:
        reasons.append(Reason(rule.base_reason, rule.base))
    for weight in rule.weights:
        value = values[weight.fact]
        if value is None or value == "" or weight.group in counted:
            continue
        points = _points(weight, value)
        if points is None:
            continue
        counted.add(weight.group)
        if points:
            score += points
            reasons.append(Reason(weight.code, points, value))
    reasons.sort(key=_heaviest)
    return Priority(max(rule.floor, min(rule.ceiling, score)), tuple(reasons), rule.id)


def _heaviest(reason: Reason) -> int:
    return -abs(reason.points)


def _points(weight: Weight, value: int | str) -> int | None:
    if isinstance(value, str):
        return weight.points if value in weight.among else None
    if weight.each:
        units = min(value, weight.at_most or 0)
        return weight.points * units if units > 0 else None
    if weight.at_least is not None and value < weight.at_least:
        return None
    if weight.at_most is not None and value > weight.at_most:
        return None
    return weight.points


def _values(facts: PriorityFacts) -> dict[str, int | str | None]:
    day = facts.decision_on
    since_specimen = None if facts.specimen_on is None else (day - facts.specimen_on).days
    since_onset = None if facts.onset_on is None else (day - facts.onset_on).days
    if since_specimen is None or since_onset is None:
        since_latest = since_onset if since_specimen is None else since_specimen
    else:
        since_latest = min(since_specimen, since_onset)
    return {
        "age": facts.age,
        "attempts": facts.attempts,
        "classification": facts.classification,
        "continues": int(facts.continues),
        "days_in_isolation_left": None if facts.isolation_ends_on is None else (facts.isolation_ends_on - day).days,
        "days_in_quarantine_left": None if facts.quarantine_ends_on is None else (facts.quarantine_ends_on - day).days,
        "days_since_exposure": 0 if facts.continues else None if facts.last_exposure_on is None else (day - facts.last_exposure_on).days,
        "days_since_first_exposure": None if facts.first_exposure_on is None else (day - facts.first_exposure_on).days,
        "days_since_latest": since_latest,
        "days_since_onset": since_onset,
        "days_since_specimen": since_specimen,
        "high_risk": int(facts.high_risk),
        "hospitalised": int(facts.hospitalised),
        "household_size": facts.household_size,
        "interpreter": int(facts.interpreter),
        "outbreak": int(facts.outbreak),
        "pregnant": int(facts.pregnant),
        "setting": facts.setting_kind,
        "setting_role": facts.setting_role,
        "sources": facts.sources,
        "susceptible": int(facts.susceptible),
        "symptomatic": int(facts.symptomatic),
    }
