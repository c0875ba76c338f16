"""Notices of whoever is signed in: what happened where, and the page on which it is dealt with. Names stand on that page alone."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tracing.access.queries import staff_names
from tracing.desk.page import instant_of, load, show, staff, viewer_of
from tracing.desk.review.after import key_in, query
from tracing.diseases.conditions import condition
from tracing.notices.actions import acknowledge, mark_read
from tracing.notices.models import Told
from tracing.notices.queries import on_call, told
from tracing.notices.queries import tellings as every
from tracing.notices.told import telling
from tracing.uswds.parts import ChipGroup, Link

SEE = ("cases.see", "intake.review")
SIZE = 50
WHERE = {
    "case": "desk:case", "person": "desk:person_advice", "order": "desk:order", "facility_line": "desk:facility", "transfer": "desk:case_shared",
    "report": "desk:held",
}  # fmt: skip
"""Kind of subject → the page that deals with it."""


@require_safe
@staff(*SEE)
def notices(request: HttpRequest) -> HttpResponse:
    viewer, at = viewer_of(request), instant_of(request)
    everything = request.GET.get("show") == "all"
    after = key_in(request.GET.get("after", ""))
    rows = list(told(viewer, unread=not everything, after=after, at=at)[: SIZE + 1])
    found, more = rows[:SIZE], len(rows) > SIZE
    names, labels = staff_names([one.answered_by for one in found]), telling(timezone.localdate(at)).rules
    shown = {"show": "all"} if everything else {}
    context = {
        "rows": [
            (one, labels[one.rule].label if one.rule in labels else one.rule, condition(one.disease).name if one.disease else "", _where(one),
             names.get(one.answered_by, ""))
            for one in found
        ],
        "everything": everything, "on_call": viewer.home is not None and viewer.user in on_call(viewer.home, at),
        "may_lead": viewer.reaches("tasks.assign"),
        "chips": [ChipGroup(_("Show"), [Link(_("Not read"), "?", current=not everything), Link(_("All"), "?show=all", current=everything)])],
        "first": f"?{query(show=shown.get('show'))}" if after else "",
        "following": f"?{query(show=shown.get('show'), after=found[-1].pk)}" if more else "",
    }  # fmt: skip
    return show(request, "desk/notices/notices.html", context, page="notices")


def _where(one: Told) -> str:
    name = WHERE.get(one.subject_kind)
    if name is None:
        return ""
    return reverse(name) if name == "desk:held" else reverse(name, args=[one.subject_id])


@require_POST
@staff(*SEE)
def read_all(request: HttpRequest) -> HttpResponse:
    """Everything is read but what waits for an answer."""
    viewer = viewer_of(request)
    if mark_read(user=viewer.user, by=viewer.actor, at=instant_of(request)):
        messages.success(request, _("Read. They are kept for 60 days, under All."))
    return redirect("desk:notices")


@require_POST
@staff(*SEE)
def read(request: HttpRequest, pk: UUID) -> HttpResponse:
    viewer, one = viewer_of(request), load(every(), request, pk)
    mark_read(user=viewer.user, told=[one.pk], by=viewer.actor, at=instant_of(request))
    return redirect("desk:notices")


@require_POST
@staff(*SEE)
def answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Whoever presses it deals with it: nobody else is woken."""
    viewer, one = viewer_of(request), load(every(), request, pk)
    if acknowledge(told=one, by=viewer.actor, at=instant_of(request)):
        messages.success(request, _("It is yours: nobody else is told of it any more."))
    else:
        messages.info(request, _("Somebody answered for it before."))
    where = _where(one)
    return redirect(where) if where else redirect("desk:notices")
