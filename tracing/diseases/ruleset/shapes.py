"""What a rule set is made of. Every dated rule carries its id, its days (inclusive), who issued it and how sure we
are of it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """One version of one rule. `starts_on` and `ends_on` are both days on which it holds; `ends_on` None = still
    open.
    """

    id: str
    title: str
    starts_on: date
    ends_on: date | None
    issuer: str
    basis: str
    """checked | partly | unchecked (how sure we are of the source) | chosen (set by this project or a state)."""
    source: str
    note: str


Rule = TypeVar("Rule", bound=Dated)


class Timeline(Generic[Rule]):
    """The versions of one rule in order of time. Versions never overlap (the loader refuses them)."""

    __slots__ = ("rules", "_starts")

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.rules = tuple(sorted(rules, key=lambda rule: rule.starts_on))
        self._starts = tuple(rule.starts_on for rule in self.rules)

    def on(self, day: date) -> Rule | None:
        """The version in force on that day."""
        index = bisect_right(self._starts, day)
        if not index:
            return None
        rule = self.rules[index - 1]
        return rule if rule.ends_on is None or day <= rule.ends_on else None

    def at(self, day: date) -> tuple[Rule, bool]:
        """The version in force, or the first one for an earlier day: then the second value is True and the reason
        says so.
        """
        rule = self.on(day)
        if rule is not None:
            return rule, False
        return self.rules[0], True


@dataclass(frozen=True, slots=True, kw_only=True)
class SymptomGroup:
    """The clinical criterion is met by `at_least` symptoms out of `of`."""

    at_least: int
    of: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One way to meet a case definition; every condition that is set must hold."""

    classification: str
    """confirmed | probable | suspect"""
    reason: str
    analytes: frozenset[str]
    """A current positive with one of these; empty = no test needed."""
    presumptive: bool | None
    self_test: bool | None
    """Test done outside a licensed laboratory or provider (home test); None = either."""
    symptoms: frozenset[str]
    """All of these."""
    clinical: bool
    """One of the definition's symptom groups is met."""
    exposed: bool
    """Epidemiologic link."""
    clinical_or_exposed: bool
    vital_record: bool
    never_counted_before: bool
    opens_case: bool
    ends_on: date | None
    """Last day of this criterion, where it ends before its definition does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDefinition(Dated):
    """Criteria in order of strength; the first that is met decides."""

    layer: str
    """national | state. The state's practice fills in where the national definition gives no case or does not exist
    yet.
    """
    symptom_groups: tuple[SymptomGroup, ...]
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeRule(Dated):
    """When another positive result is a new case."""

    days: int | None
    """More than this many days after the start of the last counted episode; None = one episode in a life."""
    not_counted: frozenset[str]
    """Analytes that never make or join an episode (antibodies)."""
    onset_days_before: int
    """An onset this many days before the first positive belongs to that episode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IsolationRule(Dated):
    """How long a case stays at home. `days` counts from day zero; the last day at home is day zero + days."""

    populations: tuple[str, ...]
    """general | severe | k12"""
    courses: tuple[str, ...]
    """symptomatic | never_symptomatic"""
    option: str
    alternative: bool
    """May be chosen by a person instead of the main rule; never computed by itself."""
    day_zero: str
    """onset | first_positive (onset falls back to the first positive when unknown)."""
    days: int | None
    days_at_most: int | None
    """A person may lengthen the period up to this day."""
    until_well: bool
    """No fixed length for people with symptoms: at home until the conditions are met."""
    conditions: tuple[str, ...]
    after_period: tuple[str, ...]
    after_days: int | None
    """Precautions for this many days after the end."""
    after_through_day: int | None
    """Precautions through this day, counted from day zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """One way for a contact to need no quarantine; every condition that is set must hold on the day of exposure."""

    reason: str
    infected_within_days: int | None
    vaccinated_for_days: int | None
    """The last dose of the first series at least this many days before the exposure."""
    vaccinated_within_months: int | None
    vaccine: str
    boosted: bool
    immune: bool
    prophylaxis: str
    prophylaxis_within_hours: int | None
    starts_on: date | None
    """First day of this way, where it came later than its rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineRule(Dated):
    """One option for a contact. `days` counts from the last exposure; the last day at home is that day."""

    option: str
    preferred: bool
    exempts: tuple[Exemption, ...]
    """Not empty = this rule is an exemption and holds for those who meet one of these."""
    days: int
    starts_days_after: int
    """Quarantine begins this many days after the FIRST exposure."""
    test_from_day: int | None
    test_required: bool
    """A negative test on a specimen of that day or later is a condition, not advice."""
    lengthened_by: str
    lengthened_days: int | None
    """With this prophylaxis the period lasts this many days instead."""
    conditions: tuple[str, ...]
    after_period: tuple[str, ...]
    after_through_day: int | None
    monitor_through_day: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDefinition(Dated):
    """What counts as close contact, and the days of a case in which it counts."""

    setting: str
    """general | k12_classroom"""
    feet: int | None
    minutes: int
    minutes_counted: str
    """one_stretch | day_total"""
    masked_pupils_only: bool
    also_counts: frozenset[str]
    days_before_onset: int
    days_before_positive: int
    ends_days_after: int | None
    """Days after day zero; None = until isolated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """`code` applies when every condition that is set holds. The first clause that applies decides."""

    id: str
    code: str
    reason: str
    settings: frozenset[str]
    roles: frozenset[str]
    classifications: frozenset[str]
    within_days: int | None
    """The newer of onset and specimen (for contacts: the last exposure) at most this many days before the decision."""
    over_days: int | None
    specimen_over_days: int | None
    age_from: int | None
    flags: frozenset[str]
    """All of these facts: high_risk, outbreak, household, school_exposure, symptomatic."""
    without: frozenset[str]
    """None of these."""
    starts_on: date | None
    """First day of this clause, where it came later than its rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What a tracer tells people while the rule holds."""

    id: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncubationRule(Dated):
    """Days from the exposure to the onset, the shortest and the longest."""

    shortest: int
    longest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeRule(Dated):
    """Who is called, written to, handled with a facility, or only counted."""

    of: str
    """case | contact"""
    clauses: tuple[Clause, ...]
    advice: tuple[Advice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """`points` are given when `fact` lies between `at_least` and `at_most`, or is one of `among`. One per group
    counts.
    """

    code: str
    fact: str
    group: str
    at_least: int | None
    at_most: int | None
    among: frozenset[str]
    points: int
    each: bool
    """Points for each unit of the fact, up to `at_most` units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityRule(Dated):
    """Score = base + points, kept between floor and ceiling (0 to 1000). Higher is called sooner."""

    of: str
    """case | contact"""
    base: int
    base_reason: str
    floor: int
    ceiling: int
    weights: tuple[Weight, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRule(Dated):
    """How fast the work must be."""

    provisional_after_hours: int
    """After this a possible match no longer holds a report back."""
    first_call_due_hours: int
    reach_within_hours: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """Everything the program knows about one disease. `version` grows with every published change."""

    disease: str
    version: int
    label: str
    onset_of: str
    """The sign whose first day is the onset: "symptoms", "rash"."""
    definitions: Mapping[str, Timeline[CaseDefinition]] = field(repr=False)
    """By layer."""
    episodes: Timeline[EpisodeRule] = field(repr=False)
    isolation: Mapping[tuple[str, str], Timeline[IsolationRule]] = field(repr=False)
    """By (population, course)."""
    isolation_alternatives: tuple[IsolationRule, ...] = field(repr=False)
    quarantine: tuple[QuarantineRule, ...] = field(repr=False)
    contact: Mapping[str, Timeline[ContactDefinition]] = field(repr=False)
    """By setting."""
    incubation: Timeline[IncubationRule] = field(repr=False)
    scope: Mapping[str, Timeline[ScopeRule]] = field(repr=False)
    """By "case", "contact"."""
    priority: Mapping[str, Timeline[PriorityRule]] = field(repr=False)
    """By "case", "contact"."""
    targets: Timeline[TargetRule] = field(repr=False)
    titles: Mapping[str, str] = field(repr=False)
    """Rule id → title, clauses included."""
    document: Mapping[str, Any] = field(repr=False)
    """The rule set as it was written, dates as ISO text: what is published and digested."""
