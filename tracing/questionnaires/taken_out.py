"""An interview handed out as FHIR: a disclosure each time, because a file can go anywhere."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tracing.journal.actions import Actor, action, disclose, record
from tracing.questionnaires import fhir
from tracing.questionnaires.models import Response
from tracing.questionnaires.queries import answers_of, as_answers, document_of


@action
def take_out(*, response: Response, recipient: str, by: Actor, at: datetime) -> dict[str, Any]:
    """The interview as a QuestionnaireResponse; that it left, and to whom, is kept."""
    disclose(by=by, at=at, way="file", recipient=recipient, purpose="public_health", ground="45 CFR 164.512(b)", persons=[response.person_id],
             fields=("interview",), disease=response.disease)  # fmt: skip
    record("response.taken_out", by=by, at=at, subject=("response", response.pk), person=response.person_id, disease=response.disease,
           codes={"questionnaire": response.questionnaire, "version": response.version})  # fmt: skip
    return as_fhir(response)


def as_fhir(response: Response) -> dict[str, Any]:
    """A FHIR R4 QuestionnaireResponse. The person and who wrote it down are named by key."""
    document = document_of(response)
    return fhir.response(
        document, as_answers(document, answers_of(response)), key=str(response.pk), status=response.status,
        subject=f"Patient/{response.person_id}", author=f"Practitioner/{response.begun_by}" if response.begun_by else "",
        language=response.language, authored=response.ended_at or response.begun_at,
    )  # fmt: skip
