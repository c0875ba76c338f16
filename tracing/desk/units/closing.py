"""Closing or merging a unit: what there is, who takes over, and what follows, before it is said."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracing.desk.page import instant_of, show, staff, viewer_of
from tracing.desk.units.forms import CloseForm
from tracing.desk.units.views import NEEDS, load_unit, must_administer, today, working
from tracing.desk.units.words import KINDS, WORK, WRONG, said
from tracing.intake.closing import work_of
from tracing.jurisdictions.ending import UnitWrong, close_unit
from tracing.jurisdictions.units import WORKING, stands_above, towns_served
from tracing.uswds.parts import Column, Link


@require_http_methods(["GET", "HEAD", "POST"])
@staff(NEEDS)
def unit_close(request: HttpRequest, code: str) -> HttpResponse:
    found, at = load_unit(request, code), instant_of(request)
    if found.active_until is not None or found.kind in ("state", "region"):
        messages.warning(request, said("ended_already" if found.active_until else "stays", WRONG))
        return HttpResponseRedirect(reverse("desk:unit", args=[found.code]))
    heirs = [one for one in working(request) if one.pk != found.pk and not stands_above(found.pk, one.pk)]
    heirs = [one for one in heirs if one.kind in WORKING] if found.kind in WORKING else [one for one in heirs if one.kind != "region"]
    towns, left = towns_served(found.pk, today(request, found)), work_of(found.pk, at=at)
    needed = said("towns_without_department", WRONG, tuple(town.name for town in towns)) if towns else ""
    nobody = _("Choose one") if towns else _("Nobody: what is open goes to the state's list")
    form = CloseForm(request.POST if request.method == "POST" else None, units=heirs, nobody=nobody, needed=needed)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        successor = next((one for one in heirs if one.code == given["successor"]), None)
        if successor is not None:
            must_administer(request, successor.pk)
        try:
            close_unit(unit=found, successor=successor, on=given["on"], found=left, by=viewer_of(request).actor, at=at)
        except UnitWrong as wrong:
            form.add_error(wrong.field or None, said(wrong.code, WRONG, wrong.names))
        else:
            messages.success(request, _("Said. What is open goes over on that day, within minutes."))
            return HttpResponseRedirect(reverse("desk:unit", args=[found.code]))
    context = {
        "unit": found,
        "kind": KINDS[found.kind],
        "form": form,
        "left": [(WORK[kind], left[kind]) for kind in WORK],
        "towns": towns,
        "columns": [Column(_("What is open")), Column(_("Number"), end=True)],
        "crumbs": [
            Link(_("Units"), reverse("desk:units")), Link(found.name, reverse("desk:unit", args=[found.code])),
            Link(_("Close or merge"), current=True),
        ],
    }  # fmt: skip
    return show(request, "desk/units/close.html", context, page="unit_close", status=422 if form.errors else 200)
