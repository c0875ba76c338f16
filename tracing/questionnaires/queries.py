"""Which interview goes on, and what was answered in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from tracing.access.viewer import Viewer
from tracing.access.visibility import visible_to
from tracing.questionnaires.document import Questionnaire, Value
from tracing.questionnaires.models import Answer, Response
from tracing.questionnaires.rules import Key, restored
from tracing.questionnaires.shipped import questionnaire


def document_of(response: Response) -> Questionnaire:
    """The version in which it was begun: a newer one never changes what was asked."""
    return questionnaire(response.questionnaire, response.version)


def responses_of(person: UUID, disease: str) -> Any:
    """Interviews about this disease, the newest first."""
    return Response.objects.filter(person=person, disease=disease).order_by("-begun_at", "-id")


def responses() -> QuerySet[Response]:
    """Every interview: pages load one through `desk.page.load`."""
    return Response.objects.select_related("person")


def interviews_of(person: UUID, disease: str, viewer: Viewer) -> list[Response]:
    """Those that the viewer may see, the newest first."""
    return list(visible_to(responses_of(person, disease), viewer)[:20])


def answers_of(response: Response) -> Any:
    return Answer.objects.filter(response=response).order_by("path", "link_id")


def as_answers(document: Questionnaire, rows: Iterable[Answer]) -> dict[Key, Value]:
    """Rows as the rules take them; what was taken back, or fits its question no more, is left out."""
    items = {item.link_id: item for item in document.walk()}
    found = {}
    for row in rows:
        item = items.get(row.link_id)
        value = restored(item, row.value) if item is not None else None
        if value is not None:
            found[row.path, row.link_id] = value
    return found
