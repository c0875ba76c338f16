"""Between the first step and being in: who has shown a password or come from the provider, and what is still asked of them.

Until everything asked for was given, nobody is signed in: the session names no user, and the database gives it nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from tracing.access.entry.actions import finish_sign_in
from tracing.access.entry.queries import account
from tracing.access.factors.passkeys import Site
from tracing.access.factors.queries import factors_of
from tracing.access.models import User
from tracing.access.request import instant_of, network_address
from tracing.journal.actor import Actor

PAGE: Final = Actor("machine", None, "sign-in page")
PENDING: Final = "pending"
CONFIRMED: Final = "confirmed"
PENDING_LASTS: Final = timedelta(minutes=15)
CONFIRMED_LASTS: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Pending:
    """Somebody whose first step was right. `enrol`: they have no second factor yet and must make one."""

    user: User
    method: str
    enrol: bool
    target: str


def demanded() -> bool:
    """Whether everybody needs a second factor. The demonstration, which runs on one machine only, offers it."""
    return not settings.DEMO


def go_on(request: HttpRequest, user: User, *, method: str, vouched: bool, target: str) -> HttpResponse:
    """After a right first step: in, to the second factor, or to making one."""
    if vouched:
        return come_in(request, user, method=method, factor="provider", target=target)
    held = factors_of(user.pk).held
    if not held and not demanded():
        return come_in(request, user, method=method, factor="", target=target)
    request.session.flush()
    request.session[PENDING] = {
        "user": str(user.pk), "method": method, "enrol": not held, "target": target, "at": instant_of(request).isoformat(),
    }  # fmt: skip
    return redirect("desk:sign_in_second" if held else "desk:factors")


def pending_of(request: HttpRequest) -> Pending | None:
    """Who waits for the second step in this browser, unless it has waited for too long."""
    kept: dict[str, Any] = request.session.get(PENDING) or {}
    if not kept or instant_of(request) - datetime.fromisoformat(kept["at"]) > PENDING_LASTS:
        return None
    user = account(UUID(kept["user"]))
    return Pending(user, kept["method"], kept["enrol"], kept["target"]) if user else None


def come_in(request: HttpRequest, user: User, *, method: str, factor: str, target: str) -> HttpResponse:
    """Open the session. The only place that does."""
    at = instant_of(request)
    finish_sign_in(user=user, method=method, factor=factor, address=network_address(request), by=PAGE, at=at)
    auth.login(request, user)
    request.session.pop(PENDING, None)
    request.session["address"] = network_address(request)
    request.session["browser"] = browser_of(request)
    request.session[CONFIRMED] = at.isoformat()
    request.session["started"] = timezone.now().isoformat()  # by the clock that ends sessions
    return HttpResponseRedirect(target)


def confirmed(request: HttpRequest) -> bool:
    """Whether it was shown lately that the owner of the account sits here."""
    kept: str = request.session.get(CONFIRMED) or ""
    return kept != "" and instant_of(request) - datetime.fromisoformat(kept) <= CONFIRMED_LASTS


def to_confirm(request: HttpRequest, back: str) -> HttpResponse:
    return redirect(f"{reverse('desk:confirm')}?{urlencode({'next': back})}")


def target_of(request: HttpRequest) -> str:
    """Where to go afterwards: a page of ours, or the first one."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return wanted if ours and wanted.startswith("/") else settings.LOGIN_REDIRECT_URL


def site_of(request: HttpRequest) -> Site:
    """For which site passkeys are made: the host that the browser asked for."""
    host = request.get_host()
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    return Site(name, f"{request.scheme}://{host}")


_BROWSERS: Final = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS: Final = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)  # fmt: skip


def browser_of(request: HttpRequest) -> str:
    """What its owner recognises it by: "Firefox, Windows". Only words of ours, whatever the browser says of itself."""
    said = request.headers.get("User-Agent", "")
    return ", ".join(
        found for names in (_BROWSERS, _SYSTEMS) if (found := next((word for sign, word in names if sign in said), ""))
    )
