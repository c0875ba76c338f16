"""Pages that only tests have: they change something and then break, or say as whom they read."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from tracing.access.actions import EmailTaken, add_user
from tracing.desk.page import viewer_of


class Broken(Exception):
    """What a page of these ends with."""


def changes_then_breaks(request: HttpRequest) -> HttpResponse:
    _change(request)
    request.session["half"] = "done"
    raise Broken


def changes_then_answers_500(request: HttpRequest) -> HttpResponse:
    _change(request)
    request.session["half"] = "done"
    return HttpResponse("no", status=503)


def changes(request: HttpRequest) -> HttpResponse:
    _change(request)
    return HttpResponse("yes")


def says_who(request: HttpRequest) -> HttpResponse:
    return JsonResponse(_who())


def is_refused_and_says_who(request: HttpRequest) -> HttpResponse:
    """An action refuses half-way, the page goes on: it reads as before."""
    try:
        add_user(email="tracer@example.org", name="Twice", password=None, by=viewer_of(request).actor, at=request.at)  # type: ignore[attr-defined]
    except EmailTaken:
        return JsonResponse(_who())
    return HttpResponse(status=400)


def _change(request: HttpRequest) -> None:
    add_user(email="half@example.org", name="Half", password=None, by=viewer_of(request).actor, at=request.at)  # type: ignore[attr-defined]


def _who() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_setting('app.session', true)")
        role, session = cursor.fetchone()
    return {"role": role, "session": session}


urlpatterns = [
    path("changes-then-breaks", changes_then_breaks),
    path("changes-then-answers-500", changes_then_answers_500),
    path("changes", changes),
    path("says-who", says_who),
    path("is-refused-and-says-who", is_refused_and_says_who),
]
handler500 = "config.health.broken"
