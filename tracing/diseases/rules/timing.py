"""How fast the work must be."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from tracing.diseases.ruleset.shapes import RuleSet


def provisional_after_hours(ruleset: RuleSet, on: date) -> int:
    """After so many hours a possible match no longer holds a report back: a provisional person is opened."""
    rule, _ = ruleset.targets.at(on)
    return rule.provisional_after_hours


def first_call_due(ruleset: RuleSet, received_at: datetime) -> datetime:
    """When the first attempt must have been made; the clock runs from the state's receipt."""
    rule, _ = ruleset.targets.at(received_at.date())
    return received_at + timedelta(hours=rule.first_call_due_hours)


def reach_due(ruleset: RuleSet, received_at: datetime) -> datetime | None:
    """By when the person should be reached, where a target is set."""
    rule, _ = ruleset.targets.at(received_at.date())
    return None if rule.reach_within_hours is None else received_at + timedelta(hours=rule.reach_within_hours)
