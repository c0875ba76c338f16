"""The list of cases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from tracing.access.viewer import Viewer
from tracing.base.sight import SHOWS, finds_by
from tracing.cases import lists
from tracing.cases.models import Case
from tracing.cases.shared import Lent, lent_from
from tracing.desk.cases.record import status_code
from tracing.desk.course import small_course
from tracing.desk.lists import address
from tracing.desk.lists.export import AT_MOST, ExportColumn, Taking, day, moment, shown, take_out
from tracing.desk.page import instant_of, show, staff, viewer_of
from tracing.desk.sharing.words import PURPOSE_OF_LENT
from tracing.desk.templatetags.desk import last_day
from tracing.diseases.labels import CLASSIFICATIONS, SCOPES
from tracing.diseases.ruleset import rule_sets
from tracing.people.rules import age_on, age_shown
from tracing.uswds.parts import Column

STATES = {"open": gettext_lazy("Open"), "closed": gettext_lazy("Closed")}
COLUMNS = [
    Column(gettext_lazy("Person"), sort="name"), Column(gettext_lazy("Disease")), Column(gettext_lazy("State")),
    Column(gettext_lazy("Course")), Column(gettext_lazy("Isolation until")), Column(gettext_lazy("Scope")),
    Column(gettext_lazy("Department")), Column(gettext_lazy("Opened"), sort="opened"),
]  # fmt: skip


def _asked(request: address.Query, viewer: Viewer) -> tuple[lists.CaseFilter, str]:
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
@staff("lists.see", lists=True)
def case_list(request: HttpRequest) -> HttpResponse:
    """A name is asked by POST: it narrows the same list and stands in no address."""
    viewer = viewer_of(request)
    asked, sort = _asked(request, viewer)
    size = NAMED if asked.name else address.size(request)
    found = lists.page(
        asked, viewer, sort=sort, size=size, after=address.key(request, "after"), before=address.key(request, "before")
    )
    today = timezone.localdate(instant_of(request))
    diseases = {code: ruleset.label for code, ruleset in rule_sets().items()}
    days = "days" in SHOWS[viewer.sight]
    lent = lent_from(viewer, found.rows)
    rows = [
        (
            case, status_code(case, today), small_course(case, today) if days else None,
            str(diseases.get(case.disease, case.disease)), age_words(case, today, viewer), lent_words(lent.get(case.pk)),
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
@staff("lists.export", lists=True)
def case_export(request: HttpRequest) -> HttpResponse:
    """Exactly what the list shows, as a file, for a purpose that is asked first."""
    return take_out(request, taking(request, viewer_of(request), instant_of(request)))


def taking(asked: address.Query, viewer: Viewer, at: datetime) -> Taking:
    """The list as a whole, for whoever may take it out; read again under their own view when it was approved."""
    wanted, sort = _asked(asked, viewer)
    found = lists.taken_out(wanted, viewer.limited("cases.see", to="lists.export"), sort=sort, most=AT_MOST + 1)
    return Taking(
        page="cases", title=_("Cases"), back=reverse("desk:case_list"), query=address.without_place(asked).urlencode(),
        name=wanted.name, rows=found, columns=columns(viewer, timezone.localdate(at)), persons=[case.person_id for case in found],
        disease=wanted.disease,
    )  # fmt: skip


def columns(viewer: Viewer, today: date) -> list[ExportColumn]:
    """What stands in the file, as far as the viewer's sight shows it."""
    diseases = {code: ruleset.label for code, ruleset in rule_sets().items()}
    every = [
        ExportColumn("family", _("Family name"), lambda case: case.person.family, "name"),
        ExportColumn("given", _("Given name"), lambda case: case.person.given, "name"),
        ExportColumn("initials", _("Initials"), lambda case: str(case.person), "initials"),
        ExportColumn("birth_on", _("Birth date"), lambda case: case.person.birth_on, "birth"),
        ExportColumn("age", _("Age"), lambda case: age_in(case, today, viewer), "" if "birth" not in SHOWS[viewer.sight] else "no"),
        ExportColumn("disease", _("Disease"), lambda case: diseases.get(case.disease, case.disease)),
        ExportColumn("episode", _("Episode"), lambda case: case.episode),
        ExportColumn("state", _("State"), lambda case: _state(status_code(case, today))),
        ExportColumn("classification", _("Classification"), lambda case: CLASSIFICATIONS[case.classification]),
        ExportColumn("first_positive_on", _("First positive"), lambda case: day(case.first_positive_on)),
        ExportColumn("onset_on", _("First day of illness"), lambda case: day(case.onset_on)),
        ExportColumn("isolation_until", _("Isolation until"), lambda case: day(case.isolation.ends_on if case.isolation else None)),
        ExportColumn("scope", _("Scope"), lambda case: SCOPES[case.scope]),
        ExportColumn("town", _("Town"), lambda case: case.town.name if case.town else "", "town"),
        ExportColumn("department", _("Department"), lambda case: case.unit.name),
        ExportColumn("opened_at", _("Opened"), lambda case: moment(case.opened_at)),
    ]
    return shown(every, viewer)


def age_in(case: Case, today: date, viewer: Viewer) -> str:
    return age_shown(age_on(case.person.birth_on, case.person.birth_year, today), viewer.sight)


def age_words(case: Case, today: date, viewer: Viewer) -> str:
    """How old, for those who see no birth date."""
    age = age_in(case, today, viewer)
    return _("%(age)s years") % {"age": age} if age else ""


def _state(code: str) -> str:
    return {"case.closed": _("Closed"), "case.isolating": _("In isolation"), "case.open": _("Open")}[code]


def lent_words(lent: Lent | None) -> str:
    """From whom a case of another unit is lent, and until when."""
    if lent is None:
        return ""
    day = date_format(last_day(lent.until), "M j") if lent.until else ""
    return str(PURPOSE_OF_LENT[lent.why]) % {"unit": lent.unit, "day": day}
