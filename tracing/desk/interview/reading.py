"""An interview read back: every question that was asked, what was said, by whom it was written down and when; taken out as FHIR."""

from __future__ import annotations

import json
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tracing.access.queries import staff_names
from tracing.base.masking import hides
from tracing.desk.page import instant_of, load, show, staff, viewer_of
from tracing.desk.words import language as language_name
from tracing.people.known import may_on
from tracing.questionnaires.document import say
from tracing.questionnaires.drawing import shown
from tracing.questionnaires.models import Answer
from tracing.questionnaires.queries import answers_of, as_answers, document_of, responses
from tracing.questionnaires.rules import lines
from tracing.questionnaires.taken_out import take_out as taken_out

DETAIL, EXPORT = "cases.detail", "lists.export"


@require_safe
@staff(DETAIL)
def interview(request: HttpRequest, pk: UUID) -> HttpResponse:
    viewer, found = viewer_of(request), load(responses(), request, pk)
    if hides(Answer, viewer.sight):
        raise PermissionDenied
    document, rows = document_of(found), {(row.path, row.link_id): row for row in answers_of(found)}
    names = staff_names([found.begun_by, found.ended_by, *(row.by for row in rows.values())])
    parts = []
    said = lines(document, as_answers(document, rows.values()))
    for item in document.items:
        inside = [
            (line.item, shown(line.item, line.value, "en"), rows[line.key], names.get(rows[line.key].by, ""))
            for line in said
            if line.section == item.link_id and line.enabled and line.value is not None and line.key in rows
        ]
        if inside:
            parts.append((item.label, inside))
    context = {
        "response": found, "person": found.person, "title": say(document.title, "en"), "parts": parts, "language": language_name(found.language),
        "begun_by": names.get(found.begun_by, ""), "ended_by": names.get(found.ended_by, ""),
        "may_export": viewer.may(EXPORT) and may_on(found.person, EXPORT, viewer), "total": sum(len(inside) for _label, inside in parts),
    }  # fmt: skip
    return show(request, "desk/interview/reading.html", context, page="interview", persons=[found.person_id])


@require_POST
@staff(EXPORT)
def take_out(request: HttpRequest, pk: UUID) -> HttpResponse:
    """As a FHIR QuestionnaireResponse. That it left is kept."""
    viewer, found = viewer_of(request), load(responses(), request, pk)
    if not may_on(found.person, EXPORT, viewer) or hides(Answer, viewer.sight):
        raise PermissionDenied
    made = taken_out(response=found, recipient=_("a file for %(who)s") % {"who": viewer.name}, by=viewer.actor, at=instant_of(request))
    answer = HttpResponse(json.dumps(made, ensure_ascii=False, indent=1), content_type="application/fhir+json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="interview-{found.pk}.json"'
    answer["Cache-Control"] = "no-store"
    return answer
