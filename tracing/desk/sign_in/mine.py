"""My sign-ins: the browsers in which I am signed in, what was tried on my account, and how to end what is not mine."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tracing.access.entry import actions
from tracing.access.entry.queries import history, open_sessions
from tracing.access.factors.queries import factors_of
from tracing.access.middleware import at_the_door
from tracing.access.models import User
from tracing.access.request import instant_of
from tracing.desk.page import staff
from tracing.desk.sign_in.words import how, outcome
from tracing.journal.actions import Unchanged
from tracing.journal.actor import Actor
from tracing.uswds.parts import Column

OPEN: Final = [
    Column(gettext_lazy("Browser")), Column(gettext_lazy("Signed in")), Column(gettext_lazy("Network address")),
    Column(gettext_lazy("End"), hidden=True),
]  # fmt: skip
TRIED: Final = [
    Column(gettext_lazy("When")), Column(gettext_lazy("Outcome")), Column(gettext_lazy("How")), Column(gettext_lazy("Network address")),
]  # fmt: skip


@at_the_door
@never_cache
@staff()
@require_safe
def my_sign_ins(request: HttpRequest) -> HttpResponse:
    user = request.user
    assert isinstance(user, User)
    at = instant_of(request)
    context = {
        "open": open_sessions(user.pk, here=request.session.session_key or "", at=at),
        "tried": [(row, how(row), outcome(row)) for row in history(user.pk)],
        "open_columns": OPEN, "tried_columns": TRIED,
        "factors": factors_of(user.pk),
        "idle_minutes": settings.SESSION_COOKIE_AGE // 60, "hours": settings.SESSION_HOURS,
    }  # fmt: skip
    return render(request, "desk/sign_in/mine.html", context)


@at_the_door
@staff()
@require_POST
def sessions_end(request: HttpRequest) -> HttpResponse:
    """End one of the others, or all of them."""
    user = request.user
    assert isinstance(user, User)
    mark = request.POST.get("mark", "")
    ended = actions.end_sessions(
        user=user, besides=request.session.session_key or "", marks={mark} if mark else None, by=Actor("staff", user.pk),
        at=instant_of(request),
    )  # fmt: skip
    if isinstance(ended, Unchanged):
        messages.info(request, _("There was no other to end."))
    else:
        messages.success(
            request, ngettext("%(n)d other sign-in has ended.", "%(n)d other sign-ins have ended.", ended) % {"n": ended}
        )
    return redirect("desk:my_sign_ins")
