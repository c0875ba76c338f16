"""Facility lines: a nursing home or a prison with cases is one line of work, not a call for each resident."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from tracing.base.sight import SHOWS
from tracing.cases import review
from tracing.cases.review import LineView
from tracing.desk.page import instant_of, load, must, show, staff, viewer_of
from tracing.desk.review.after import key_in, query
from tracing.diseases import codebook
from tracing.uswds.charts import Bar
from tracing.uswds.parts import Column, Link, Paging

SIZE = 50

SETTINGS: dict[str, Any] = {
    "nursing_home": gettext_lazy("Nursing home"),
    "assisted_living": gettext_lazy("Assisted living"),
    "prison": gettext_lazy("Prison or jail"),
    "shelter": gettext_lazy("Shelter"),
    "college": gettext_lazy("College"),
    "hospital": gettext_lazy("Hospital"),
    "school": gettext_lazy("School"),
    "group_home": gettext_lazy("Group home"),
}


def _row(view: LineView) -> dict[str, Any]:
    line = view.line
    numbers = [number for _day, number in view.days]
    found = codebook.load().conditions.get(line.disease)
    return {
        "view": view,
        "line": line,
        "name": line.name or (line.place.name if line.place else "") or _("A facility whose name is not known"),
        "setting": SETTINGS.get(line.setting, line.setting.replace("_", " ").capitalize()),
        "disease": found.name if found else line.disease,
        "numbers": numbers,
        "title": ngettext("%(number)d case in the last %(days)d days", "%(number)d cases in the last %(days)d days", sum(numbers))
        % {"number": sum(numbers), "days": len(numbers)},
        "recent": sum(numbers),
    }


def _must_see_places(request: HttpRequest) -> None:
    """A home with few residents and its days tell who they are: not for those to whom nobody's town is shown."""
    if "town" not in SHOWS[viewer_of(request).sight]:
        raise PermissionDenied


@require_safe
@staff("cases.see", lists=True)
def facilities(request: HttpRequest) -> HttpResponse:
    _must_see_places(request)
    after = key_in(request.GET.get("after", ""))
    found, more = review.lines(viewer_of(request), at=instant_of(request), after=after, size=SIZE)
    context = {
        "rows": [_row(view) for view in found],
        "columns": [
            Column(_("Facility")),
            Column(_("Department")),
            Column(_("The last 14 days")),
            Column(_("Residents"), end=True),
            Column(_("Last case")),
            Column(_("Call")),
        ],
        "may_places": viewer_of(request).may("cases.share") or viewer_of(request).may("units.administer"),
        "first": "?" if after else "",
        "following": f"?{query(after=found[-1].line.pk)}" if more else "",
    }
    return show(request, "desk/facilities/facilities.html", context, page="facilities")


@require_safe
@staff("cases.see", lists=True)
def facility(request: HttpRequest, pk: UUID) -> HttpResponse:
    _must_see_places(request)
    line = load(review.facility_lines(), request, pk)
    must(request, "cases.see", line)
    viewer = viewer_of(request)
    view = review.line_view(viewer, line, at=instant_of(request))
    cases = review.residents(viewer, line)
    context = {
        **_row(view),
        "cases": cases,
        "crumbs": [Link(_("Facilities"), reverse("desk:facilities")), Link(_row(view)["name"], current=True)],
        "bars": [Bar(date_format(day, "D, N j"), number, str(number)) for day, number in view.days],
        "columns": [
            Column(_("Resident")),
            Column(_("Class")),
            Column(_("Positive")),
            Column(_("Isolation until")),
            Column(_("State")),
        ],
        "paging": Paging(count=view.cases, shown=len(cases)),
    }
    return show(request, "desk/facilities/facility.html", context, page="facility", persons=[case.person_id for case in cases])
