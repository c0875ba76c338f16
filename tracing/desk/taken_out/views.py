"""Lists that somebody asked to take out: what waits for my answer, what became of mine, what was taken lately."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tracing.access.actions import exporting
from tracing.access.models import ExportRequest
from tracing.access.queries import staff_names
from tracing.access.queries.exports import export_requests, exports_answered, exports_to_answer, own_export, own_exports
from tracing.access.rules.exporting import may_take
from tracing.desk.lists import address, cases, tasks
from tracing.desk.lists.export import AT_MOST, as_file
from tracing.desk.lists.forms import PURPOSES
from tracing.desk.page import instant_of, load, must, show, staff, viewer_of

TAKE, APPROVE = "lists.export", "lists.approve_export"
PAGES: Final = {"cases": gettext_lazy("Cases"), "calls": gettext_lazy("Calls")}
LISTS: Final = {"cases": cases.taking, "calls": tasks.taking}
STATES: Final = {
    "waiting": ("delivery.waiting", gettext_lazy("Waits for an answer")), "refused": ("task.cancelled", gettext_lazy("Refused")),
    "taken": ("task.done", gettext_lazy("Taken")), "late": ("task.late", gettext_lazy("Too late: ask again")),
    "take": ("task.open", gettext_lazy("Approved")),
}  # fmt: skip
WHY_NOT: Final = {
    "waiting": gettext_lazy("Nobody has approved it yet."), "refused": gettext_lazy("It was refused."),
    "taken": gettext_lazy("It was taken once already. Ask again for a newer one."),
    "late": gettext_lazy("The approval held for 24 hours and is over. Ask again."),
    "grown": gettext_lazy("The list has grown by more than a tenth since it was approved. Ask again."),
}  # fmt: skip


@require_safe
@staff(TAKE, APPROVE, lists=True)
def taken_out(request: HttpRequest) -> HttpResponse:
    viewer, at = viewer_of(request), instant_of(request)
    approves = viewer.may(APPROVE)
    waiting = exports_to_answer(viewer) if approves else []
    answered = exports_answered(viewer) if approves else []
    mine = own_exports(viewer.user)
    names = staff_names([row.user_id for row in (*waiting, *answered)] + [row.answered_by for row in (*mine, *answered)])

    def line(row: ExportRequest) -> dict[str, object]:
        state = may_take(
            answer=row.answer, approved=row.people, now=0, until=row.until, taken=row.taken_at is not None, at=at
        )
        return {
            "row": row, "list": PAGES.get(row.page, row.page), "purpose": PURPOSES.get(row.purpose, row.purpose), "state": state,
            "status": STATES[state], "asker": names.get(row.user_id, ""), "answerer": names.get(row.answered_by, ""),
            "query": str(row.asked.get("query", "")),
        }  # fmt: skip

    context = {
        "waiting": [line(row) for row in waiting], "mine": [line(row) for row in mine], "answered": [line(row) for row in answered],
        "approves": approves, "takes": viewer.may(TAKE),
    }  # fmt: skip
    return show(request, "desk/taken_out/taken_out.html", context, page="taken_out", purpose="review")


@require_POST
@staff(APPROVE, lists=True)
def answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    viewer, row = viewer_of(request), load(export_requests(), request, pk)
    must(request, APPROVE, row)
    approved = request.POST.get("answer") == "approve"
    try:
        exporting.answer_export(request=row, approved=approved, by=viewer.actor, at=instant_of(request))
    except exporting.OwnRequest:
        messages.warning(request, _("Somebody else answers what you asked for yourself."))
    except exporting.AlreadyAnswered:
        messages.info(request, _("Somebody has answered it already."))
    except exporting.AskerMayNot:
        messages.warning(request, _("Who asked may not take lists out there any more: it can only be refused."))
    else:
        messages.success(request, _("Approved for 24 hours.") if approved else _("Refused."))
    return redirect("desk:taken_out")


@require_POST
@staff(TAKE, lists=True)
def take(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What was approved, read again under the asker's own view at this moment."""
    viewer, at = viewer_of(request), instant_of(request)
    row = own_export(viewer.user, pk)
    if row is None or row.page not in LISTS:
        raise Http404
    taking = LISTS[row.page](address.kept(row.asked), viewer, at)
    if len(taking.rows) > AT_MOST:
        messages.warning(request, WHY_NOT["grown"])
        return redirect("desk:taken_out")
    try:
        return as_file(request, taking, purpose=row.purpose, why=row.why, asked=row)
    except exporting.NotToBeTaken as no:
        messages.warning(request, WHY_NOT[no.why])
        return redirect("desk:taken_out")
