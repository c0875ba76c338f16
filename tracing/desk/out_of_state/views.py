"""Cases that another state is to follow: prepared, read, sent, answered."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tracing.access.visibility import may_act
from tracing.cases import leaving
from tracing.cases.models import OutOfState
from tracing.cases.shared import outside, packages, packages_on_their_way
from tracing.desk.cases.record import find, needs
from tracing.desk.out_of_state.forms import LeaveForm, ReplyForm
from tracing.desk.page import instant_of, load, must, show, staff, viewer_of
from tracing.desk.review import words as diseases
from tracing.desk.sharing.views import tab
from tracing.intake.leaving import fields_of, prepare_package
from tracing.journal.actions import look
from tracing.uswds.parts import Column, Link

TRANSFER, DETAIL = "cases.transfer", "cases.detail"
SHOWN = 200


@require_POST
@staff(TRANSFER)
def leave(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Prepare a package. Nothing leaves yet."""
    case = find(request, pk)
    needs(request, TRANSFER, case)
    needs(request, DETAIL, case)
    form = LeaveForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            made = prepare_package(
                case=case, to_state=said["to_state"], recipient=said["recipient"], why=said["why"], with_contacts=said["with_contacts"],
                by=viewer_of(request).actor, at=instant_of(request),
            )  # fmt: skip
        except leaving.PreparedAlready:
            form.add_error("to_state", _("A package for this state is prepared or sent already. Withdraw it first."))
        else:
            messages.success(request, _("Prepared. Read it, then send it: nothing has left yet."))
            return redirect("desk:out_of_state_package", pk=made.pk)
    return tab(request, case, 422, leave_form=form)


@require_safe
@staff(TRANSFER, lists=True)
def package_list(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    found = list(packages_on_their_way(viewer)[:SHOWN])
    away = [case for case in outside(viewer) if may_act(viewer, TRANSFER, case)]
    context = {
        "rows": [(one, diseases.disease(one.disease)) for one in found],
        "away": [(case, diseases.disease(case.disease)) for case in away],
        "columns": [Column(_("Person")), Column(_("To")), Column(_("State of it")), Column(_("Department")), Column(_("Prepared"))],
        "away_columns": [Column(_("Person")), Column(_("Disease")), Column(_("Department")), Column(_("Opened"))],
    }
    persons = [*(one.person_id for one in found), *(case.person_id for case in away)]
    return show(request, "desk/out_of_state/list.html", context, page="out_of_state", persons=persons)


@require_safe
@staff(TRANSFER)
def package(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The package word for word, to be read, printed and sent."""
    return _page(request, _found(request, pk))


def _page(request: HttpRequest, found: OutOfState, form: ReplyForm | None = None, status: int = 200) -> HttpResponse:
    entries = [entry["resource"] for entry in found.package.get("entry", ())]
    kinds: dict[str, list[dict[str, Any]]] = {}
    for one in entries:
        kinds.setdefault(one["resourceType"], []).append(one)
    patient = next(iter(kinds.get("Patient", ())), {})
    context = {
        "package": found, "disease": diseases.disease(found.disease), "patient": patient, "condition": kinds.get("Condition", [{}])[0],
        "results": [one for one in kinds.get("Observation", ()) if "valuePeriod" not in one],
        "isolation": next((one["valuePeriod"] for one in kinds.get("Observation", ()) if "valuePeriod" in one), {}),
        "contacts": kinds.get("RelatedPerson", []), "form": form or ReplyForm(), "open": form is not None,
        "crumbs": [Link(_("To other states"), reverse("desk:out_of_state")), Link(found.recipient, current=True)],
        "columns": [Column(_("Test")), Column(_("Result")), Column(_("Specimen")), Column(_("Laboratory"))],
    }  # fmt: skip
    return show(
        request, "desk/out_of_state/package.html", context, page="out_of_state_package", persons=[found.person_id], status=status
    )


@require_POST
@staff(TRANSFER)
def take_out(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The package as a file: a disclosure each time."""
    found = _found(request, pk)
    if not _try(
        request, lambda by, at: leaving.take_out_package(package=found, fields=fields_of(found), by=by, at=at), ""
    ):
        return redirect("desk:out_of_state_package", pk=pk)
    answer = HttpResponse(json.dumps(found.package, indent=2, ensure_ascii=False), content_type="application/fhir+json")
    answer["Content-Disposition"] = f'attachment; filename="package-{found.pk}.json"'
    answer["Cache-Control"] = "no-store"
    look(actor=viewer_of(request).user, at=instant_of(request), page="out_of_state_file", purpose="export", persons=[found.person_id])
    return answer


@require_POST
@staff(TRANSFER)
def sent(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _found(request, pk)
    _try(
        request, lambda by, at: leaving.send_package(package=found, fields=fields_of(found), by=by, at=at),
        _("Kept as sent to %(recipient)s.") % {"recipient": found.recipient},
    )  # fmt: skip
    return redirect("desk:out_of_state_package", pk=pk)


@require_POST
@staff(TRANSFER)
def answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _found(request, pk)
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, 422)
    said = form.cleaned_data
    _try(
        request,
        lambda by, at: leaving.answer_package(package=found, acknowledged=said["answer"] == "yes", note=said["note"], by=by, at=at),
        _("Their answer is kept."),
    )
    return redirect("desk:out_of_state_package", pk=pk)


@require_POST
@staff(TRANSFER)
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _found(request, pk)
    _try(request, lambda by, at: leaving.withdraw_package(package=found, by=by, at=at), _("Withdrawn."))
    return redirect("desk:out_of_state_package", pk=pk)


def _found(request: HttpRequest, pk: UUID) -> OutOfState:
    """A package holds results: it asks for the detail of the case as well as for handing it over."""
    found = load(packages(), request, pk)
    must(request, TRANSFER, found)
    if not may_act(viewer_of(request), DETAIL, found):
        raise PermissionDenied
    return found


def _try(request: HttpRequest, act: Callable[[Any, Any], object], done: str) -> bool:
    try:
        act(viewer_of(request).actor, instant_of(request))
    except leaving.NotOnItsWay:
        messages.info(request, _("It was sent, answered or withdrawn meanwhile."))
        return False
    if done:
        messages.success(request, done)
    return True
