"""Points that a state has set instead of those shipped. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tracing.diseases.ruleset.shapes import PriorityRule, RuleSet, Timeline

MOST = 1000
"""A score lies between 0 and this; no weight is heavier."""


@dataclass(frozen=True, slots=True)
class Tuned:
    """What a state has set for the calls to cases or to contacts, from a day on."""

    id: str
    of: str
    from_on: date
    base: int
    points: Mapping[str, int]
    """Code of a weight → points."""


class TuningWrong(Exception):
    """Points that cannot be used: a code, and the weight it concerns ("" for the whole).

    "unknown": the rule has no such weight; "missing": a weight has no points; "heavy": more than MOST either way; "base": not between
    the rule's floor and ceiling; "same": nothing differs from what holds; "past": the day is over.
    """

    def __init__(self, code: str, weight: str = "") -> None:
        super().__init__(code, weight)
        self.code, self.weight = code, weight


def judge(rule: PriorityRule, *, base: int, points: Mapping[str, int], from_on: date, today: date) -> None:
    """Whether these points can stand in the place of the rule's own. Raises TuningWrong."""
    if from_on < today:
        raise TuningWrong("past")
    known = {weight.code: weight.points for weight in rule.weights}
    for code in points:
        if code not in known:
            raise TuningWrong("unknown", code)
    for code in known:
        if code not in points:
            raise TuningWrong("missing", code)
        if abs(points[code]) > MOST:
            raise TuningWrong("heavy", code)
    if not rule.floor <= base <= rule.ceiling:
        raise TuningWrong("base")
    if base == rule.base and dict(points) == known:
        raise TuningWrong("same")


def tuned(ruleset: RuleSet, tunings: Sequence[Tuned]) -> RuleSet:
    """The rule set with the state's points in their place: each holds from its day until the next, or until a newer shipped rule begins."""
    found = dict(ruleset.priority)
    for one in sorted(tunings, key=lambda tuning: tuning.from_on):
        if one.of in found:
            found[one.of] = _with(found[one.of], one)
    return replace(ruleset, priority=found)


def _with(timeline: Timeline[PriorityRule], one: Tuned) -> Timeline[PriorityRule]:
    rule, early = timeline.at(one.from_on)
    if early or {weight.code for weight in rule.weights} != set(one.points):
        return timeline  # made for another version of the rule
    new = replace(
        rule, id=one.id, starts_on=one.from_on, base=one.base,
        weights=tuple(replace(weight, points=one.points[weight.code]) for weight in rule.weights),
    )  # fmt: skip
    kept = [other for other in timeline.rules if other is not rule]
    if rule.starts_on < one.from_on:
        kept.append(replace(rule, ends_on=one.from_on - timedelta(days=1)))
    return Timeline((*kept, new))
