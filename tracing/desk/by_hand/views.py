"""A case reported by telephone, on paper or in person: typed, looked over once, filed like any laboratory's report."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracing.base.ids import uuid7
from tracing.cases.lists import cases
from tracing.desk.by_hand.forms import ReportForm
from tracing.desk.page import instant_of, show, staff, still_there, viewer_of
from tracing.desk.review import words
from tracing.diseases.conditions import sensitive_codes
from tracing.diseases.labels import CLASSIFICATIONS
from tracing.diseases.ruleset import rule_set, rule_sets
from tracing.intake.by_hand import PERMISSION, Filed, Likely, NoCaseByDefinition, likely, report_by_hand
from tracing.jurisdictions.units import units_by_id
from tracing.people.known import known
from tracing.people.rules import age_on

NOBODY, DECIDE = "none", "decide"
"""It is nobody of those shown; let those decide who may see the others."""


@require_http_methods(["GET", "HEAD", "POST"])
@staff(PERMISSION)
def report(request: HttpRequest) -> HttpResponse:
    viewer, at = viewer_of(request), instant_of(request)
    named = viewer.holds.get(PERMISSION, frozenset())
    diseases = {code: rules.label for code, rules in rule_sets().items() if code not in sensitive_codes() or code in named}
    today = at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    if request.method != "POST":
        return _page(request, ReportForm(initial={"token": str(uuid7())}, today=today, diseases=diseases))
    form = ReportForm(request.POST, today=today, diseases=diseases)
    if not form.is_valid():
        return _page(request, form, status=422)
    typed = form.typed(at)
    found = likely(typed, viewer, at=at)
    if not found.classification.opens_case:
        form.add_error("kind", _no_case(found))
        return _page(request, form, status=422)
    who = request.POST.get("who", "")
    chosen = next((person.pk for person, _candidate in found.seen if str(person.pk) == who), None)
    if chosen is None and (who not in (NOBODY, DECIDE) or (who == DECIDE and not found.hidden)):
        return _page(request, form, found)
    try:
        filed = report_by_hand(
            typed=typed, person=chosen, shown=[candidate for _person, candidate in found.seen] if who != DECIDE else (),
            everybody_shown=not found.hidden, by=viewer.actor, at=at,
        )  # fmt: skip
    except NoCaseByDefinition:
        form.add_error("kind", _no_case(found))
        return _page(request, form, status=422)
    return _after(request, filed, found)


def _no_case(found: Likely) -> str:
    return _("This meets no case definition (%(rule)s): nothing was filed. Add signs, an exposure or a test.") % {
        "rule": found.classification.rule_id
    }


def _after(request: HttpRequest, filed: Filed, found: Likely) -> HttpResponse:
    if filed.again:
        messages.info(request, _("This report was sent before: it was filed once."))
    if filed.case is not None and still_there(cases(), request, filed.case):
        if not filed.again:
            messages.success(request, _("Filed. The case is below."))
        return redirect("desk:case", pk=filed.case)
    unit = next((unit.name for unit in units_by_id(frozenset([found.unit]))), "")
    if filed.case is not None:
        messages.success(request, _("Filed. The case is with %(unit)s, who follows it.") % {"unit": unit})
    elif filed.report.state == "waiting":
        messages.success(request, _("Kept. Somebody decides who it is among people who are known already; then it is filed."))
    else:
        problems = ", ".join(str(words.problem(code).title) for code in filed.report.problems)
        messages.warning(request, _("Kept, and held for somebody to mend: %(problems)s.") % {"problems": problems})
    return redirect("desk:by_hand")


def _page(request: HttpRequest, form: ReportForm, found: Likely | None = None, status: int = 200) -> HttpResponse:
    viewer = viewer_of(request)
    context: dict[str, Any] = {"form": form, "found": found, "nobody": NOBODY, "decide": DECIDE}
    persons: list[UUID] = []
    if found is not None:
        rules = rule_set(form.cleaned_data["disease"])
        persons = [person.pk for person, _candidate in found.seen]
        context |= {
            "unit": next((unit.name for unit in units_by_id(frozenset([found.unit]))), ""),
            "class": CLASSIFICATIONS[found.classification.code], "rule": rules.titles.get(found.classification.rule_id, found.classification.rule_id),
            "people": [
                (
                    person, known(person, viewer), age_on(person.birth_on, person.birth_year, form.today),
                    [words.REASONS.get(code, code) for code in candidate.reasons if not words.against(code)][:5],
                    [words.REASONS.get(code, code) for code in candidate.reasons if words.against(code)][:3],
                )
                for person, candidate in found.seen
            ],
        }  # fmt: skip
    return show(request, "desk/by_hand/report.html", context, page="by_hand", persons=persons, purpose="work", status=status)
