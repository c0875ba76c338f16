"""What a person told of their illness counts for their classification beside what reports say."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from tracing.cases.models import Case, Interview
from tracing.diseases.rules import Positive, classify
from tracing.diseases.ruleset import rule_set
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record


def symptoms_told(cases: Iterable[UUID]) -> dict[UUID, frozenset[str]]:
    """Case → the symptoms of its newest interview that tells any."""
    rows = Interview.objects.filter(case__in=cases).exclude(symptoms=[]).order_by("at", "id")
    return {row.case_id: frozenset(row.symptoms) for row in rows.only("case_id", "symptoms")}


@action
def reclassify(
    *, case: Case, positives: Sequence[Positive], symptoms: Collection[str] = (), exposed: bool = False, by: Actor, at: datetime
) -> Case | Unchanged:
    """Classify anew from every positive result of the person and what reports and the person told. A case whose results were withdrawn
    waits for a human, and one that rests under another is what that one is: both stay as they are."""
    locked = Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)
    if locked.needs_review or locked.merged_into_id is not None:
        return UNCHANGED
    of_this = [one for one in positives if locked.first_positive_on <= one.specimen_on <= locked.last_positive_on]
    if not any(one.current for one in of_this):
        return UNCHANGED
    rules = rule_set(locked.disease)
    told = frozenset(symptoms) | symptoms_told([locked.pk]).get(locked.pk, frozenset())
    made = classify(rules, positives=of_this, on=locked.first_positive_on, symptoms=told, exposed=exposed)
    rule = f"{rules.disease}/{made.rule_id}"
    if (locked.classification, locked.classification_rule) == (made.code, rule):
        return UNCHANGED
    was = locked.classification
    locked.classification, locked.classification_rule = made.code, rule
    locked.save(update_fields=["classification", "classification_rule"])
    record("case.changed", by=by, at=at, subject=("case", locked.pk), person=locked.person_id, disease=locked.disease,
           codes={"rule": rule, "reasons": list(made.reasons)}, changed=["classification"], old={"classification": was})  # fmt: skip
    return locked
