"""In and out. What is wrong with a password is never told more exactly than that it is wrong."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tracing.access.entry import actions as access
from tracing.access.entry.queries import SignInRefused
from tracing.access.middleware import at_the_door
from tracing.access.request import instant_of, network_address
from tracing.desk.sign_in.entry import PAGE, demanded, go_on, site_of, target_of
from tracing.desk.sign_in.forms import SignInForm
from tracing.desk.sign_in.problems import Problem


@at_the_door
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    target = target_of(request)
    if request.method != "POST":
        if request.user.is_authenticated:
            return redirect(target)
        return way_in(request, SignInForm(), target)
    if without_provider() == "nobody":
        return way_in(request, SignInForm(), target, status=403)
    form = SignInForm(request.POST)
    if not form.is_valid():
        return way_in(request, form, target, status=422)
    user = access.sign_in(
        email=form.cleaned_data["email"], password=form.cleaned_data["password"], address=network_address(request),
        demand=demanded(), administrators=without_provider() == "administrators", by=PAGE, at=instant_of(request),
    )  # fmt: skip
    if isinstance(user, SignInRefused):
        form.add_error(None, refusal(user))
        answer = way_in(request, form, target, status=429 if user.wait else 422)
        if user.wait:
            answer["Retry-After"] = str(user.wait)
        return answer
    return go_on(request, user, method="password", vouched=False, target=target)


@at_the_door
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    auth.logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


def refusal(refused: SignInRefused) -> str:
    """What the page says; the same whether or not there is such an account."""
    if refused.wait:
        return ngettext(
            "Many accounts were tried from your network. Wait %(seconds)d second, then try again. If this is your office, tell whoever"
            " administers accounts.",
            "Many accounts were tried from your network. Wait %(seconds)d seconds, then try again. If this is your office, tell whoever"
            " administers accounts.",
            refused.wait,
        ) % {"seconds": refused.wait}
    if refused.pause:
        return _(
            "Too many attempts. Wait five minutes, then try again. Whoever administers accounts can end the wait; another way to sign"
            " in is open."
        )
    return _("This address and password do not belong together.")


def without_provider() -> str:
    """Who may come in without the provider, by password or passkey: "everybody", "administrators" or "nobody". Where one is set up,
    somebody who left is out when the provider says so; their passkey must not open another door."""
    return str(settings.WITHOUT_PROVIDER) if settings.PROVIDER else "everybody"


def way_in(
    request: HttpRequest, form: SignInForm, target: str, *, problem: Problem | None = None, status: int = 200
) -> HttpResponse:
    """The one entry, with every way that is open."""
    accounts = import_string(settings.DEMO_ACCOUNTS) if settings.DEMO and settings.DEMO_ACCOUNTS else []
    context: dict[str, Any] = {
        "form": form,
        "next": "" if target == settings.LOGIN_REDIRECT_URL else target,
        "demo_accounts": accounts,
        "provider": settings.PROVIDER,
        "without": without_provider(),
        "passkeys": site_of(request).usable and without_provider() != "nobody",
        "problem": problem,
    }
    return render(request, "desk/sign_in.html", context, status=status)
