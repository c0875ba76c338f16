"""An order put before the director: days from the rules, the place from the address, the grounds in the investigator's words."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracing.desk.orders.forms import REFUSED, DraftForm
from tracing.desk.page import instant_of, load, show, staff, viewer_of
from tracing.diseases.ruleset import rule_set
from tracing.monitoring import actions
from tracing.monitoring.law import law
from tracing.monitoring.queries import diseases_of, holding, whereabouts
from tracing.monitoring.rules import order_days
from tracing.people.known import may_on, persons

WORK = "cases.work"


@require_http_methods(["GET", "HEAD", "POST"])
@staff(WORK, lists=True)
def draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    person, viewer, at = load(persons(), request, pk), viewer_of(request), instant_of(request)
    if not may_on(person, WORK, viewer):
        raise PermissionDenied
    known = diseases_of(pk, viewer)
    wanted = request.POST.get("disease", "") or request.GET.get("disease", "")
    disease = wanted if wanted in known else next(iter(known), "")
    if not disease:
        raise Http404
    held = holding(pk, disease, viewer)
    place, unit = whereabouts(pk)
    unit = unit or _followed_by(held)
    today = at.astimezone(ZoneInfo(unit.time_zone)).date()
    rules = law(today)
    start: dict[str, Any] = {"place": place}
    if held.stay is not None:
        start["starts_on"], start["ends_on"] = order_days(held.stay, on=today, longest=rules.longest)
    form = DraftForm(request.POST if request.method == "POST" else None, initial=start)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = actions.draft_order(person=person, disease=disease, unit=unit, on=today, by=viewer.actor, at=at, **form.cleaned_data)
            except actions.CannotOrder as refused:
                form.add_error(*REFUSED[refused.code])
            else:
                messages.success(request, _("Drafted: it waits for the director of %(unit)s.") % {"unit": unit.name})
                return redirect("desk:order", pk=made.pk)
    context = {
        "person": person, "disease": disease, "disease_words": rule_set(disease).label, "form": form, "held": held, "law": rules, "unit": unit,
        "kind": _("Order of isolation") if held.isolation or not held.quarantine else _("Order of quarantine"),
        "others": [(code, rule_set(code).label) for code in known if code != disease],
    }  # fmt: skip
    return show(request, "desk/orders/draft.html", context, page="person_order", persons=[pk], status=status)


def _followed_by(held: Any) -> Any:
    """The department that follows them, where no address tells."""
    if held.isolation is not None:
        return held.isolation.case.follow_unit
    if held.quarantine is not None:
        return held.quarantine.exposure.follower
    raise Http404
