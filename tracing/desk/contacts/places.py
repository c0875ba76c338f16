"""Places where a case was: picked from the register or added to it, taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracing.cases.dossier import today_of
from tracing.cases.models import Case
from tracing.contacts.visits import record_visit, record_visit_to_new_place, take_back_visit, visits, visits_at
from tracing.desk.call.places import NEW, Panel, VisitForm, panel
from tracing.desk.cases.record import draw, find, needs
from tracing.desk.contacts.frame import back, part, partly
from tracing.desk.page import instant_of, load, show, staff, viewer_of
from tracing.diseases.ruleset import rule_set
from tracing.places.actions import NotASetting
from tracing.places.queries import places as register
from tracing.places.queries import similar
from tracing.uswds.parts import Column

WORK, DETAIL = "cases.work", "cases.detail"
SHOWN_FOR = timedelta(days=60)


def _show(request: HttpRequest, case: Case, drawn: Panel, *, status: int = 200) -> HttpResponse:
    if partly(request):
        context = {"panel": drawn, "next": request.POST.get("next", "")}
        return part(request, "desk/call/_places.html", context, page="case_places", persons=[case.person_id])
    return draw(request, case, "desk/contacts/places.html", "case_contacts", {"panel": drawn}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(WORK)
def places(request: HttpRequest, pk: UUID) -> HttpResponse:
    case, viewer, at = find(request, pk), viewer_of(request), instant_of(request)
    needs(request, WORK, case)
    if request.method != "POST":
        return _show(request, case, panel(case, viewer, at=at))
    form = VisitForm(request.POST, today=today_of(case, at), auto_id="visit_%s")
    if not form.is_valid():
        return _show(request, case, panel(case, viewer, at=at, form=form), status=422)
    said = form.cleaned_data
    same, perhaps = similar(said["name"], said["street"], said["zip"])
    chosen = same or next((place for place in perhaps if str(place.pk) == said["place"]), None)
    if chosen is None and perhaps and said["place"] != NEW:
        return _show(request, case, panel(case, viewer, at=at, form=form, choose=perhaps), status=422)
    stay: dict[str, Any] = {
        "person": case.person, "disease": case.disease, "role": said["role"], "first_on": said["first_on"], "last_on": said["last_on"]
    }
    if chosen is not None:
        record_visit(place=chosen, by=viewer.actor, at=at, **stay)
    elif not said["kind"]:
        form.add_error("kind", _("The register does not have it yet: say what kind of place it is."))
        return _show(request, case, panel(case, viewer, at=at, form=form), status=422)
    else:
        try:
            record_visit_to_new_place(place=form.new(), by=viewer.actor, at=at, **stay)
        except NotASetting:
            form.add_error("name", _("Enter a name with letters."))
            return _show(request, case, panel(case, viewer, at=at, form=form), status=422)
    return _done(request, case)


@require_POST
@staff(WORK)
def take_back(request: HttpRequest, pk: UUID, visit: UUID) -> HttpResponse:
    case = find(request, pk)
    needs(request, WORK, case)
    row = load(visits(), request, visit)
    if (row.person_id, row.disease) != (case.person_id, case.disease):
        raise Http404
    take_back_visit(visit=row, by=viewer_of(request).actor, at=instant_of(request))
    return _done(request, case)


def _done(request: HttpRequest, case: Case) -> HttpResponse:
    if partly(request):
        return _show(request, case, panel(case, viewer_of(request), at=instant_of(request)))
    messages.success(request, _("Kept."))
    return back(request, "desk:case_places", case.pk)


@require_safe
@staff(DETAIL, lists=True)
def at_place(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who was at a place in the last weeks, of those whom the viewer may see."""
    place = get_object_or_404(register(), pk=pk)
    at = instant_of(request)
    rows = visits_at(place, viewer_of(request), since=timezone.localdate(at) - SHOWN_FOR)
    context = {
        "place": place, "rows": [(one, rule_set(one.disease).label) for one in rows],
        "columns": [Column(_("Who")), Column(_("Disease")), Column(_("As")), Column(_("When"))],
    }  # fmt: skip
    return show(request, "desk/contacts/place.html", context, page="place_visits", persons=[one.person_id for one in rows])
