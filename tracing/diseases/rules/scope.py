"""Who is called, who gets a message, who is handled with a facility, and who is only counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracing.diseases.ruleset.shapes import Clause, RuleSet


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeFacts:
    """What the scope rules may look at."""

    decision_on: date
    specimen_on: date | None = None
    onset_on: date | None = None
    last_exposure_on: date | None = None
    """Contacts only."""
    age: int | None = None
    setting_kind: str = ""
    """Where the person lives (`setting_role` resident) or works, learns, visits: nursing_home, prison, shelter,
    school …
    """
    setting_role: str = "resident"
    classification: str = ""
    high_risk: bool = False
    """A person at higher risk of severe illness (pregnancy, weakened immunity, conditions)."""
    outbreak: bool = False
    household: bool = False
    school_exposure: bool = False
    symptomatic: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """`code` is call, message_only, facility or count_only; `rule_id` the guidance behind it; `advice` what tracers
    add.
    """

    code: str
    rule_id: str
    reason: str
    advice: tuple[str, ...] = ()


def scope(ruleset: RuleSet, facts: ScopeFacts) -> Scope:
    """For a case, by the rule in force on the day of the decision; before the first version by the first one."""
    return _scope(ruleset, "case", facts, _newer(facts.onset_on, facts.specimen_on))


def contact_scope(ruleset: RuleSet, facts: ScopeFacts) -> Scope:
    """For a contact: recency is that of the last exposure."""
    return _scope(ruleset, "contact", facts, facts.last_exposure_on)


def _scope(ruleset: RuleSet, of: str, facts: ScopeFacts, latest_on: date | None) -> Scope:
    rule, _ = ruleset.scope[of].at(facts.decision_on)
    days = None if latest_on is None else (facts.decision_on - latest_on).days
    specimen_days = None if facts.specimen_on is None else (facts.decision_on - facts.specimen_on).days
    clause = next(clause for clause in rule.clauses if _applies(clause, facts, days, specimen_days))
    return Scope(clause.code, clause.id, clause.reason, tuple(advice.code for advice in rule.advice))


def _applies(clause: Clause, facts: ScopeFacts, days: int | None, specimen_days: int | None) -> bool:
    """A limit on a date that is not known does not hold: nobody is dropped for a missing date."""
    if clause.settings and facts.setting_kind not in clause.settings:
        return False
    if clause.roles and facts.setting_role not in clause.roles:
        return False
    if clause.classifications and facts.classification not in clause.classifications:
        return False
    if clause.within_days is not None and (days is None or days > clause.within_days):
        return False
    if clause.over_days is not None and (days is None or days <= clause.over_days):
        return False
    if clause.specimen_over_days is not None and (specimen_days is None or specimen_days <= clause.specimen_over_days):
        return False
    if clause.age_from is not None and (facts.age is None or facts.age < clause.age_from):
        return False
    if clause.starts_on is not None and facts.decision_on < clause.starts_on:
        return False
    return all(getattr(facts, flag) for flag in clause.flags) and not any(getattr(facts, flag) for flag in clause.without)


def _newer(one: date | None, other: date | None) -> date | None:
    if one is None or other is None:
        return one or other
    return max(one, other)
