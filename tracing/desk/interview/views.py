"""The interview: what to say, what was answered, what is known and the days of the infectious window, on one page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracing.access.viewer import Viewer
from tracing.base.masking import hides
from tracing.base.sight import SHOWS
from tracing.cases.dossier import infectious, today_of
from tracing.cases.interviewing import going_on, keep_answers
from tracing.cases.models import Case
from tracing.desk.call.contacts import panel as contacts_panel
from tracing.desk.call.places import panel as places_panel
from tracing.desk.cases.record import find, needs
from tracing.desk.course import course
from tracing.desk.interview.page import KIN, WORK, SpeakerForm, day_in, drawn, on_record, speaker_form
from tracing.desk.interview.page import in_words as known_words
from tracing.desk.page import instant_of, show, staff, viewer_of
from tracing.diseases.ruleset import rule_set
from tracing.intake.results import results_of
from tracing.journal.actions import Unchanged
from tracing.people.death import is_dead
from tracing.people.kin import kin_of
from tracing.questionnaires.actions import Conflict, NoSuchQuestion, ResponseIsOver
from tracing.questionnaires.document import Questionnaire
from tracing.questionnaires.drawing import Typed, read_typed
from tracing.questionnaires.models import Answer, Response
from tracing.questionnaires.queries import document_of
from tracing.questionnaires.shipped import asked_of
from tracing.tasks.lists import attempts_of
from tracing.uswds.drawn import in_words


@require_http_methods(["GET", "HEAD", "POST"])
@staff(WORK)
def questions(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The script with its answers; each is kept when it is typed, all with one button where there is no script."""
    case, viewer, at = find(request, pk), viewer_of(request), instant_of(request)
    needs(request, WORK, case)
    if hides(Answer, viewer.sight):
        raise PermissionDenied
    newest = _asked(case)
    if newest is None:
        raise Http404
    response = going_on(case, newest)
    document = document_of(response) if response is not None else newest
    if request.method != "POST":
        return _page(request, case, document, _speaker_form(None, document, case, response, viewer))
    form = _speaker_form(request.POST, document, case, response, viewer)
    was = read_typed(document, request.POST, today_of(case, at), on_record(case.person, case.onset_on) if document.about == "case" else None)
    if not form.is_valid():
        return _page(request, case, document, form, was, status=422)
    complete = request.POST.get("do") == "complete" and not was.wrong
    try:
        made = keep_answers(
            case=case, questionnaire=document, said=was.said, speaker=form.speaker(), complete=complete, by=viewer.actor, at=at
        )
    except (NoSuchQuestion, ResponseIsOver):
        messages.warning(request, _("This page was not the newest any more. Here it is as it stands now."))
        return redirect("desk:case_questions", pk=pk)
    conflicts = [] if isinstance(made, Unchanged) else made[1].conflicts
    if conflicts or was.wrong:
        return _page(request, case, document, form, was, conflicts, status=409 if conflicts else 422)
    if complete:
        messages.success(request, _("The interview is complete."))
        return redirect("desk:call", pk=case.task_id) if _in_hand(case, viewer.user, at) else redirect("desk:case", pk=case.pk)
    if request.headers.get("X-Part"):
        return _page(request, case, document, form)
    messages.success(request, _("Kept.") if made else _("There was nothing new to keep."))
    return redirect("desk:case_questions", pk=pk)


def _asked(case: Case) -> Questionnaire | None:
    """Of somebody who has died, the words for those who are left, where there are such."""
    about_kin = asked_of(case.disease, "next_of_kin") if is_dead(case.person_id) else None
    return about_kin or asked_of(case.disease, "case")


def _in_hand(case: Case, user: UUID | None, at: Any) -> bool:
    task = case.task
    return task is not None and user is not None and task.held_by_id == user and task.held_until is not None and task.held_until > at


def _speaker_form(data: Any, document: Questionnaire, case: Case, response: Response | None, viewer: Viewer) -> SpeakerForm:
    kin = next(iter(kin_of(case.person_id, viewer)), None) if document.about == "next_of_kin" else None
    if kin is None:
        return speaker_form(data, document, response, {"language": case.person.language})
    return speaker_form(data, document, response, {"language": kin.language, "informant": KIN.get(kin.relation, "other"), "name": kin.name})


def _page(
    request: HttpRequest, case: Case, document: Questionnaire, form: SpeakerForm, was: Typed | None = None,
    conflicts: list[Conflict] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    viewer, at = viewer_of(request), instant_of(request)
    today = today_of(case, at)
    response = going_on(case, document)
    language = str(form["language"].value() or document.languages[0])
    window = infectious(case, today) if "days" in SHOWS[viewer.sight] else None
    last = min(window.ends_on, today) if window else today
    person = case.person
    kin = kin_of(person.pk, viewer) if document.about == "next_of_kin" else []
    words = {
        "kin": kin[0].name if kin else _("somebody of the family"),
        "me": viewer.name, "unit": case.follow_unit.name, "given": f"{person.given} {person.family}".strip(),
        "disease": rule_set(case.disease).label, "tested": day_in(language, case.first_positive_on),
        "first": day_in(language, window.starts_on) if window else "…", "last": day_in(language, last),
    }  # fmt: skip
    tried = list(attempts_of([case.person_id], case.disease)[:30])
    seen = course(case, today=today, results=results_of(case, viewer), attempts=tried) if window else None
    people, places = contacts_panel(case, viewer, at=at), places_panel(case, viewer, at=at)
    context = drawn(document, response, form, words=words, known=known_words(person, case.onset_on), was=was, conflicts=conflicts or (), at=at) | {
        "case": case, "person": person, "window": window, "ask_until": last, "course": seen, "course_words": in_words(seen) if seen else "",
        "today": today, "panel": people, "places": places, "in_hand": _in_hand(case, viewer.user, at), "next": request.path,
        "kicker": _("Interview with the next of kin") if document.about == "next_of_kin" else _("Interview"),
    }  # fmt: skip
    return show(
        request, "desk/interview/interview.html", context, page="case_interview", persons=[case.person_id, *people.shown],
        purpose="call" if context["in_hand"] else "work", status=status,
    )  # fmt: skip
