"""What a team that covered a department's calls has done, read by the department."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tracing.access.queries import staff_names
from tracing.desk.page import instant_of, must, show, staff, viewer_of
from tracing.desk.workload.words import hours_of, parts_of
from tracing.reporting.board import PERMISSION
from tracing.reporting.handing_back import hand_back_of, read_hand_back, tries_behind
from tracing.uswds.parts import Column

AT_MOST = 200
COLUMNS = [
    Column(gettext_lazy("Person")), Column(gettext_lazy("When")), Column(gettext_lazy("What came of it")), Column(gettext_lazy("By")),
    Column(gettext_lazy("Again")),
]  # fmt: skip


@require_safe
@staff(PERMISSION, lists=True)
def hand_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    viewer = viewer_of(request)
    row = hand_back_of(viewer, pk)
    if row is None:
        raise Http404
    tries = tries_behind(row, viewer, most=AT_MOST)
    names = staff_names([one.by for one in tries if one.by] + ([row.read_by] if row.read_by else []))
    context: dict[str, Any] = {
        "row": row, "columns": COLUMNS, "parts": parts_of(row.cover.work), "hours": hours_of(row.cover),
        "tries": [(one, one.get_outcome_display(), names.get(one.by, "") if one.by else "") for one in tries],
        "may_read": row.read_at is None and viewer.may(PERMISSION, row.unit_id), "reader": names.get(row.read_by, "") if row.read_by else "",
    }  # fmt: skip
    return show(request, "desk/morning/hand_back.html", context, page="hand_back", persons=list({one.person_id for one in tries}), purpose="review")


@require_POST
@staff(PERMISSION, lists=True)
def read(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The department has read it."""
    viewer = viewer_of(request)
    row = hand_back_of(viewer, pk)
    if row is None:
        raise Http404
    must(request, PERMISSION, row.unit_id)
    read_hand_back(hand_back=row, by=viewer.actor, at=instant_of(request))
    messages.success(request, _("Read: it stands no longer on the morning page."))
    return redirect("desk:morning")
