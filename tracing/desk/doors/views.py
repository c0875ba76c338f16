"""What runs at the door: a link into an account used once, one's own password, the hat under which one works."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tracing.access.actions import LinkRefused, PasswordRefused, Refused, change_password, choose_hat, use_link
from tracing.access.middleware import at_the_door
from tracing.access.request import network_address
from tracing.desk.doors.forms import ChangeForm, SetForm
from tracing.desk.page import instant_of, staff, viewer_of
from tracing.journal.actor import Actor

DOOR = Actor("machine", None, "invitation page")


@at_the_door
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest) -> HttpResponse:
    """Where a link leads. Opening it changes nothing: what reads mail for safety opens links too. A link that does not open is told
    the same whatever the reason."""
    key = (request.POST.get("key") or request.GET.get("key") or "")[:100]
    form = SetForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            done = use_link(key=key, password=form.cleaned_data["new"], address=network_address(request), by=DOOR, at=instant_of(request))
        except PasswordRefused as weak:
            for message in weak.messages:
                form.add_error("new", message)
        else:
            if not isinstance(done, LinkRefused):
                auth.logout(request)
                messages.success(request, _("Your password is set. Sign in with it."))
                return redirect(settings.LOGIN_URL)
            form.add_error(
                None,
                _("Too many links that did not open were tried from here. Wait five minutes, then try again.")
                if done.pause
                else _("This link does not open anything. Each opens once, for 14 days, and only the newest. Ask your administrator for another."),
            )
    return render(request, "desk/users/welcome.html", {"form": form, "key": key}, status=422 if form.errors else 200)


@at_the_door
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@staff()
def password(request: HttpRequest) -> HttpResponse:
    """One's own password. Other browsers in which one is signed in are signed out."""
    form = ChangeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            user = change_password(
                user=viewer_of(request).user, present=given["present"], new=given["new"], session=request.session.session_key or "",
                by=viewer_of(request).actor, at=instant_of(request),
            )  # fmt: skip
        except PasswordRefused as wrong:
            if wrong.field == "present":
                form.add_error("present", _("This is not your present password."))
            for message in wrong.messages:
                form.add_error("new", message)
        else:
            auth.update_session_auth_hash(request, user)
            messages.success(request, _("Changed. You are signed out everywhere else."))
            return redirect("desk:my_day")
    return render(request, "desk/users/password.html", {"form": form}, status=422 if form.errors else 200)


@at_the_door
@require_POST
@staff()
def work_as(request: HttpRequest) -> HttpResponse:
    """Work as one of one's roles, or as all of them, in this browser, until chosen otherwise."""
    viewer = viewer_of(request)
    chosen = _key(request.POST.get("hat", ""))
    try:
        choose_hat(viewer=viewer, session=request.session.session_key or "", membership=chosen, by=viewer.actor, at=instant_of(request))
    except Refused:
        messages.warning(request, _("You do not hold this role any more."))
    else:
        request.session.hat = chosen  # type: ignore[attr-defined]
        hat = next((one for one in viewer.hats if one.membership == chosen), None)
        if hat:
            messages.success(request, _("You work as %(role)s in %(unit)s now.") % {"role": hat.role, "unit": hat.unit})
        else:
            messages.success(request, _("You work with all of your roles now."))
    return HttpResponseRedirect(reverse("desk:my_day"))


def _key(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None
