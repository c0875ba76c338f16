"""The list of calls and other things to do."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tracing.access.viewer import Viewer
from tracing.desk.lists import address
from tracing.desk.lists.export import AT_MOST, ExportColumn, Taking, moment, shown, take_out
from tracing.desk.page import instant_of, show, staff, viewer_of
from tracing.diseases.labels import priority_reason
from tracing.diseases.rules import Reason
from tracing.diseases.ruleset import rule_sets
from tracing.tasks import lists
from tracing.tasks.models import Task
from tracing.uswds.parts import Column

STATES = {
    "open": gettext_lazy("Waiting"), "held": gettext_lazy("On a call"), "done": gettext_lazy("Done"),
    "stopped": gettext_lazy("Stopped"),
}  # fmt: skip
KINDS = {
    "first_call": gettext_lazy("First call"), "callback": gettext_lazy("Call again"), "review": gettext_lazy("Review"),
    "facility": gettext_lazy("Facility line"), "contact_call": gettext_lazy("Call to a contact"),
    "follow_up": gettext_lazy("Follow-up call"), "referral": gettext_lazy("Referral"),
}  # fmt: skip
COLUMNS = [
    Column(gettext_lazy("Person")), Column(gettext_lazy("What")), Column(gettext_lazy("Priority"), sort="priority", end=True),
    Column(gettext_lazy("Why")), Column(gettext_lazy("Tries"), end=True), Column(gettext_lazy("When")),
    Column(gettext_lazy("Department")), Column(gettext_lazy("Take"), hidden=True),
]  # fmt: skip


def _asked(request: address.Query, viewer: Viewer) -> tuple[lists.TaskFilter, str]:
    asked = lists.TaskFilter(
        state=address.choice(request, "state", STATES, "open"), kind=address.choice(request, "kind", KINDS),
        disease=address.choice(request, "disease", rule_sets()), unit=address.unit(Task, viewer, request.GET.get("unit", "")),
    )  # fmt: skip
    return asked, address.choice(request, "sort", lists.ORDERS, "-priority")


@require_safe
@staff("lists.see", lists=True)
def task_list(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    asked, sort = _asked(request, viewer)
    found = lists.page(
        asked, viewer, sort=sort, size=address.size(request), after=address.key(request, "after"), before=address.key(request, "before")
    )
    diseases = {code: ruleset.label for code, ruleset in rule_sets().items()}
    context: dict[str, Any] = {
        "rows": [(task, why(task), KINDS[task.kind]) for task in found.rows], "columns": COLUMNS, "sort": sort,
        "query": address.without_place(request).urlencode(), "now": instant_of(request),
        "groups": [
            address.group(request, _("State"), "state", STATES, asked.state, always=True),
            address.group(request, _("What"), "kind", KINDS, asked.kind),
            address.group(request, _("Disease"), "disease", diseases, asked.disease),
        ],
        "page": address.paging(request, found), "units": address.departments(Task, viewer), "unit": request.GET.get("unit", ""),
        "sizes": address.SIZES, "size": address.size(request), "may_export": viewer.may("lists.export"),
        "clear": "?" if asked != lists.TaskFilter() else "", "may_call": viewer.may("tasks.next_call"), "most": AT_MOST, "state": asked.state,
        "kept": [(name, value) for name, value in address.without_place(request).items() if name not in ("unit", "rows")],
    }  # fmt: skip
    persons = [task.person_id for task in found.rows if task.person_id]
    return show(request, "desk/lists/tasks.html", context, page="task_list", persons=persons)


@require_POST
@staff("lists.export", lists=True)
def task_export(request: HttpRequest) -> HttpResponse:
    """Exactly what the list shows, as a file, for a purpose that is asked first."""
    return take_out(request, taking(request, viewer_of(request), instant_of(request)))


def taking(asked: address.Query, viewer: Viewer, at: datetime) -> Taking:
    """The list as a whole, for whoever may take it out; read again under their own view when it was approved."""
    wanted, sort = _asked(asked, viewer)
    found = lists.taken_out(wanted, viewer.limited("cases.see", to="lists.export"), sort=sort, most=AT_MOST + 1)
    return Taking(
        page="calls", title=_("Calls"), back=reverse("desk:task_list"), query=address.without_place(asked).urlencode(), name="",
        rows=found, columns=columns(viewer), persons=[task.person_id for task in found if task.person_id], disease=wanted.disease,
    )  # fmt: skip


def columns(viewer: Viewer) -> list[ExportColumn]:
    every = [
        ExportColumn("family", _("Family name"), lambda task: task.person.family if task.person else "", "name"),
        ExportColumn("given", _("Given name"), lambda task: task.person.given if task.person else "", "name"),
        ExportColumn("initials", _("Initials"), lambda task: str(task.person) if task.person else "", "initials"),
        ExportColumn("kind", _("What"), lambda task: KINDS[task.kind]),
        ExportColumn("state", _("State"), lambda task: STATES[task.state]),
        ExportColumn("priority", _("Priority"), lambda task: task.priority),
        ExportColumn("reasons", _("Why"), lambda task: "; ".join(why(task)), "sensitive"),
        ExportColumn("attempts", _("Tries"), lambda task: task.attempts),
        ExportColumn("not_before", _("When"), lambda task: moment(task.not_before)),
        ExportColumn("department", _("Department"), lambda task: task.unit.name),
    ]
    return shown(every, viewer)


def why(task: Task) -> list[str]:
    """The heaviest reasons in words."""
    said = []
    for code, points, *value in task.reasons[:3]:
        if code == "agreed_hour":
            said.append(_("hour agreed"))
        elif points > 0:
            said.append(priority_reason(Reason(code, points, value[0] if value else "")))
    return said
