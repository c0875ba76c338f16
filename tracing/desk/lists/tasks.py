"""The list of calls and other things to do."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tracing.desk.lists import address
from tracing.desk.lists.export import AT_MOST, csv_file
from tracing.desk.page import instant_of, show, staff, viewer_of
from tracing.diseases.labels import priority_reason
from tracing.diseases.rules import Reason
from tracing.diseases.ruleset import rule_sets
from tracing.journal.actions import look
from tracing.tasks import lists
from tracing.tasks.models import Task
from tracing.uswds.parts import Column

STATES = {
    "open": gettext_lazy("Waiting"), "held": gettext_lazy("On a call"), "done": gettext_lazy("Done"),
    "stopped": gettext_lazy("Stopped"),
}  # fmt: skip
KINDS = {
    "first_call": gettext_lazy("First call"), "callback": gettext_lazy("Call again"), "review": gettext_lazy("Review"),
    "facility": gettext_lazy("Facility line"),
}  # fmt: skip
COLUMNS = [
    Column(gettext_lazy("Person")), Column(gettext_lazy("What")), Column(gettext_lazy("Priority"), sort="priority", end=True),
    Column(gettext_lazy("Why")), Column(gettext_lazy("Tries"), end=True), Column(gettext_lazy("When")),
    Column(gettext_lazy("Department")), Column(gettext_lazy("Take"), hidden=True),
]  # fmt: skip


def _asked(request: HttpRequest) -> tuple[lists.TaskFilter, str]:
    viewer = viewer_of(request)
    asked = lists.TaskFilter(
        state=address.choice(request, "state", STATES, "open"), kind=address.choice(request, "kind", KINDS),
        disease=address.choice(request, "disease", rule_sets()), unit=address.unit(Task, viewer, request.GET.get("unit", "")),
    )  # fmt: skip
    return asked, address.choice(request, "sort", lists.ORDERS, "-priority")


@require_safe
@staff("lists.see")
def task_list(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    asked, sort = _asked(request)
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
@staff("lists.export")
def task_export(request: HttpRequest) -> HttpResponse:
    """Exactly what the list shows, as a file. Everybody in it was looked at."""
    viewer, at = viewer_of(request), instant_of(request)
    asked, sort = _asked(request)
    found = lists.taken_out(asked, viewer.limited("cases.see", to="lists.export"), sort=sort, most=AT_MOST + 1)
    if len(found) > AT_MOST:
        messages.warning(request, _("These are more than 10,000 calls: narrow the list, then take it out in parts."))
        return redirect(f"{request.path.removesuffix('/export')}?{address.without_place(request).urlencode()}")
    heads = [_("Family name"), _("Given name"), _("What"), _("State"), _("Priority"), _("Why"), _("Tries"), _("When"), _("Department")]
    rows = [
        [
            task.person.family if task.person else "", task.person.given if task.person else "", KINDS[task.kind],
            STATES[task.state], task.priority, "; ".join(why(task)), task.attempts,
            timezone.localtime(task.not_before).strftime("%Y-%m-%d %H:%M"), task.unit.name,
        ]
        for task in found
    ]  # fmt: skip
    answer = csv_file(f"calls-{timezone.localdate(at):%Y-%m-%d}.csv", heads, rows)
    look(actor=viewer.user, at=at, page="task_export", purpose="export", persons=[t.person_id for t in found if t.person_id])
    return answer


def why(task: Task) -> list[str]:
    """The heaviest reasons in words."""
    said = []
    for code, points, *value in task.reasons[:3]:
        if code == "agreed_hour":
            said.append(_("hour agreed"))
        elif points > 0:
            said.append(priority_reason(Reason(code, points, value[0] if value else "")))
    return said
