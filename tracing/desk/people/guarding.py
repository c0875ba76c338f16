"""Restricting a record, lifting a restriction; knowing a person, and undoing that."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from tracing.access.viewer import Viewer
from tracing.desk.page import instant_of, load, show, staff, viewer_of
from tracing.people.known import may_on, persons
from tracing.people.models import Person, Restriction
from tracing.people.recusing import UNDO, NotYourOwn, stepped_aside, undo_recusal
from tracing.people.restricting import CLEARED, PERMISSION, lift, restrict, restrictions, restrictions_of, unit_for
from tracing.tasks.stepping_aside import step_aside
from tracing.uswds import forms

KINDS = {
    "staff": gettext_lazy("Member of staff"), "public_figure": gettext_lazy("Public figure"),
    "address": gettext_lazy("Confidential address"),
}  # fmt: skip


class RestrictForm(forms.Form):
    """What kind of restriction, and why."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=list(KINDS.items()),
        hints={"address": gettext_lazy("Hides addresses alone: the person is still called.")},
    )  # fmt: skip
    restricted_why = forms.LineField(label=gettext_lazy("Why"), max_length=200, width="2xl")


def guards(person: Person, viewer: Viewer, form: RestrictForm | None = None) -> dict[str, Any]:
    """What the person's page shows of this: restrictions in force, who stepped aside, and what the viewer may do."""
    may_restrict, may_undo = may_on(person, PERMISSION, viewer), may_on(person, UNDO, viewer)
    cleared = viewer.may(CLEARED)
    return {
        "restrictions": [(row, KINDS[row.kind]) for row in restrictions_of(person, viewer)] if cleared else [],
        "may_restrict": may_restrict, "cleared": cleared, "restrict_form": form or RestrictForm(),
        "aside": stepped_aside(person.pk, viewer) if may_undo else [],
    }  # fmt: skip


def _find(request: HttpRequest, pk: UUID, needed: str = "") -> Person:
    who = load(persons(), request, pk)
    if needed and not may_on(who, needed, viewer_of(request)):
        raise PermissionDenied
    return who


@require_http_methods(["GET", "HEAD", "POST"])
@staff(PERMISSION)
def restrict_record(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Asked once, in words: whoever is not cleared does not see the record again."""
    viewer, who = viewer_of(request), _find(request, pk, PERMISSION)
    form = RestrictForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        context = {"person": who, "form": form, "cleared": viewer.may(CLEARED), "in_force": guards(who, viewer)["restrictions"]}
        return show(request, "desk/people/restrict.html", context, page="person_restrict", persons=[who.pk], status=status)
    unit = unit_for(who.pk, viewer)
    if unit is None:
        raise PermissionDenied
    made = restrict(
        person=who.pk, kind=form.cleaned_data["kind"], unit=unit, why=form.cleaned_data["restricted_why"], by=viewer.actor,
        at=instant_of(request),
    )  # fmt: skip
    messages.success(request, _("Restricted.") if made else _("It was restricted so already."))
    return redirect("desk:person", pk=pk) if viewer.may(CLEARED) else redirect("desk:my_day")


@require_POST
@staff(PERMISSION)
def lift_restriction(request: HttpRequest, pk: UUID, restriction: UUID) -> HttpResponse:
    """Only whoever is cleared sees that there is one."""
    viewer, who = viewer_of(request), _find(request, pk, PERMISSION)
    row: Restriction = load(restrictions(), request, restriction)
    if row.person_id != who.pk:
        raise Http404
    lift(restriction=row, by=viewer.actor, at=instant_of(request))
    messages.success(request, _("Lifted: the record is like any other again."))
    return redirect("desk:person", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("people.see")
def aside(request: HttpRequest, pk: UUID) -> HttpResponse:
    """I know this person: told what follows, then done. The call is passed on untried."""
    viewer, who = viewer_of(request), _find(request, pk)
    if request.method != "POST":
        return show(request, "desk/people/aside.html", {"person": who}, page="person_aside", persons=[who.pk])
    step_aside(person=who.pk, by=viewer.actor, at=instant_of(request))
    messages.success(request, _("Thank you. Somebody else takes over; the record is closed to you. Your lead can undo this."))
    return redirect("desk:my_day")


@require_POST
@staff(UNDO)
def undo_aside(request: HttpRequest, pk: UUID, recusal: UUID) -> HttpResponse:
    viewer, who = viewer_of(request), _find(request, pk, UNDO)
    try:
        done = undo_recusal(recusal=recusal, person=who.pk, by=viewer.actor, at=instant_of(request))
    except NotYourOwn:
        raise Http404 from None
    if not done:
        raise Http404
    messages.success(request, _("Undone: they may see and call this person again."))
    return redirect("desk:person", pk=pk)
