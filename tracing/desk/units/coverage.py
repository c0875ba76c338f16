"""Who covers whom: the week as a picture, and one unit's coverage begun and ended."""

from __future__ import annotations

from datetime import datetime, timedelta
from datetime import time as clock
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tracing.access import covering
from tracing.access.actions.covering import CannotCover, cover_unit, end_coverage
from tracing.desk.page import instant_of, show, staff, viewer_of
from tracing.desk.units.forms import CoverForm
from tracing.desk.units.views import NEEDS, load_unit, must_administer, reach, unit_page, working
from tracing.desk.units.words import CANNOT_COVER, said
from tracing.uswds.parts import Column, Link

WEEK = 7


@require_safe
@staff(NEEDS)
def unit_coverage(request: HttpRequest) -> HttpResponse:
    """The week from today: who covers whom on which day."""
    at = instant_of(request)
    midnight = localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    days = [midnight + timedelta(days=number) for number in range(WEEK)]
    found = covering.coverages(since=midnight, until=midnight + timedelta(days=WEEK), unit_ids=reach(request))
    rows: list[dict[str, Any]] = [
        {
            "one": one,
            "days": [(day, one.since < day + timedelta(days=1) and (one.until is None or one.until > day)) for day in days],
        }
        for one in found
    ]
    context = {
        "rows": rows,
        "columns": [
            Column(_("Unit")), Column(_("Covered by")), *(Column(date_format(day, "D j")) for day in days), Column(_("Why")),
            Column(_("End"), hidden=True),
        ],
        "at": at,
        "crumbs": [Link(_("Units"), reverse("desk:units")), Link(_("Who covers whom"), current=True)],
    }  # fmt: skip
    return show(request, "desk/units/coverage.html", context, page="unit_coverage")


@require_POST
@staff(NEEDS)
def unit_cover(request: HttpRequest, code: str) -> HttpResponse:
    found, at = load_unit(request, code), instant_of(request)
    others = [one for one in working(request) if one.pk != found.pk]
    form = CoverForm(request.POST, units=others)
    if not form.is_valid():
        return unit_page(request, found, form)
    given, zone = form.cleaned_data, ZoneInfo(found.time_zone)
    by_unit = next(one for one in others if one.code == given["by_unit"])
    since = max(datetime.combine(given["since"], clock(), zone), at) if given["since"] == at.astimezone(zone).date() else None
    since = since or datetime.combine(given["since"], clock(), zone)
    until = datetime.combine(given["until"] + timedelta(days=1), clock(), zone) if given["until"] else None
    try:
        cover_unit(unit=found, by_unit=by_unit, since=since, until=until, why=given["why"], by=viewer_of(request).actor, at=at)
    except CannotCover as wrong:
        field = {"why_missing": "why", "begins_in_the_past": "since", "ends_before_it_begins": "until", "too_long": "until"}
        form.add_error(field.get(wrong.code, "by_unit"), said(wrong.code, CANNOT_COVER))
        return unit_page(request, found, form)
    messages.success(request, _("%(by)s covers %(unit)s.") % {"by": by_unit.name, "unit": found.name})
    return HttpResponseRedirect(reverse("desk:unit", args=[found.code]))


@require_POST
@staff(NEEDS)
def unit_coverage_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = covering.coverage(pk)
    if found is None:
        raise Http404
    must_administer(request, found.unit_id)
    if end_coverage(coverage=found, by=viewer_of(request).actor, at=instant_of(request)):
        messages.success(request, _("%(by)s no longer covers %(unit)s.") % {"by": found.by_unit.name, "unit": found.unit.name})
    return HttpResponseRedirect(reverse("desk:unit", args=[found.unit.code]))
