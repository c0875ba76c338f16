"""In and out. What is wrong with a sign-in is never told more exactly than that it is wrong."""

from __future__ import annotations

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tracing.access import actions as access
from tracing.access.middleware import at_the_door
from tracing.access.request import instant_of
from tracing.desk.sign_in.forms import SignInForm
from tracing.journal.actor import Actor

PAGE = Actor("machine", None, "sign-in page")


@at_the_door
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    target = _safe(request)
    if request.method != "POST":
        if request.user.is_authenticated:
            return redirect(target)
        return _page(request, SignInForm(), target)
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _page(request, form, target, status=422)
    user = access.sign_in(
        email=form.cleaned_data["email"], password=form.cleaned_data["password"], address=_address(request),
        by=PAGE, at=instant_of(request),
    )  # fmt: skip
    if isinstance(user, access.SignInRefused):
        form.add_error(
            None,
            _("Too many attempts. Wait five minutes, then try again.")
            if user.pause
            else _("This address and password do not belong together."),
        )
        return _page(request, form, target, status=422)
    auth.login(request, user)
    return HttpResponseRedirect(target)


@at_the_door
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    auth.logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


def _page(request: HttpRequest, form: SignInForm, target: str, status: int = 200) -> HttpResponse:
    accounts = import_string(settings.DEMO_ACCOUNTS) if settings.DEMO and settings.DEMO_ACCOUNTS else []
    return render(
        request, "desk/sign_in.html",
        {"form": form, "next": "" if target == settings.LOGIN_REDIRECT_URL else target, "demo_accounts": accounts},
        status=status,
    )  # fmt: skip


def _safe(request: HttpRequest) -> str:
    """Where to go afterwards: a page of ours, or the first one."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return wanted if ours and wanted.startswith("/") else settings.LOGIN_REDIRECT_URL


def _address(request: HttpRequest) -> str | None:
    """Of the browser; behind a proxy, the last address that the proxy itself wrote."""
    if settings.BEHIND_PROXY:
        return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or None
    return request.META.get("REMOTE_ADDR") or None
