"""Conditions without a rule set: feeds carry them, only their interface manager sees them, to everybody else they are not there."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tracing.access.viewer import Viewer
from tracing.desk.page import instant_of, show, staff, viewer_of
from tracing.desk.review.after import key_in, query
from tracing.diseases.conditions import condition as listed
from tracing.intake import review
from tracing.uswds.parts import Column, Link, Paging

SIZE = 50


def _cleared(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    if not viewer.may("diseases.unlisted"):
        raise Http404
    return viewer


@require_safe
@staff()
def unlisted(request: HttpRequest) -> HttpResponse:
    viewer = _cleared(request)
    year = instant_of(request).year
    rows = [
        {"one": one, "listed": known, "category": known.category(year)}
        for one in review.unlisted(viewer)
        for known in [listed(one.condition)]
    ]
    context = {
        "rows": rows,
        "total": review.unlisted_number(viewer),
        "columns": [
            Column(_("Condition")),
            Column(_("Reports"), end=True),
            Column(_("Oldest")),
            Column(_("Newest")),
            Column(_("To be reported")),
        ],
    }
    return show(request, "desk/unlisted/unlisted.html", context, page="unlisted", purpose="review")


@require_safe
@staff()
def unlisted_condition(request: HttpRequest, condition: str) -> HttpResponse:
    viewer = _cleared(request)
    one = review.one_of(viewer, condition)
    if one is None:
        raise Http404
    after = key_in(request.GET.get("after", ""))
    rows, more = review.unlisted_reports(viewer, condition, after, size=SIZE)
    names = review.source_names(row.source_id for row in rows)
    context = {
        "one": one,
        "rows": [(row, names.get(row.source_id, "")) for row in rows],
        "crumbs": [Link(_("Conditions without a rule set"), ".."), Link(one.name, current=True)],
        "columns": [Column(_("Received")), Column(_("Sender")), Column(_("Conditions")), Column(_("Message"), end=True)],
        "paging": Paging(
            first="?" if after else "", next=f"?{query(after=rows[-1].pk)}" if more else "", count=one.number, shown=len(rows)
        ),
    }
    return show(request, "desk/unlisted/condition.html", context, page="unlisted_condition", purpose="review")
