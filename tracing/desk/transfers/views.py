"""Cases on their way from one unit to another: received to answer, sent and waiting, and what became of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tracing.access.queries import staff_names
from tracing.access.visibility import may_act, reaches
from tracing.cases import handing
from tracing.cases.models import Transfer
from tracing.cases.shared import answered, sent_and_waiting, to_answer, transfers
from tracing.cases.sharing import CannotShare
from tracing.desk.page import instant_of, load, show, staff, viewer_of
from tracing.desk.sharing import words
from tracing.desk.sharing.forms import AcceptForm, NoteForm
from tracing.desk.sharing.rows import TRANSFER, rows_of
from tracing.uswds.parts import Column

SHOWN = 100


@require_safe
@staff(TRANSFER, lists=True)
def transfer_list(request: HttpRequest) -> HttpResponse:
    return _page(request)


def _page(request: HttpRequest, wrong: tuple[UUID, NoteForm] | None = None, status: int = 200) -> HttpResponse:
    viewer, at = viewer_of(request), instant_of(request)
    waiting, sent = list(to_answer(viewer)[:SHOWN]), list(sent_and_waiting(viewer)[:SHOWN])
    past = list(answered(viewer, at=at)[:SHOWN])
    names = staff_names(one.offered_by for one in (*waiting, *sent))
    context = {
        "waiting": rows_of(viewer, waiting, at, names, wrong), "sent": rows_of(viewer, sent, at, names, None),
        "past": rows_of(viewer, past, at, {}, None), "now": at, "form": wrong[1] if wrong else None,
        "sent_columns": [Column(_("Person")), Column(_("To whom")), Column(_("Why")), Column(_("Answer due")), Column(_("Withdraw"), hidden=True)],
        "past_columns": [Column(_("Person")), Column(_("From and to")), Column(_("What became of it")), Column(_("When"))],
    }  # fmt: skip
    return show(
        request, "desk/transfers/transfers.html", context, page="transfers",
        persons=[one.person_id for one in (*waiting, *sent, *past)], status=status,
    )  # fmt: skip


@require_POST
@staff(TRANSFER)
def accept(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _answerable(request, pk)
    form = AcceptForm(request.POST)
    on_duty = form.is_valid() and form.cleaned_data["on_duty"]
    if on_duty and not reaches(viewer_of(request), TRANSFER, found.duty_unit_id, found.disease):
        raise PermissionDenied
    answer = _try(
        request, lambda by, at: handing.accept_transfer(transfer=found, on_duty=on_duty, by=by, at=at),
        _("Accepted. You answer for this case from now on."),
    )  # fmt: skip
    return redirect("desk:case", pk=found.case_id) if answer else redirect("desk:transfers")


@require_POST
@staff(TRANSFER)
def decline(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _answerable(request, pk)
    form = NoteForm(request.POST, auto_id=f"note-{pk}-%s")
    if not form.is_valid():
        return _page(request, (pk, form), 422)
    _try(
        request, lambda by, at: handing.decline_transfer(transfer=found, note=form.cleaned_data["note"], by=by, at=at),
        _("Declined. %(unit)s keeps the case and is told why.") % {"unit": found.from_unit.name},
    )  # fmt: skip
    return redirect("desk:transfers")


@require_POST
@staff(TRANSFER)
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = load(transfers(), request, pk)
    if not reaches(viewer_of(request), TRANSFER, found.from_unit_id, found.disease):
        raise PermissionDenied
    _try(request, lambda by, at: handing.withdraw_transfer(transfer=found, by=by, at=at), _("Withdrawn. The case stays with you."))
    return redirect("desk:transfers")


@require_POST
@staff(TRANSFER)
def give_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _answerable(request, pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why it is given back: the other side reads it."))
        return redirect("desk:case_shared", pk=found.case_id)
    _try(
        request, lambda by, at: handing.give_back(transfer=found, note=form.cleaned_data["note"], by=by, at=at),
        _("Given back. %(unit)s answers for this case again.") % {"unit": found.from_unit.name},
    )  # fmt: skip
    return redirect("desk:transfers")


def _answerable(request: HttpRequest, pk: UUID) -> Transfer:
    """403 for whoever sees the transfer and does not answer for the receiver."""
    found = load(transfers(), request, pk)
    if not may_act(viewer_of(request), TRANSFER, found):
        raise PermissionDenied
    return found


def _try(request: HttpRequest, act: Callable[[Any, datetime], object], done: str) -> bool:
    try:
        act(viewer_of(request).actor, instant_of(request))
    except handing.TransferAlreadyAnswered:
        messages.info(request, _("Somebody else has answered it meanwhile, or it was withdrawn."))
    except CannotShare as refused:
        messages.error(request, words.refusal(refused))
    else:
        messages.success(request, done)
        return True
    return False
