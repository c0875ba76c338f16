"""Versions of one rule must follow each other without overlap and, where somebody would be left without a rule,
without gap.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from tracing.diseases.ruleset.reading import RuleSetError
from tracing.diseases.ruleset.shapes import Dated

_DAY = timedelta(days=1)


def refuse_overlaps(where: str, rules: Iterable[Dated]) -> None:
    """No day may have two versions."""
    ordered = sorted(rules, key=lambda rule: rule.starts_on)
    for earlier, later in zip(ordered, ordered[1:], strict=False):
        if earlier.ends_on is None or later.starts_on <= earlier.ends_on:
            raise RuleSetError(
                f"{where}: {earlier.id} ({_days(earlier)}) overlaps {later.id} ({_days(later)}); "
                f"close the earlier one on {later.starts_on - _DAY}"
            )


def refuse_gaps(where: str, rules: Sequence[Dated]) -> None:
    """Every day from the first version on must have one (overlaps are judged elsewhere), and the last stays open."""
    if not rules:
        raise RuleSetError(f"{where}: there is no rule at all")
    ordered = sorted(rules, key=lambda rule: rule.starts_on)
    covered: date | None = ordered[0].starts_on - _DAY
    last = ordered[0].id
    for rule in ordered:
        if covered is None:
            break
        if rule.starts_on > covered + _DAY:
            raise RuleSetError(f"{where}: no rule from {covered + _DAY} to {rule.starts_on - _DAY}, between {last} and {rule.id}")
        if rule.ends_on is None:
            covered = None
        elif rule.ends_on > covered:
            covered, last = rule.ends_on, rule.id
    if covered is not None:
        raise RuleSetError(f"{where}: no rule after {covered}: {last} ended and nothing follows")


def refuse_twice(where: str, ids: Iterable[str]) -> None:
    """An id names one rule for ever."""
    seen: set[str] = set()
    for rule_id in ids:
        if rule_id in seen:
            raise RuleSetError(f"{where}: the id {rule_id} is used twice")
        seen.add(rule_id)


def _days(rule: Dated) -> str:
    return f"{rule.starts_on} to {rule.ends_on or 'now'}"
