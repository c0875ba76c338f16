"""The night in one page, for who answers for a department."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from tracing.desk.page import instant_of, show, staff, viewer_of
from tracing.diseases.ruleset import rule_sets
from tracing.reporting.board import PERMISSION
from tracing.reporting.handing_back import unread
from tracing.reporting.morning import morning


@require_safe
@staff(PERMISSION, lists=True)
def morning_page(request: HttpRequest) -> HttpResponse:
    viewer, at = viewer_of(request), instant_of(request)
    found = morning(viewer, at)
    context: dict[str, Any] = {
        "m": found, "now": at, "backs": unread(viewer, at=at),
        "received": [(rule_sets()[code].label if code in rule_sets() else code, number) for code, number in found.received.items()],
        "total": sum(found.received.values()), "state": PERMISSION in viewer.everywhere,
        "untried": f"{reverse('desk:board_people')}?share=attempted_24h&is=late&days=7", "board": reverse("desk:board"),
    }  # fmt: skip
    persons = [case.person_id for case in found.at_once] + [death.person_id for death in found.deaths]
    return show(request, "desk/morning/morning.html", context, page="morning", persons=persons, purpose="review")
