"""Whether an exposure counts as close contact, and when somebody was exposed themselves, by the rules in force on the day of the decision."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from tracing.diseases.ruleset.shapes import RuleSet


@dataclass(frozen=True, slots=True)
class Closeness:
    """`close` is None where what is known does not decide it: a tracer asks, or decides."""

    close: bool | None
    rule_id: str
    reasons: tuple[str, ...]


def close_contact(
    ruleset: RuleSet,
    *,
    decision_on: date,
    feet: float | None = None,
    longest_minutes: int | None = None,
    minutes_in_24h: int | None = None,
    kinds: Collection[str] = (),
    setting: str = "general",
    both_masked_pupils: bool = False,
) -> Closeness:
    """`longest_minutes` is the longest single stretch, `minutes_in_24h` the sum over 24 hours; `kinds` situations
    that count by themselves (care at home, direct contact …). Membership of one household always counts.
    """
    rule, early = ruleset.contact["general"].at(decision_on)
    reasons = ("before_first_version",) if early else ()
    special = ruleset.contact.get(setting)
    if setting != "general" and special is not None:
        found = special.on(decision_on)
        if found is not None and (both_masked_pupils or not found.masked_pupils_only):
            rule, reasons = found, ()
    by_kind = sorted((rule.also_counts | {"household"}) & frozenset(kinds))
    if by_kind:
        return Closeness(True, rule.id, (*by_kind, *reasons))
    if rule.feet is None:
        return Closeness(None, rule.id, ("not_enough_known", *reasons))
    if feet is not None and feet > rule.feet:
        return Closeness(False, rule.id, ("too_far", *reasons))
    if rule.minutes_counted == "day_total":
        minutes = max((known for known in (longest_minutes, minutes_in_24h) if known is not None), default=None)
    else:
        minutes = longest_minutes
    if minutes is not None and minutes < rule.minutes:
        return Closeness(False, rule.id, ("too_short", *reasons))
    if minutes is None or feet is None:
        return Closeness(None, rule.id, ("not_enough_known", *reasons))
    return Closeness(True, rule.id, ("near_and_long", *reasons))


def exposure_window(ruleset: RuleSet, *, began_on: date, decision_on: date) -> tuple[date, date]:
    """The first and the last day on which somebody who fell ill (or was found positive) on `began_on` can have been infected."""
    rule, _ = ruleset.incubation.at(decision_on)
    return began_on - timedelta(days=rule.longest), began_on - timedelta(days=rule.shortest)
