"""Which positive results belong to one illness, and when another one is a new case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from tracing.diseases.rules.results import Positive
from tracing.diseases.ruleset.shapes import EpisodeRule, RuleSet


@dataclass(frozen=True, slots=True)
class Episode:
    """One illness of one person. Episodes are numbered from 1 in order of time."""

    number: int
    first_positive_on: date
    """First positive specimen, withdrawn ones included: it never moves when a result is taken back."""
    counted_from: date
    """First positive or onset, whichever is earlier: the 90 days (or what the rule says) run from here."""
    opened_by: UUID | str
    result_ids: tuple[UUID | str, ...]
    first_current_on: date | None
    """First positive specimen that still stands; None = all were taken back."""
    needs_review: bool
    """No positive stands any more: a person decides what becomes of the case."""
    rule_id: str


def episodes(ruleset: RuleSet, positives: Iterable[Positive], *, onsets: Iterable[date] = ()) -> tuple[Episode, ...]:
    """All episodes of one person and disease, the same for any order of the results.

    A positive opens a new episode when its specimen was taken MORE than the rule's days after the start of the last
    episode (90 days: day 90 still joins, day 91 is new); the rule is that of the specimen's day. A withdrawn positive
    still shapes the episodes, so that it does not matter whether the withdrawal or another positive comes first.
    Analytes that the rule does not count (antibodies) are left out. `onsets` are days of onset that a person settled;
    an onset shortly before the first positive starts the count.
    """
    ordered = sorted(positives, key=_position)
    known_onsets = sorted(onsets)
    groups: list[list[Positive]] = []
    found: list[tuple[EpisodeRule, date]] = []
    for positive in ordered:
        rule, _ = ruleset.episodes.at(positive.specimen_on)
        if positive.analyte in rule.not_counted:
            continue
        if groups and not _is_new(rule, found[-1][1], positive.specimen_on):
            groups[-1].append(positive)
            continue
        groups.append([positive])
        found.append((rule, _counted_from(rule, positive.specimen_on, known_onsets)))
    return tuple(
        _episode(number, rule, start, group) for number, ((rule, start), group) in enumerate(zip(found, groups, strict=True), 1)
    )


def _position(positive: Positive) -> tuple[date, str]:
    return positive.specimen_on, str(positive.result_id)


def _is_new(rule: EpisodeRule, counted_from: date, specimen_on: date) -> bool:
    return rule.days is not None and (specimen_on - counted_from).days > rule.days


def _counted_from(rule: EpisodeRule, first: date, onsets: list[date]) -> date:
    earliest = first - timedelta(days=rule.onset_days_before)
    return min((onset for onset in onsets if earliest <= onset <= first), default=first)


def _episode(number: int, rule: EpisodeRule, counted_from: date, group: list[Positive]) -> Episode:
    first_current = next((positive.specimen_on for positive in group if positive.current), None)
    return Episode(
        number=number,
        first_positive_on=group[0].specimen_on,
        counted_from=counted_from,
        opened_by=group[0].result_id,
        result_ids=tuple(positive.result_id for positive in group),
        first_current_on=first_current,
        needs_review=first_current is None,
        rule_id=rule.id,
    )
