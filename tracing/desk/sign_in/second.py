"""The second factor at a sign-in, passkeys instead of a password, and showing once more that it is you."""

from __future__ import annotations

import json
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tracing.access.entry import actions as access
from tracing.access.entry.queries import SignInRefused
from tracing.access.factors import actions as factors
from tracing.access.factors import passkeys
from tracing.access.factors.queries import credentials_of, factors_of
from tracing.access.middleware import at_the_door
from tracing.access.models import User
from tracing.access.provider.queries import is_linked
from tracing.access.request import instant_of, network_address
from tracing.desk.sign_in.entry import (
    CONFIRMED,
    PAGE,
    come_in,
    pending_of,
    site_of,
    target_of,
)
from tracing.desk.sign_in.forms import AnswerForm, CodeForm, PasswordForm, RecoveryForm, SignInForm
from tracing.desk.sign_in.views import refusal, way_in, without_provider

ASKED: Final = "passkey_asked"


def sealing_keys() -> list[str]:
    """With which secrets are opened: the present key first."""
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


@at_the_door
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def second(request: HttpRequest) -> HttpResponse:
    """After the password: a code, a passkey, or a recovery code."""
    pending = pending_of(request)
    if pending is None:
        return redirect("desk:sign_in")
    if pending.enrol:
        return redirect("desk:factors")
    judged = _judge(request, pending.user, pending.method)
    if judged.used:
        return come_in(request, pending.user, method=pending.method, factor=judged.used, target=pending.target)
    return _ask(request, pending.user, judged, "desk/sign_in/second.html", {})


@at_the_door
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Before factors are changed: show once more that it is you, by a factor, the password, or the provider."""
    if not request.user.is_authenticated:
        return redirect("desk:sign_in")
    user = request.user
    assert isinstance(user, User)
    target = target_of(request)
    judged = _judge(request, user, "confirm")
    form = PasswordForm(request.POST if "password" in request.POST else None)
    held = factors_of(user.pk).held
    by_password = not held and user.has_usable_password() and without_provider() == "everybody"
    if by_password and form.is_bound and form.is_valid():
        right = access.sign_in(
            email=user.email, password=form.cleaned_data["password"], address=network_address(request), by=PAGE, at=instant_of(request)
        )
        if isinstance(right, SignInRefused):
            form.add_error(None, refusal(right) if right.pause else _("This is not your password."))
        else:
            judged.used = "password"
    if judged.used:
        request.session[CONFIRMED] = instant_of(request).isoformat()
        return redirect(target)
    provider = settings.PROVIDER
    ways = {
        "password_form": form if by_password else None,
        "provider": provider if provider and is_linked(user.pk, provider.issuer) else None,
        "next": target,
    }
    return _ask(request, user, judged, "desk/sign_in/confirm.html", ways)


@at_the_door
@never_cache
@require_POST
def passkey_ask(request: HttpRequest) -> HttpResponse:
    """For the button on the first page: what the browser has to sign, as JSON. The question is remembered in the session."""
    site = site_of(request)
    if not site.usable:
        return JsonResponse({"error": "host"}, status=409)
    options, state = passkeys.begin_use(site)
    request.session[ASKED] = dict(state)
    return JsonResponse({"publicKey": options})


@at_the_door
@never_cache
@require_POST
def passkey_in(request: HttpRequest) -> HttpResponse:
    """A passkey alone: it is unlocked each time, and so is two factors by itself."""
    form = AnswerForm(request.POST)
    state = request.session.pop(ASKED, None)
    user: User | factors.Refused = factors.Refused()
    if state and form.is_valid() and without_provider() != "nobody":
        user = factors.use_passkey(
            user=None, administrators=without_provider() == "administrators", site=site_of(request), state=state,
            answer=form.cleaned_data["answer"], method="passkey", address=network_address(request), by=PAGE, at=instant_of(request),
        )  # fmt: skip
    if isinstance(user, factors.Refused):
        empty = SignInForm({})
        empty.errors.clear()
        empty.add_error(
            None, _("This passkey does not open an account here. Sign in another way, then look under “Second factor”.")
        )
        return way_in(request, empty, target_of(request), status=422)
    return come_in(request, user, method="passkey", factor="passkey", target=target_of(request))


class _Judged:
    """What was sent, and what came of it: `used` names the factor that opened."""

    def __init__(self) -> None:
        self.used = ""
        self.code = CodeForm()
        self.recovery = RecoveryForm()
        self.passkey = AnswerForm()


def _judge(request: HttpRequest, user: User, method: str) -> _Judged:
    judged = _Judged()
    if request.method != "POST":
        return judged
    common: dict[str, Any] = {"method": method, "address": network_address(request), "by": PAGE, "at": instant_of(request)}
    if "code" in request.POST:
        judged.code = CodeForm(request.POST)
        if judged.code.is_valid():
            opened = factors.use_code(user=user, code=judged.code.cleaned_data["code"], keys=sealing_keys(), **common)
            _tell(judged, judged.code, "code", opened, _("This code is not right, or was used before. Wait for the next one."))
    elif "recovery" in request.POST:
        judged.recovery = RecoveryForm(request.POST)
        if judged.recovery.is_valid():
            found = factors.use_recovery_code(user=user, code=judged.recovery.cleaned_data["recovery"], **common)
            _tell(judged, judged.recovery, "recovery", found, _("This is not one of your codes, or it was used before."))
    elif "answer" in request.POST:
        judged.passkey = AnswerForm(request.POST)
        state = request.session.pop(ASKED, None)
        if state and judged.passkey.is_valid():
            signed = factors.use_passkey(
                user=user, site=site_of(request), state=state, answer=judged.passkey.cleaned_data["answer"], **common
            )
            opened = signed if isinstance(signed, factors.Refused) else "passkey"
            _tell(judged, judged.passkey, None, opened, _("This passkey is not one of yours. Try again, or use another way."))
    return judged


def _tell(judged: _Judged, form: Any, field: str | None, opened: str | factors.Refused, wrong: str) -> None:
    if not isinstance(opened, factors.Refused):
        judged.used = opened
    elif opened.pause:
        form.add_error(
            field,
            _("Too many that were not right. Wait five minutes, or use a passkey or a recovery code. Whoever administers accounts can"
              " end the wait."),
        )  # fmt: skip
    else:
        form.add_error(field, wrong)


def _ask(request: HttpRequest, user: User, judged: _Judged, template: str, more: dict[str, Any]) -> HttpResponse:
    held = factors_of(user.pk)
    site = site_of(request)
    options = ""
    if held.has("passkey") and site.usable:
        asked, state = passkeys.begin_use(site, known=credentials_of(user.pk))
        request.session[ASKED] = dict(state)
        options = json.dumps({"publicKey": asked})
    forms = [judged.code, judged.recovery, judged.passkey, more.get("password_form")]
    context = {
        "code_form": judged.code if held.has("app") else None,
        "recovery_form": judged.recovery if held.codes else None,
        "passkey_form": judged.passkey if options else None,
        "options": options,
        "wrong": [form for form in forms if form is not None and form.is_bound],
        "form": next((form for form in forms if form is not None and form.is_bound), None),
        **more,
    }
    return render(request, template, context, status=422 if request.method == "POST" else 200)
