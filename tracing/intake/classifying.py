"""An interview told of symptoms: the case is classified anew, from these and from the results that are kept here."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from tracing.cases.classifying import reclassify
from tracing.cases.models import Case
from tracing.intake.case_news import answers_of, positives_of
from tracing.journal.actor import job
from tracing.journal.follower import follow
from tracing.journal.models import Entry

INTERVIEWED: Final = ("case.interviewed",)
CERTAIN: Final = "confirmed"
"""A laboratory has confirmed it: what is told makes it nothing else."""


def follow_interviews(at: datetime) -> int:
    """Answer the interviews that were kept since the last time. How many."""
    return follow("intake.classification", verbs=INTERVIEWED, answer=_answer, at=at)


def _answer(entry: Entry, at: datetime) -> None:
    case = Case.objects.filter(pk__in=[entry.subject_id]).exclude(classification=CERTAIN).first()
    if case is None:
        return
    told = answers_of(case.person_id, case.disease)
    symptoms = {one for said in told if said.field == "symptoms" for one in said.value}
    exposed = any(said.field == "exposed" and said.value for said in told)
    reclassify(
        case=case, positives=positives_of(case.person_id, case.disease), symptoms=symptoms, exposed=exposed,
        by=job("classify_interviewed_cases"), at=at,
    )  # fmt: skip
