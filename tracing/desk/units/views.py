"""Units: who there is, what each has in hand, organisations added."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tracing.access import covering
from tracing.desk.page import instant_of, show, staff, viewer_of
from tracing.desk.units.forms import AddForm, CoverForm
from tracing.desk.units.words import KINDS, WORK, WRONG, said
from tracing.intake.closing import Work, work_by_unit, work_of
from tracing.jurisdictions.ending import UnitWrong, add_unit
from tracing.jurisdictions.models import Unit
from tracing.jurisdictions.units import is_closed, tree, unit_by_code
from tracing.uswds.parts import Column, Link

NEEDS = "units.administer"


def reach(request: HttpRequest, permission: str = NEEDS) -> Collection[UUID] | None:
    """Units that the viewer administers by roles of their own, without those only covered; None: all."""
    return covering.administered(viewer_of(request), permission, at=instant_of(request))


def must_administer(request: HttpRequest, unit: UUID, permission: str = NEEDS) -> None:
    """403 unless the viewer administers this unit."""
    units = reach(request, permission)
    if units is not None and unit not in units:
        raise PermissionDenied


def today(request: HttpRequest, unit: Unit) -> date:
    return instant_of(request).astimezone(ZoneInfo(unit.time_zone)).date()


def working(request: HttpRequest) -> list[Unit]:
    """Units that the viewer administers and that have no end, by their place in the tree."""
    return [unit for unit, _depth in tree(reach(request)) if unit.active_until is None]


def load_unit(request: HttpRequest, code: str) -> Unit:
    """The unit of this code, if the viewer administers it. 404 where there is none, 403 where it is another's."""
    found = unit_by_code(code)
    if found is None:
        raise Http404
    must_administer(request, found.pk)
    return found


@require_safe
@staff(NEEDS)
def units(request: HttpRequest) -> HttpResponse:
    at = instant_of(request)
    found, work = tree(reach(request)), work_by_unit(at=at)
    covered = {one.unit_id: one for one in covering.coverages(since=at, until=at + timedelta(seconds=1))}
    rows = []
    for one, depth in found:
        if is_closed(one, today(request, one)) and not _left(one, work):
            continue
        rows.append(
            {
                "unit": one, "depth": min(depth, 4), "kind": KINDS[one.kind], "work": work.get(one.pk, Work()),
                "covered": covered.get(one.pk), "closed": is_closed(one, today(request, one)),
            }
        )  # fmt: skip
    context = {
        "rows": rows,
        "columns": [
            Column(_("Unit")), Column(_("Kind")), Column(_("Staff"), end=True), Column(_("Open cases"), end=True),
            Column(_("Calls"), end=True), Column(_("Until")),
        ],
        "closed": [
            (one, closing, over)
            for one, _depth in found
            for closing, over in [(getattr(one, "closing", None), is_closed(one, today(request, one)))]
            if one.active_until is not None and (closing is not None or over)
        ],
        "closed_columns": [Column(_("Unit")), Column(_("Ends")), Column(_("Taken over by")), Column(_("State"))],
    }  # fmt: skip
    return show(request, "desk/units/units.html", context, page="units")


def _left(unit: Unit, work: dict[UUID, Work]) -> bool:
    found = work.get(unit.pk)
    return found is not None and any((found.staff, found.cases, found.calls))


@require_http_methods(["GET", "HEAD", "POST"])
@staff(NEEDS)
def unit_new(request: HttpRequest) -> HttpResponse:
    parents = working(request)
    form = AddForm(request.POST if request.method == "POST" else None, units=parents)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        parent = next(unit for unit in parents if unit.code == given["parent"])
        try:
            made = add_unit(
                code=given["code"], name=given["name"], kind=given["kind"], parent=parent, phone=given["phone"].replace(" ", ""),
                by=viewer_of(request).actor, at=instant_of(request),
            )  # fmt: skip
        except UnitWrong as wrong:
            form.add_error(wrong.field or None, said(wrong.code, WRONG, wrong.names))
        else:
            messages.success(request, _("Added. Give its people their roles next."))
            return HttpResponseRedirect(reverse("desk:unit", args=[made.code]))
    context = {"form": form, "crumbs": [Link(_("Units"), reverse("desk:units")), Link(_("New organisation"), current=True)]}
    return show(request, "desk/units/new.html", context, page="unit_new", status=422 if form.errors else 200)


@require_safe
@staff(NEEDS)
def unit(request: HttpRequest, code: str) -> HttpResponse:
    return unit_page(request, load_unit(request, code))


def unit_page(request: HttpRequest, found: Unit, form: CoverForm | None = None) -> HttpResponse:
    """The page of a unit; with a form that was sent and is wrong."""
    at = instant_of(request)
    left = work_of(found.pk, at=at)
    closing = getattr(found, "closing", None)
    begun = {kind: number for kind, number in (closing.found if closing else {}).items() if number}
    covers = covering.coverages(since=at, until=at + timedelta(days=400), unit_ids=[found.pk])
    may_be_closed = found.kind not in ("state", "region") and found.active_until is None
    context: dict[str, Any] = {
        "unit": found,
        "kind": KINDS[found.kind],
        "left": [(WORK[kind], left[kind]) for kind in WORK],
        "open": sum(left.values()),
        "closing": closing,
        "progress": [(WORK[kind], begun[kind] - min(begun[kind], left[kind]), begun[kind]) for kind in WORK if kind in begun],
        "is_over": is_closed(found, today(request, found)),
        "covered": [one for one in covers if one.unit_id == found.pk],
        "covering": [one for one in covers if one.by_unit_id == found.pk],
        "cover_columns": [
            Column(_("Unit")), Column(_("From")), Column(_("Until")), Column(_("Why")), Column(_("End"), hidden=True),
        ],
        "at": at,
        "form": form or CoverForm(units=[one for one in working(request) if one.pk != found.pk], initial={"since": today(request, found)}),
        "may_be_closed": may_be_closed,
        "crumbs": [Link(_("Units"), reverse("desk:units")), Link(found.name, current=True)],
    }  # fmt: skip
    wrong = form is not None and form.errors
    return show(request, "desk/units/unit.html", context, page="unit", status=422 if wrong else 200)
