"""What every page of a case shows around its own part: who, the course, the tabs, what may be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.dateformat import format as format_day
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tracing.access.viewer import Viewer
from tracing.access.visibility import may_act
from tracing.base.sight import SHOWS
from tracing.cases.dossier import closable, infectious, today_of
from tracing.cases.lists import cases
from tracing.cases.models import Case
from tracing.cases.shared import open_offer
from tracing.desk.cases.forms import CloseForm, StayForm
from tracing.desk.course import course
from tracing.desk.page import instant_of, load, show, viewer_of
from tracing.diseases.ruleset import rule_set
from tracing.intake.results import results_of
from tracing.people.known import Known, known
from tracing.people.rules import age_on, age_shown
from tracing.tasks.lists import attempts_of
from tracing.tasks.models import Attempt
from tracing.uswds.parts import Link

TABS = (
    ("case", _("Overview"), "cases.see"), ("case_results", _("Lab results"), "cases.detail"),
    ("case_contacts", _("Contacts"), "cases.detail"), ("case_messages", _("Messages"), "cases.detail"),
    ("case_tasks", _("Calls"), "cases.detail"), ("case_timeline", _("Timeline"), "timeline.see"),
    ("case_shared", _("Shared and handed over"), "cases.see"), ("case_access", _("Access"), "journal.see"),
)  # fmt: skip


def find(request: HttpRequest, pk: UUID) -> Case:
    """The case; for one that rests under another of the same illness, that other."""
    case = load(cases(), request, pk)
    return case if case.merged_into_id is None else load(cases(), request, case.merged_into_id)


def may(viewer: Viewer, permission: str, case: Case) -> bool:
    """Held where the case counts, where it is followed, or by whoever has the person in hand."""
    return may_act(viewer, permission, case)


def needs(request: HttpRequest, permission: str, case: Case) -> None:
    if not may(viewer_of(request), permission, case):
        raise PermissionDenied


@dataclass(frozen=True, slots=True)
class Allowed:
    work: bool
    close: bool
    death: bool
    call: bool
    journal: bool
    detail: bool


def allowed(viewer: Viewer, case: Case) -> Allowed:
    return Allowed(
        work=may(viewer, "cases.work", case), close=may(viewer, "cases.close", case),
        death=may(viewer, "people.record_death", case), call=may(viewer, "tasks.next_call", case),
        journal=may(viewer, "journal.see", case), detail=viewer.may("cases.detail"),
    )  # fmt: skip


def status_code(case: Case, today: date) -> str:
    if case.closure_id is not None:
        return "case.closed"
    lasts = case.isolation is not None and (case.isolation.ends_on is None or case.isolation.ends_on >= today)
    return "case.isolating" if lasts else "case.open"


def draw(
    request: HttpRequest,
    case: Case,
    template: str,
    tab: str,
    context: dict[str, Any] | None = None,
    *,
    persons: tuple[UUID, ...] = (),
    status: int = 200,
    forms: dict[str, Any] | None = None,
) -> HttpResponse:
    """One tab of a case with its head. `forms`: what was typed and could not be kept, in place of the empty ones."""
    viewer, at = viewer_of(request), instant_of(request)
    today = today_of(case, at)
    who: Known = known(case.person, viewer)
    attempts: list[Attempt] = list(attempts_of([case.person_id], case.disease)[:60])
    results = results_of(case, viewer)
    rights = allowed(viewer, case)
    links = [
        Link(label, reverse(f"desk:{name}", args=[case.pk]), current=name == tab)
        for name, label, needed in TABS
        if viewer.may(needed) and (name != "case_access" or rights.journal)
    ]
    days = "days" in SHOWS[viewer.sight]
    head = {
        "case": case, "who": who, "today": today, "now": at, "rights": rights, "tabs": links,
        "state": status_code(case, today), "disease": rule_set(case.disease).label,
        "course": course(case, today=today, results=results, attempts=attempts) if days else None,
        "age": age_shown(age_on(case.person.birth_on, case.person.birth_year, today), viewer.sight),
        "infectious": infectious(case, today) if days else None,
        "results": results, "attempts": attempts,
        "offer": open_offer(case, viewer), "close_form": close_form(case, at), "stay_form": StayForm(), "open": set(forms or {}),
    }  # fmt: skip
    return show(
        request, template, head | (context or {}) | (forms or {}), page=tab, persons=[case.person_id, *persons], status=status
    )


def close_form(case: Case, at: datetime, data: Any = None) -> CloseForm:
    ends = case.isolation.ends_on if case.isolation else None
    later = _now("Isolation lasts until they are well: say since when") if case.isolation is not None and ends is None else ""
    if ends is not None:
        later = _now("Not before %(day)s: isolation lasts until then") % {"day": format_day(ends + timedelta(days=1), "F j")}
    return CloseForm(data, closable=closable(case, at), not_before=later)


