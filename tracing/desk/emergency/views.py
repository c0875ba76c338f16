"""Emergency access: a page that tells beforehand what is recorded and who is told, and answers only after it was written down."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tracing.access.viewer import Viewer
from tracing.desk.emergency.forms import EmergencyForm
from tracing.desk.page import instant_of, show, staff, viewer_of
from tracing.intake.numbered import persons_numbered
from tracing.people.emergency import PERMISSION, EmergencyIsOver, break_glass, end_emergency, own_emergencies, persons_of
from tracing.people.rules import EMERGENCIES_A_DAY, EMERGENCY_LASTS


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@staff(PERMISSION)
def emergency(request: HttpRequest) -> HttpResponse:
    viewer, at = viewer_of(request), instant_of(request)
    if request.method != "POST":
        return _page(request, EmergencyForm())
    form = EmergencyForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    asked = replace(form.asked(), numbered=persons_numbered(form.numbered))
    access = break_glass(asked=asked, reason=form.cleaned_data["reason"], viewer=viewer, unit=_unit(viewer), by=viewer.actor, at=at)
    if access is None:
        form.add_error(None, _("You have asked as often as is allowed in 24 hours. Call your supervisor or the privacy officer."))
        return _page(request, form, status=422)
    if access.person_id is None:
        messages.warning(request, _("Recorded. No single record fits exactly what you entered: nothing was opened."))
    else:
        messages.success(request, _("Recorded. The record is open to you until the hour below."))
    return redirect("desk:emergency")


@require_POST
@staff(PERMISSION)
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The record is needed no longer."""
    try:
        end_emergency(access=pk, by=viewer_of(request).actor, at=instant_of(request))
    except EmergencyIsOver:
        raise Http404 from None
    messages.success(request, _("Closed: you do not see this record any more."))
    return redirect("desk:emergency")


def _unit(viewer: Viewer) -> UUID:
    """Whose privacy officer is told: the unit where emergency access is held."""
    held = viewer.units.get(PERMISSION, frozenset())
    if viewer.home is not None and (viewer.home in held or not held):
        return viewer.home
    if not held:
        raise PermissionDenied
    return min(held)


def _page(request: HttpRequest, form: EmergencyForm, status: int = 200) -> HttpResponse:
    viewer, at = viewer_of(request), instant_of(request)
    rows, left = own_emergencies(viewer, at=at)
    seen = persons_of(rows, viewer)
    asked = [(row, seen.get(row.person_id) if row.person_id and row.ended_at is None and row.until and row.until > at else None) for row in rows]
    context = {
        "form": form, "asked": asked, "left": left, "most": EMERGENCIES_A_DAY, "hours": int(EMERGENCY_LASTS.total_seconds()) // 3600,
        "now": at,
    }  # fmt: skip
    shown = [person.pk for _row, person in asked if person is not None]
    return show(request, "desk/emergency/emergency.html", context, page="emergency", persons=shown, purpose="emergency", status=status)
