"""Confirmed, probable or suspect, by the case definition in force. National definitions first; the state's practice
fills in.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from tracing.diseases.rules.results import Positive
from tracing.diseases.ruleset.shapes import CaseDefinition, Criterion, RuleSet


@dataclass(frozen=True, slots=True)
class Classification:
    """`code` is confirmed, probable, suspect or not_a_case. `reasons` are codes, the deciding one first."""

    code: str
    rule_id: str
    reasons: tuple[str, ...]
    opens_case: bool


def classify(
    ruleset: RuleSet,
    *,
    positives: Sequence[Positive],
    on: date,
    symptoms: Collection[str] = (),
    exposed: bool = False,
    vital_record: bool = False,
    counted_before: bool = False,
) -> Classification:
    """The class of one episode by the definition in force `on`.

    Pass as `on` the day of the episode's first positive specimen: then reports that arrive in another order, or years
    later, give the same class. Withdrawn results prove nothing. `counted_before` says that the person already has a
    confirmed or probable record in this episode; supportive evidence then adds nothing. For days before the first
    national definition the state's practice holds; before that one too, the earliest definition is used and the reason
    `before_first_version` added.
    """
    current = tuple(positive for positive in positives if positive.current)
    known = frozenset(symptoms)
    tried = _definitions(ruleset, on)
    for definition, note in tried:
        clinical = any(len(group.of & known) >= group.at_least for group in definition.symptom_groups)
        for criterion in definition.criteria:
            if _meets(criterion, on, current, known, clinical, exposed, vital_record, counted_before):
                return Classification(criterion.classification, definition.id, (criterion.reason, *note), criterion.opens_case)
    definition, note = tried[0]
    why = "supportive_only" if current else "results_withdrawn" if positives else "no_evidence"
    return Classification("not_a_case", definition.id, (why, *note), False)


def _definitions(ruleset: RuleSet, on: date) -> tuple[tuple[CaseDefinition, tuple[str, ...]], ...]:
    found: list[tuple[CaseDefinition, tuple[str, ...]]] = []
    for layer, note in (("national", ()), ("state", ("state_practice",))):
        timeline = ruleset.definitions.get(layer)
        definition = timeline.on(on) if timeline else None
        if definition:
            found.append((definition, note))
    if found:
        return tuple(found)
    earliest = min((timeline.rules[0] for timeline in ruleset.definitions.values()), key=lambda rule: rule.starts_on)
    return ((earliest, ("before_first_version",)),)


def _meets(
    criterion: Criterion,
    on: date,
    current: tuple[Positive, ...],
    symptoms: frozenset[str],
    clinical: bool,
    exposed: bool,
    vital_record: bool,
    counted_before: bool,
) -> bool:
    if criterion.analytes and not any(_proves(criterion, positive) for positive in current):
        return False
    if criterion.ends_on is not None and on > criterion.ends_on:
        return False
    return (
        criterion.symptoms <= symptoms
        and (clinical or not criterion.clinical)
        and (exposed or not criterion.exposed)
        and (clinical or exposed or not criterion.clinical_or_exposed)
        and (vital_record or not criterion.vital_record)
        and not (counted_before and criterion.never_counted_before)
    )


def _proves(criterion: Criterion, positive: Positive) -> bool:
    return (
        positive.analyte in criterion.analytes
        and (criterion.presumptive is None or criterion.presumptive == positive.presumptive)
        and (criterion.self_test is None or criterion.self_test == positive.self_test)
    )
