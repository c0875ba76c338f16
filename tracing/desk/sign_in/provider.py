"""To the provider and back. What talks to the provider runs outside of any transaction and knows no session: what must be remembered
on the way lies in signed cookies of its own, and the last step, inside a transaction again, opens the session."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tracing.access.entry.actions import finish_sign_in, keep_refusal
from tracing.access.middleware import at_the_door, own_transactions
from tracing.access.provider import wire
from tracing.access.provider.actions import NotEntered, enter_from_provider
from tracing.access.provider.queries import waiting
from tracing.access.provider.rules import Provider
from tracing.access.request import instant_of, network_address
from tracing.desk.sign_in.entry import CONFIRMED, PAGE, go_on, target_of
from tracing.desk.sign_in.forms import SignInForm
from tracing.desk.sign_in.problems import PROBLEMS
from tracing.desk.sign_in.views import way_in

log = logging.getLogger(__name__)
AWAY_LASTS: Final = timedelta(minutes=15)
PASS_LASTS: Final = timedelta(minutes=3)


def _name(what: str) -> str:
    """Of a cookie. `__Host-` ties it to this host, to TLS and to the root of the site."""
    return f"contact-{what}" if settings.DEMO else f"__Host-contact-{what}"


def _give(answer: HttpResponse, what: str, value: dict[str, Any], lasts: timedelta) -> HttpResponse:
    answer.set_cookie(
        _name(what), signing.dumps(value, salt=what, compress=True), max_age=int(lasts.total_seconds()), secure=not settings.DEMO,
        httponly=True, samesite="Lax",
    )  # fmt: skip
    return answer


def _taken(cookies: dict[str, str], what: str, lasts: timedelta) -> dict[str, Any]:
    try:
        value = signing.loads(cookies.get(_name(what), ""), salt=what, max_age=lasts)
    except signing.BadSignature:
        return {}
    return value if isinstance(value, dict) else {}


def _drop(answer: HttpResponse, what: str) -> HttpResponse:
    answer.delete_cookie(_name(what), samesite="Lax")
    if not settings.DEMO:  # a browser lets go of such a cookie only over what it was set with
        answer.cookies[_name(what)]["secure"] = True
    return answer


@own_transactions
@never_cache
@require_safe
def provider_go(request: HttpRequest) -> HttpResponse:
    """Send the browser to the provider. With `confirm` it has to ask for the sign-in anew."""
    provider: Provider | None = settings.PROVIDER
    if provider is None:
        return _sorry(request, "none")
    again = request.GET.get("confirm") == "1"
    try:
        address, asked = wire.begin(provider, back=_back(request), again=again)
    except wire.ProviderTrouble as trouble:
        return _trouble(request, trouble)
    kept = {
        "state": asked.state, "nonce": asked.nonce, "verifier": asked.verifier, "target": target_of(request),
        "again": instant_of(request).isoformat() if again else "",
    }  # fmt: skip
    return _give(redirect(address), "away", kept, AWAY_LASTS)


@own_transactions
@never_cache
@require_safe
def provider_back(request: HttpRequest) -> HttpResponse:
    """The provider sends the browser back: ask it who that is, find the account, and hand over to the last step."""
    provider: Provider | None = settings.PROVIDER
    if provider is None:
        return _sorry(request, "none")
    away = _taken(request.COOKIES, "away", AWAY_LASTS)
    if not away or not constant_time_compare(away["state"], request.GET.get("state", "")):
        return _sorry(request, "state")
    if error := request.GET.get("error"):
        code = {"access_denied": "denied", "temporarily_unavailable": "down", "server_error": "down"}.get(error, "refused")
        return _refused(request, wire.ProviderTrouble(code, "said by the provider"))
    at = instant_of(request)
    try:
        claimed = wire.finish(
            provider, code=request.GET.get("code", ""), asked=wire.Asked(away["state"], away["nonce"], away["verifier"]),
            back=_back(request), issuer=request.GET.get("iss", ""),
            asked_again=datetime.fromisoformat(away["again"]) if away["again"] else None, at=at,
        )  # fmt: skip
    except wire.ProviderTrouble as trouble:
        return _refused(request, trouble)
    entered = enter_from_provider(claimed=claimed, address=network_address(request), by=PAGE, at=at)
    if isinstance(entered, NotEntered):
        return _drop(_sorry(request, entered.code), "away")
    handed = {
        "attempt": str(entered.attempt), "vouched": claimed.vouched, "target": away["target"], "confirm": bool(away["again"]),
    }  # fmt: skip
    return _drop(_give(redirect("desk:provider_in"), "pass", handed, PASS_LASTS), "away")


@at_the_door
@never_cache
@require_safe
def provider_in(request: HttpRequest) -> HttpResponse:
    """The last step: in, or on to the second factor where the provider does not vouch for one. Each pass is good once."""
    handed = _taken(request.COOKIES, "pass", PASS_LASTS)
    user = waiting(UUID(handed["attempt"]), at=instant_of(request)) if handed else None
    if user is None:
        return _drop(_sorry(request, "late"), "pass")
    if not handed["confirm"]:
        return _drop(go_on(request, user, method="provider", vouched=handed["vouched"], target=handed["target"]), "pass")
    if not request.user.is_authenticated or request.user.pk != user.pk:
        return _drop(_sorry(request, "another"), "pass")
    finish_sign_in(user=user, method="provider", factor="", address=network_address(request), by=PAGE, at=instant_of(request))
    request.session[CONFIRMED] = instant_of(request).isoformat()
    return _drop(redirect(handed["target"]), "pass")


def _back(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("desk:provider_back"))


def _trouble(request: HttpRequest, trouble: wire.ProviderTrouble) -> HttpResponse:
    log.warning("sign-in provider: %s %s", PROBLEMS[trouble.code].code, trouble.detail)
    return _sorry(request, trouble.code)


def _refused(request: HttpRequest, trouble: wire.ProviderTrouble) -> HttpResponse:
    """Somebody came back from the provider and does not come in."""
    keep_refusal(
        user=None, account="", method="provider", reason=trouble.code, address=network_address(request), by=PAGE, at=instant_of(request)
    )
    return _drop(_trouble(request, trouble), "away")


def _sorry(request: HttpRequest, code: str) -> HttpResponse:
    """The way in, with what went wrong on top and every other way below."""
    problem = PROBLEMS[code]
    return way_in(request, SignInForm(), target_of(request), problem=problem, status=problem.status)
