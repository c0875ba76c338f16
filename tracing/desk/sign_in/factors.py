"""Second factors of one's own: what there is, a new one, codes on paper, and taking one away.

Who must have one and has none is led here after the first step and sees nothing else before.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final
from uuid import UUID

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracing.access.factors import actions, passkeys, totp
from tracing.access.factors.queries import credentials_of, factors_of
from tracing.access.middleware import at_the_door
from tracing.access.models import User
from tracing.access.request import instant_of
from tracing.desk.sign_in.entry import CONFIRMED, Pending, come_in, confirmed, demanded, pending_of, site_of, to_confirm
from tracing.desk.sign_in.forms import AppForm, PasskeyForm
from tracing.desk.sign_in.second import sealing_keys
from tracing.journal.actions import Unchanged
from tracing.journal.actor import Actor

NEW_SECRET: Final = "new_app"
NEW_PASSKEY: Final = "new_passkey"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose factors: somebody signed in, or somebody who is led here before they are."""

    user: User
    pending: Pending | None

    @property
    def actor(self) -> Actor:
        return Actor("staff", self.user.pk)


def _own(*, fresh: bool) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A page for the owner of the factors; `fresh`: who has lately shown that it is them."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @at_the_door
        @never_cache
        @wraps(view)
        def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated:
                assert isinstance(request.user, User)
                if fresh and not confirmed(request):
                    return to_confirm(request, request.path if request.method == "GET" else "/sign-in/factors")
                return view(request, Owner(request.user, None), *args, **kwargs)
            pending = pending_of(request)
            if pending is None or not pending.enrol:
                return redirect("desk:sign_in_second" if pending else "desk:sign_in")
            return view(request, Owner(pending.user, pending), *args, **kwargs)

        return page

    return decorate


@_own(fresh=False)
@require_safe
def factors(request: HttpRequest, owner: Owner) -> HttpResponse:
    held = factors_of(owner.user.pk)
    context = {
        "factors": held.held, "codes": held.codes, "pending": owner.pending, "demanded": demanded(), "passkeys": site_of(request).usable,
        "last": demanded() and len(held.held) == 1,
    }  # fmt: skip
    return render(request, "desk/sign_in/factors.html", context)


@_own(fresh=True)
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def factor_app(request: HttpRequest, owner: Owner) -> HttpResponse:
    """An authenticator app: show its secret as a square, take the first code."""
    kept = request.session.get(NEW_SECRET)
    secret = base64.b64decode(kept) if kept else secrets.token_bytes(20)
    request.session[NEW_SECRET] = base64.b64encode(secret).decode()
    form = AppForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        made = actions.add_app(
            user=owner.user, secret=secret, code=form.cleaned_data["code"], name=form.cleaned_data["name"] or _("My phone"),
            keys=sealing_keys(), by=owner.actor, at=instant_of(request),
        )  # fmt: skip
        if not isinstance(made, actions.Refused):
            del request.session[NEW_SECRET]
            return _added(request, owner, "app")
        form.add_error(
            "code", _("This code is not right. Wait for the next one; if it stays wrong, check the clock of your phone.")
        )
    drawn = segno.make_qr(totp.address(secret, account=owner.user.email, issuer="ContaCT"), error="m")
    context = {
        "form": form, "square": drawn.svg_data_uri(scale=5, border=4, dark="#1b1b1b", light="#fff"), "secret": totp.shown(secret),
        "pending": owner.pending,
    }  # fmt: skip
    return render(request, "desk/sign_in/factor_app.html", context, status=422 if form.is_bound else 200)


@_own(fresh=True)
@require_http_methods(["GET", "HEAD", "POST"])
def factor_passkey(request: HttpRequest, owner: Owner) -> HttpResponse:
    """A passkey: the browser makes it, we keep its public half."""
    site = site_of(request)
    form = PasskeyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and site.usable:
        state = request.session.pop(NEW_PASSKEY, None)
        made: object = actions.Refused()
        if state:
            made = actions.add_passkey(
                user=owner.user, site=site, state=state, answer=form.cleaned_data["answer"], by=owner.actor, at=instant_of(request),
                name=form.cleaned_data["name"] or _("This computer"),
            )  # fmt: skip
        if not isinstance(made, actions.Refused):
            return _added(request, owner, "passkey")
        form.add_error(None, _("The passkey was not made. Press the button once more and follow what your browser asks."))
    options = ""
    if site.usable:
        asked, state = passkeys.begin_enrolment(
            site, user=owner.user.pk, account=owner.user.email, name=owner.user.name, known=credentials_of(owner.user.pk)
        )
        request.session[NEW_PASSKEY] = dict(state)
        options = json.dumps({"publicKey": asked})
    context = {"form": form, "options": options, "pending": owner.pending}
    return render(request, "desk/sign_in/factor_passkey.html", context, status=422 if form.is_bound else 200)


@_own(fresh=True)
@require_POST
def factor_codes(request: HttpRequest, owner: Owner) -> HttpResponse:
    """Ten new codes. Who has no factor yet makes that first: codes alone are for when it is lost."""
    if not factors_of(owner.user.pk).held:
        return redirect("desk:factors")
    return _codes(request, owner, "/sign-in/factors")


@_own(fresh=True)
@require_POST
def factor_remove(request: HttpRequest, owner: Owner, pk: UUID) -> HttpResponse:
    try:
        gone = actions.remove_factor(user=owner.user, factor=pk, demanded=demanded(), by=owner.actor, at=instant_of(request))
    except actions.LastFactor:
        messages.error(request, _("This is your only second factor. Add another one first, then remove this."))
        return redirect("desk:factors")
    if not isinstance(gone, Unchanged):
        messages.success(request, _("Removed. It no longer opens your account."))
    return redirect("desk:factors")


def _added(request: HttpRequest, owner: Owner, kind: str) -> HttpResponse:
    """A new factor stands. The first one brings codes along, and whoever was led here is in."""
    target = "/sign-in/factors"
    if owner.pending is not None:
        target = owner.pending.target
        come_in(request, owner.user, method=owner.pending.method, factor=kind, target=target)
    request.session[CONFIRMED] = instant_of(request).isoformat()
    if factors_of(owner.user.pk).codes:
        messages.success(request, _("Added. From now on it is asked for when you sign in."))
        return redirect(target)
    return _codes(request, owner, target)


def _codes(request: HttpRequest, owner: Owner, target: str) -> HttpResponse:
    made = actions.make_codes(user=owner.user, by=owner.actor, at=instant_of(request))
    return render(request, "desk/sign_in/codes.html", {"codes": made, "target": target})
