"""The list of cases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from tracing.access.viewer import Viewer
from tracing.base.sight import SHOWS, finds_by
from tracing.cases import lists
from tracing.cases.models import Case
from tracing.desk.cases.record import status_code
from tracing.desk.course import small_course
from tracing.desk.lists import address
from tracing.desk.lists.export import AT_MOST, csv_file
from tracing.desk.page import instant_of, show, staff, viewer_of
from tracing.diseases.labels import CLASSIFICATIONS, SCOPES
from tracing.diseases.ruleset import rule_sets
from tracing.journal.actions import look
from tracing.people.rules import age_on, age_shown
from tracing.uswds.parts import Column

STATES = {"open": gettext_lazy("Open"), "closed": gettext_lazy("Closed")}
COLUMNS = [
    Column(gettext_lazy("Person"), sort="name"), Column(gettext_lazy("Disease")), Column(gettext_lazy("State")),
    Column(gettext_lazy("Course")), Column(gettext_lazy("Isolation until")), Column(gettext_lazy("Scope")),
    Column(gettext_lazy("Department")), Column(gettext_lazy("Opened"), sort="opened"),
]  # fmt: skip


def _asked(request: HttpRequest) -> tuple[lists.CaseFilter, str]:
    viewer = viewer_of(request)
    asked = lists.CaseFilter(
        state=address.choice(request, "state", STATES), disease=address.choice(request, "disease", rule_sets()),
        classification=address.choice(request, "class", CLASSIFICATIONS), scope=address.choice(request, "scope", SCOPES),
        review=request.GET.get("review") == "1", unit=address.unit(Case, viewer, request.GET.get("unit", "")),
        name=request.POST.get("name", "").strip()[:120] if "name" in finds_by(viewer.sight) else "",
    )  # fmt: skip
    return asked, address.choice(request, "sort", lists.orders(viewer), "name" if asked.name else "-opened")


NAMED: Final = 200
"""Rows where a name was asked: one page, which a longer beginning narrows."""


@require_http_methods(["GET", "HEAD", "POST"])
@staff("lists.see")
def case_list(request: HttpRequest) -> HttpResponse:
    """A name is asked by POST: it narrows the same list and stands in no address."""
    viewer = viewer_of(request)
    asked, sort = _asked(request)
    size = NAMED if asked.name else address.size(request)
    found = lists.page(
        asked, viewer, sort=sort, size=size, after=address.key(request, "after"), before=address.key(request, "before")
    )
    today = timezone.localdate(instant_of(request))
    diseases = {code: ruleset.label for code, ruleset in rule_sets().items()}
    days = "days" in SHOWS[viewer.sight]
    rows = [
        (
            case, status_code(case, today), small_course(case, today) if days else None,
            str(diseases.get(case.disease, case.disease)), age_words(case, today, viewer),
        )
        for case in found.rows
    ]  # fmt: skip
    if request.POST.get("name") and not asked.name:
        messages.info(request, _("Your role does not show names, so a list cannot be narrowed by one."))
    by_name = "name" in lists.orders(viewer)
    context: dict[str, Any] = {
        "rows": rows, "columns": COLUMNS if by_name else [Column(COLUMNS[0].label), *COLUMNS[1:]], "may_name": by_name,
        "sort": sort, "query": address.without_place(request).urlencode(), "name": asked.name,
        "groups": [
            address.group(request, _("State"), "state", STATES, asked.state),
            address.group(request, _("Disease"), "disease", diseases, asked.disease),
            address.group(request, _("Classification"), "class", CLASSIFICATIONS, asked.classification),
            address.group(request, _("What is done"), "scope", SCOPES, asked.scope),
            address.group(request, _("Attention"), "review", {"1": _("Needs review")}, "1" if asked.review else ""),
        ],
        "page": address.paging(request, found, links=not asked.name), "units": address.departments(Case, viewer), "unit": request.GET.get("unit", ""),
        "sizes": address.SIZES, "size": address.size(request), "may_export": viewer.may("lists.export"), "most": AT_MOST,
        "kept": _kept(request, ("unit", "rows")),
        "clear": "?" if asked != lists.CaseFilter() else "",
    }  # fmt: skip
    return show(request, "desk/lists/cases.html", context, page="case_list", persons=[case.person_id for case in found.rows])


def _kept(request: HttpRequest, names: Iterable[str]) -> list[tuple[str, str]]:
    """What else the address holds, to be sent along by the form that changes the rest."""
    return [(name, str(value)) for name, value in address.without_place(request).items() if name not in set(names)]


@require_POST
@staff("lists.export")
def case_export(request: HttpRequest) -> HttpResponse:
    """Exactly what the list shows, as a file. Everybody in it was looked at."""
    viewer, at = viewer_of(request), instant_of(request)
    asked, sort = _asked(request)
    found = lists.taken_out(asked, viewer.limited("cases.see", to="lists.export"), sort=sort, most=AT_MOST + 1)
    if len(found) > AT_MOST:
        messages.warning(request, _("These are more than 10,000 cases: narrow the list, then take it out in parts."))
        return redirect(f"{request.path.removesuffix('/export')}?{address.without_place(request).urlencode()}")
    today = timezone.localdate(at)
    diseases = {code: ruleset.label for code, ruleset in rule_sets().items()}
    heads = [_("Family name"), _("Given name"), _("Birth date"), _("Disease"), _("Episode"), _("State"), _("Classification"),
             _("First positive"), _("First day of illness"), _("Isolation until"), _("Scope"), _("Town"), _("Department"),
             _("Opened")]  # fmt: skip
    rows = [
        [
            case.person.family, case.person.given, case.person.birth_on, diseases.get(case.disease, case.disease), case.episode,
            _state(status_code(case, today)), CLASSIFICATIONS[case.classification], case.first_positive_on, case.onset_on,
            case.isolation.ends_on if case.isolation else None, SCOPES[case.scope], case.town.name if case.town else "",
            case.unit.name, timezone.localtime(case.opened_at).strftime("%Y-%m-%d %H:%M"),
        ]
        for case in found
    ]  # fmt: skip
    answer = csv_file(f"cases-{today:%Y-%m-%d}.csv", heads, rows)
    look(actor=viewer.user, at=at, page="case_export", purpose="export", persons=[case.person_id for case in found])
    return answer


def age_words(case: Case, today: date, viewer: Viewer) -> str:
    """How old, for those who see no birth date."""
    age = age_shown(age_on(case.person.birth_on, case.person.birth_year, today), viewer.sight)
    return _("%(age)s years") % {"age": age} if age else ""


def _state(code: str) -> str:
    return {"case.closed": _("Closed"), "case.isolating": _("In isolation"), "case.open": _("Open")}[code]
