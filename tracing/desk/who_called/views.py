"""Somebody calls back and asks who called: the number, and two things that only they would know."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracing.desk.page import instant_of, show, staff, viewer_of
from tracing.desk.who_called.forms import CallerForm
from tracing.tasks.calling import PERMISSION, look_up, opened


@require_http_methods(["GET", "HEAD", "POST"])
@staff(PERMISSION)
def who_called(request: HttpRequest) -> HttpResponse:
    viewer, at = viewer_of(request), instant_of(request)
    form = CallerForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            found = look_up(viewer=viewer, by=viewer.actor, at=at, **form.cleaned_data)
            if found.persons:
                return redirect("desk:who_called")
            if found.locked:
                form.add_error(None, _("Three wrong tries: looking up is closed to you for a quarter of an hour. Ask a colleague."))
            else:
                form.add_error(None, _("Nobody whom we tried to reach fits this number and what was said. Ask again; say nothing of anybody."))
    people = opened(viewer, at=at)
    context: dict[str, Any] = {"form": form, "opened": people, "may_call": viewer.may("tasks.next_call")}
    return show(
        request, "desk/who_called/who_called.html", context, page="who_called", persons=[person.pk for person, _until in people],
        purpose="call", status=status,
    )  # fmt: skip
