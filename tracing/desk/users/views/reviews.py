"""The review of every quarter: which are open and overdue, and one of them decided line by line."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracing.access.actions import Refused, close_review, decide_review, take_out_review
from tracing.access.granting import Granting
from tracing.access.models import AccessReview, ReviewLine
from tracing.access.queries import reviews as queries
from tracing.access.words import MISSING, REFUSALS
from tracing.desk.lists import address
from tracing.desk.lists.export import csv_file
from tracing.desk.page import instant_of, show, staff, viewer_of
from tracing.desk.users.frame import asking_of, base, crumbs
from tracing.uswds.parts import Column, Link

STATES: Final = {"overdue": gettext_lazy("Overdue"), "open": gettext_lazy("Open"), "closed": gettext_lazy("Closed")}


@require_safe
@staff("users.administer")
def reviews(request: HttpRequest) -> HttpResponse:
    asking = asking_of(request)
    state = address.choice(request, "state", STATES)
    every = queries.reviews(asking)
    context = base(request, asking, "reviews") | {
        "rows": [(row, STATES[row.state]) for row in every if not state or row.state == state],
        "overdue": sum(row.state == "overdue" for row in every),
        "groups": [address.group(request, _("State"), "state", STATES, state)],
        "columns": [Column(_("Unit")), Column(_("Quarter")), Column(_("State")), Column(_("Decided"), end=True), Column(_("Due")),
                    Column(_("Closed"))],
    }  # fmt: skip
    return show(request, "desk/users/reviews.html", context, page="reviews")


@require_http_methods(["GET", "HEAD", "POST"])
@staff("users.administer")
def review(request: HttpRequest, pk: UUID) -> HttpResponse:
    asking, viewer = asking_of(request), viewer_of(request)
    found = _load(asking, pk)
    if request.method == "POST":
        decisions = {
            UUID(name.removeprefix("line-")): value
            for name, value in request.POST.items()
            if name.startswith("line-") and _is_key(name) and value in ReviewLine.Decision.values
        }
        try:
            refused = decide_review(viewer=viewer, review=found, decisions=decisions, by=viewer.actor, at=asking.at) or {}
        except Refused as why:
            messages.warning(request, str(why))
        else:
            done = len(decisions) - len(refused)
            if done:
                messages.success(request, ngettext("%(number)d decided.", "%(number)d decided.", done) % {"number": done})
            for code in sorted(set(refused.values())):
                messages.warning(request, str(REFUSALS[code]))
        return HttpResponseRedirect(reverse("desk:review", args=[pk]))
    lines = queries.review_lines(asking, found)
    undecided = [one for one in lines if not one.line.decision and one.of.state != "over"]
    context = base(request, asking, "reviews") | {
        "review": found, "overdue": not found.closed_at and found.due_on < timezone.localdate(asking.at),
        "undecided": [(one, one.of.user == viewer.user, ", ".join(str(MISSING[code]) for code in one.of.lacks)) for one in undecided],
        "decided": [one for one in lines if one.line.decision or one.of.state == "over"],
        "crumbs": crumbs(Link(_("Reviews"), reverse("desk:reviews")), Link(f"{found.unit.name}, {found.quarter}", current=True)),
        "columns": [Column(_("Name")), Column(_("Role")), Column(_("Since")), Column(_("Why, and who gave it")), Column(_("Last here")),
                    Column(_("Decision"))],
        "decided_columns": [Column(_("Name")), Column(_("Role")), Column(_("Decision")), Column(_("By")), Column(_("When"))],
    }  # fmt: skip
    return show(request, "desk/users/review.html", context, page="review")


@require_POST
@staff("users.administer")
def review_close(request: HttpRequest, pk: UUID) -> HttpResponse:
    asking, viewer = asking_of(request), viewer_of(request)
    try:
        close_review(viewer=viewer, review=_load(asking, pk), by=viewer.actor, at=asking.at)
        messages.success(request, _("Closed. The record stays."))
    except Refused as why:
        messages.warning(request, str(why))
    return HttpResponseRedirect(reverse("desk:review", args=[pk]))


@require_POST
@staff("users.administer")
def review_export(request: HttpRequest, pk: UUID) -> HttpResponse:
    asking, viewer = asking_of(request), viewer_of(request)
    found = _load(asking, pk)
    take_out_review(viewer=viewer, review=found, by=viewer.actor, at=instant_of(request))
    heads = [_("Name"), _("Role"), _("Unit"), _("From"), _("Until"), _("Why"), _("Given by"), _("Decision"), _("Decided by"), _("Decided")]
    rows = [
        [
            one.of.who, one.of.membership.role.name, one.of.membership.unit.name, _day(one.of.membership.valid_from),
            _day(one.of.membership.valid_until), one.of.membership.why, one.of.given_by,
            one.line.get_decision_display() if one.line.decision else _("ended by itself") if one.of.state == "over" else "",
            one.by, _day(one.line.at),
        ]
        for one in queries.review_lines(asking, found)
    ]  # fmt: skip
    return csv_file(f"review-{found.unit.code}-{found.quarter}.csv", heads, rows)


def _load(asking: Granting, pk: UUID) -> AccessReview:
    found = queries.review(asking, pk)
    if found is None:
        raise Http404
    return found


def _is_key(name: str) -> bool:
    try:
        UUID(name.removeprefix("line-"))
    except ValueError:
        return False
    return True


def _day(moment: object) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""  # type: ignore[arg-type]
