"""The interview of a contact. The case that they were exposed to is not fetched: nobody can read it out by mistake."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracing.base.masking import hides
from tracing.contacts.interviewing import going_on, keep_contact_answers
from tracing.contacts.queries import exposed_to, quarantines_of
from tracing.desk.interview.page import WORK, SpeakerForm, drawn, in_words, on_record, speaker_form
from tracing.desk.page import instant_of, load, show, staff, viewer_of
from tracing.diseases.ruleset import rule_set
from tracing.journal.actions import Unchanged
from tracing.people.known import may_on, persons
from tracing.people.models import Person
from tracing.questionnaires.actions import Conflict, NoSuchQuestion, ResponseIsOver
from tracing.questionnaires.document import Questionnaire
from tracing.questionnaires.drawing import Typed, read_typed
from tracing.questionnaires.models import Answer
from tracing.questionnaires.queries import document_of
from tracing.questionnaires.shipped import asked_of
from tracing.tasks.household import in_hand_of


@require_http_methods(["GET", "HEAD", "POST"])
@staff(WORK)
def questions(request: HttpRequest, pk: UUID) -> HttpResponse:
    person, viewer, at = load(persons(), request, pk), viewer_of(request), instant_of(request)
    exposures = list(exposed_to(person.pk, viewer)[:50])
    asked = [(one.disease, found) for one in exposures if (found := asked_of(one.disease, "contact")) is not None]
    if not asked:
        raise Http404
    if not may_on(person, WORK, viewer) or hides(Answer, viewer.sight):
        raise PermissionDenied
    wanted = request.POST.get("disease", "") or request.GET.get("disease", "")
    disease, newest = next((one for one in asked if one[0] == wanted), asked[0])
    response = going_on(person, newest, at)
    document = document_of(response) if response is not None else newest
    here = f"{reverse('desk:person_questions', args=[pk])}?disease={disease}"
    if request.method != "POST":
        return _page(request, person, disease, document, speaker_form(None, document, response, {"language": person.language}))
    form = speaker_form(request.POST, document, response, {"language": person.language})
    was = read_typed(document, request.POST, at.astimezone(ZoneInfo(settings.TIME_ZONE)).date(), on_record(person))
    if not form.is_valid():
        return _page(request, person, disease, document, form, was, status=422)
    complete = request.POST.get("do") == "complete" and not was.wrong
    try:
        made = keep_contact_answers(
            person=person, questionnaire=document, said=was.said, speaker=form.speaker(), complete=complete, by=viewer.actor, at=at
        )
    except (NoSuchQuestion, ResponseIsOver):
        messages.warning(request, _("This page was not the newest any more. Here it is as it stands now."))
        return redirect(here)
    conflicts = [] if isinstance(made, Unchanged) else made[1].conflicts
    if conflicts or was.wrong:
        return _page(request, person, disease, document, form, was, conflicts, status=409 if conflicts else 422)
    if complete:
        messages.success(request, _("The interview is complete."))
        task = in_hand_of(viewer.user, person.pk, disease, at)
        return redirect("desk:call", pk=task.pk) if task is not None else redirect("desk:person_contact", pk=pk)
    if request.headers.get("X-Part"):
        return _page(request, person, disease, document, form)
    messages.success(request, _("Kept.") if made else _("There was nothing new to keep."))
    return redirect(here)


def _page(
    request: HttpRequest, person: Person, disease: str, document: Questionnaire, form: SpeakerForm, was: Typed | None = None,
    conflicts: list[Conflict] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    viewer, at = viewer_of(request), instant_of(request)
    task = in_hand_of(viewer.user, person.pk, disease, at)
    words = {
        "me": viewer.name, "unit": task.unit.name if task is not None else _("your health department"),
        "given": f"{person.given} {person.family}".strip(), "disease": rule_set(disease).label,
    }  # fmt: skip
    days = [one.last_on for one in exposed_to(person.pk, viewer)[:50] if one.disease == disease and one.last_on]
    context: dict[str, Any] = drawn(
        document, going_on(person, document, at), form, words=words, known=in_words(person), was=was, conflicts=conflicts or (), at=at
    ) | {
        "person": person, "disease": disease, "task": task, "last_on": max(days, default=None), "kicker": _("Interview of a contact"),
        "stay": next((one for one in quarantines_of([person.pk], viewer) if one.disease == disease and not one.settled), None),
    }  # fmt: skip
    return show(
        request, "desk/interview/contact.html", context, page="person_questions", persons=[person.pk],
        purpose="call" if task is not None else "work", status=status,
    )  # fmt: skip
