"""Ways to reach somebody: added, corrected, tried, given up; where they live now."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tracing.cases.moving_home import moved_to
from tracing.desk.page import instant_of, load, staff, viewer_of
from tracing.desk.reaching.forms import AddressForm, WayForm
from tracing.desk.reaching.page import WORK, find, page
from tracing.desk.reaching.words import PROBLEMS
from tracing.people.household.queries import addresses, flags_of, ways
from tracing.people.models import WayToReach
from tracing.people.ways.actions import WayRefused, add_way, correct_way, end_way, leave_address, mark_way

SEE = "people.see"
MARKS = {"works": True, "wrong": False, "untried": None}


@require_safe
@staff(SEE)
def ways_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    return page(request, find(request, pk))


@require_POST
@staff(WORK)
def add(request: HttpRequest, pk: UUID) -> HttpResponse:
    who, viewer = find(request, pk, WORK), viewer_of(request)
    form = WayForm(request.POST, confidential=bool(flags_of(pk, viewer)))
    if form.is_valid():
        said = form.cleaned_data
        try:
            made = add_way(
                person=pk, kind="email" if "@" in said["typed"] else "phone", typed=said["typed"], source="staff", whose=said["whose"],
                hours=said["hours"], since=said["since"], safe=said.get("safe", False), by=viewer.actor, at=instant_of(request),
            )  # fmt: skip
        except WayRefused as refused:
            form.add_error("typed", PROBLEMS[refused.code])
        else:
            messages.success(request, _("Kept. Calls go by it within seconds.") if made else _("This is known already."))
            return redirect("desk:person_ways", pk=pk)
    return page(request, who, 422, way_form=form)


@require_POST
@staff(WORK)
def change(request: HttpRequest, pk: UUID, way: UUID) -> HttpResponse:
    """One way: it works, it is wrong, nobody tried it, they have it no more, or it was typed wrongly."""
    who, viewer, at = find(request, pk, WORK), viewer_of(request), instant_of(request)
    row: WayToReach = load(ways(), request, way)
    if row.person_id != who.pk:
        raise Http404
    asked = request.POST.get("do", "")
    if asked in MARKS:
        mark_way(way=row, works=MARKS[asked], by=viewer.actor, at=at)
    elif asked == "end":
        end_way(way=row, by=viewer.actor, at=at)
    elif asked == "correct":
        try:
            correct_way(way=row, typed=request.POST.get("typed", "")[:254], source="staff", by=viewer.actor, at=at)
        except WayRefused as refused:
            form = WayForm({"typed": request.POST.get("typed", "")[:254]}, confidential=row.safe is not None)
            form.add_error("typed", PROBLEMS[refused.code])
            return page(request, who, 422, correct_form=form, correcting=row.pk)
    else:
        return page(request, who, 422)
    messages.success(request, _("Kept."))
    return redirect("desk:person_ways", pk=pk)


@require_POST
@staff(WORK)
def address(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Where they live or stay now. A residence elsewhere moves no case by itself."""
    who, viewer = find(request, pk, WORK), viewer_of(request)
    form = AddressForm(request.POST)
    if not form.is_valid():
        return page(request, who, 422, address_form=form)
    made = moved_to(person=pk, source="said", by=viewer.actor, at=instant_of(request), **form.cleaned_data)
    if made:
        messages.success(request, _("Kept; the former address has ended. If another department answers for them now, that is put before somebody."))
    else:
        messages.info(request, _("This is where they live already."))
    return redirect("desk:person_ways", pk=pk)


@require_POST
@staff(WORK)
def address_end(request: HttpRequest, pk: UUID, row: UUID) -> HttpResponse:
    who = find(request, pk, WORK)
    found = load(addresses(), request, row)
    if found.person_id != who.pk:
        raise Http404
    leave_address(address=found, by=viewer_of(request).actor, at=instant_of(request))
    messages.success(request, _("Kept."))
    return redirect("desk:person_ways", pk=pk)
