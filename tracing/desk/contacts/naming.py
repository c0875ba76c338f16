"""Contacts named: a line typed or a list pasted, one of the household, how they met, taken back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from tracing.cases.dossier import today_of
from tracing.cases.models import Case
from tracing.contacts.actions import CaseIsClosed, Named, name_contacts
from tracing.contacts.listed import household_offered, namings, places_named
from tracing.contacts.models import Exposure, Naming
from tracing.contacts.naming import ChangedMeanwhile, SaidAlready, change_naming, take_back_naming
from tracing.desk.call.contacts import AddForm, Panel, line_form, panel
from tracing.desk.cases.record import draw, find, needs
from tracing.desk.contacts.frame import back, part, partly
from tracing.desk.page import instant_of, load, staff, viewer_of
from tracing.people.facts import PersonFacts

WORK = "cases.work"


def _show(request: HttpRequest, case: Case, drawn: Panel, *, status: int = 200) -> HttpResponse:
    if partly(request):
        context = {"panel": drawn, "next": request.POST.get("next", "")}
        return part(request, "desk/call/_contacts.html", context, page="case_contacts", persons=[case.person_id, *drawn.shown])
    return draw(request, case, "desk/contacts/naming.html", "case_contacts", {"panel": drawn}, persons=drawn.shown, status=status)


def _case(request: HttpRequest, pk: UUID) -> Case:
    case = find(request, pk)
    needs(request, WORK, case)
    return case


@require_http_methods(["GET", "HEAD", "POST"])
@staff(WORK)
def naming(request: HttpRequest, pk: UUID) -> HttpResponse:
    case, viewer, at = _case(request, pk), viewer_of(request), instant_of(request)
    if request.method != "POST":
        return _show(request, case, panel(case, viewer, at=at))
    form = AddForm(request.POST, today=today_of(case, at))
    if not form.is_valid():
        return _show(request, case, panel(case, viewer, at=at, data=request.POST), status=422)
    return _name(request, case, form.named())


def _name(request: HttpRequest, case: Case, named: list[Named]) -> HttpResponse:
    viewer, at = viewer_of(request), instant_of(request)
    try:
        made = name_contacts(case=case, named=named, by=viewer.actor, at=at)
    except CaseIsClosed:
        drawn = panel(case, viewer, at=at, data=request.POST)
        drawn.add.add_error(None, _("The case is closed: contacts cannot be added. Reopen it first."))
        return _show(request, case, drawn, status=409)
    if partly(request):
        return _show(request, case, panel(case, viewer, at=at, just=[one.pk for one in made or ()]))
    # The same words whoever they are: nobody learns here who was known.
    messages.success(request, ngettext("%(count)d person kept.", "%(count)d people kept.", len(named)) % {"count": len(named)})
    return back(request, "desk:case_naming", case.pk)


@require_POST
@staff(WORK)
def household(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Name those of the household who were chosen among those offered."""
    case, viewer, at = _case(request, pk), viewer_of(request), instant_of(request)
    chosen = set(request.POST.getlist("person"))
    today = today_of(case, at)
    named = [
        Named(PersonFacts(family=one.person.family, given=one.person.given), Exposure.Kind.HOUSEHOLD, today, person=one.person.pk)
        for one in household_offered(case, viewer, at=at)
        if str(one.person.pk) in chosen
    ]
    if not named:
        return _show(request, case, panel(case, viewer, at=at), status=422)
    return _name(request, case, named)


@require_POST
@staff(WORK)
def line(request: HttpRequest, pk: UUID, naming: UUID) -> HttpResponse:
    """Put one line right, or take it back."""
    case, viewer, at = _case(request, pk), viewer_of(request), instant_of(request)
    row: Naming = load(namings(), request, naming)
    if row.source_id != case.pk and row.source.merged_into_id != case.pk:
        raise Http404
    if request.POST.get("do") == "take_back":
        take_back_naming(naming=row, by=viewer.actor, at=at)
        return _done(request, case)
    form = line_form(row, today_of(case, at), places_named(case, viewer), request.POST)
    wrong: dict[str, Any] = {"line": row.pk, "form": form}
    if not form.is_valid():
        return _show(request, case, panel(case, viewer, at=at, **wrong), status=422)
    try:
        change_naming(naming=row, met=form.met(), revision=form.cleaned_data["revision"], by=viewer.actor, at=at)
    except ChangedMeanwhile:
        form.add_error(None, _("Somebody else has changed this line since you opened it. What you typed is still here; nothing of it was kept."))
        data = request.POST.copy()
        data["revision"] = str(row.revision)
        form.data = data
        return _show(request, case, panel(case, viewer, at=at, now=row, **wrong), status=409)
    except SaidAlready:
        form.add_error("kind", _("They are listed with this way of meeting already."))
        return _show(request, case, panel(case, viewer, at=at, **wrong), status=422)
    return _done(request, case)


def _done(request: HttpRequest, case: Case) -> HttpResponse:
    if partly(request):
        return _show(request, case, panel(case, viewer_of(request), at=instant_of(request)))
    messages.success(request, _("Kept."))
    return back(request, "desk:case_naming", case.pk)
