"""The first page: who is waiting, what was promised, what is begun."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import resolve
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tracing.access.viewer import Viewer
from tracing.cases.lists import begun, benchmarks
from tracing.desk.navigation import links
from tracing.desk.page import instant_of, show, staff, viewer_of
from tracing.quality.queries import feedback_unread
from tracing.tasks.handing import only_in_hand
from tracing.tasks.lists import BANDS, agreed, in_hand, waiting
from tracing.tasks.models import Task


@require_safe
@staff()
def my_day(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    if not viewer.may("tasks.next_call"):
        context: dict[str, Any] = {"places": _places(viewer), "search": viewer.reaches("people.search"), "now": instant_of(request)}
        return show(request, "desk/my_day/other.html", context, page="my_day")
    at = instant_of(request)
    hours = agreed(viewer, at=at)
    hand = in_hand(viewer, at=at)
    unfinished = begun(viewer, at=at)
    queue = waiting(viewer, at=at)
    bands = [(_words(code), number) for code, _at_least in BANDS if (number := queue.by_band.get(code, 0))]
    context = {
        "queue": queue, "agreed": hours, "hand": hand, "unfinished": unfinished, "now": at, "first_name": viewer.name.split(" ")[0],
        "bands": bands,
        "reviews": queue.by_kind.get(Task.Kind.REVIEW, 0), "facilities": queue.by_kind.get(Task.Kind.FACILITY, 0),
        "feedback": feedback_unread(viewer), "alone": only_in_hand(viewer), "benchmarks": benchmarks(viewer, since=at - timedelta(hours=24)),
    }  # fmt: skip
    persons = [task.person_id for task in (*hours, *hand) if task.person_id] + [case.person_id for case in unfinished]
    return show(request, "desk/my_day/my_day.html", context, page="my_day", persons=persons)


def _words(code: str) -> str:
    return {"agreed": _("Hour agreed"), "urgent": _("Urgent"), "soon": _("Soon"), "later": _("Later")}[code]


def _places(viewer: Viewer) -> list[tuple[Any, str, str]]:
    """What somebody without calls comes here for: the pages of the bar, each with a sentence."""
    says = {
        "desk:held": _("Reports that could not be filed wait here for somebody to mend and file them."),
        "desk:sources": _("Who sends reports, whether they come as they should, and what is missing in them."),
        "desk:unlisted": _("Reports of conditions that have no rule set here."),
        "desk:case_list": _("Every case that you may see."),
        "desk:task_list": _("Calls and other things to do, with who waits and why."),
        "desk:matches": _("Reports whose person may be known already: say who it is."),
        "desk:proposals": _("What reports would change about a case: say whether it holds."),
        "desk:facilities": _("Homes, schools and workplaces with cases."),
        "desk:counts": _("Cases by department, disease and week, without anybody's record."),
        "desk:workload": _("Teams, who is there today, what will not be done, calls lent to a team of the state."),
        "desk:who_called": _("Somebody calls back: find who tried to reach them, by the number that is calling."),
        "desk:taken_out": _("Lists that somebody asked to take out as a file, and your own."),
    }
    found = []
    for link in links(viewer):
        name = resolve(link.url).view_name
        if name != "desk:my_day":
            found.append((link.label, link.url, str(says.get(name, ""))))
    return found
