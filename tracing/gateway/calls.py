"""Where the telephone service asks and tells: a caller has answered and pressed a key; what became of a line. See docs/dialling.md."""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from tracing.access.middleware import own_transactions
from tracing.access.request import instant_of
from tracing.gateway.answers import Refused, coded
from tracing.journal.actor import Actor
from tracing.messaging.dialling import News, connect, hear
from tracing.messaging.providers.account import VoiceAccount

BY: Final = Actor("machine", None, "twilio")
_KEY: Final = re.compile(r"CA[0-9a-f]{32}")
LARGEST: Final = 2**16
"""Bytes of a request; the service's have about a thousand."""


@csrf_exempt  # the service has no session; it signs each request
@own_transactions
@coded
def keys(request: HttpRequest, dial: UUID) -> HttpResponse:
    """The caller has answered and pressed a key: what the service does now, as TwiML. The one place where it is told a person's number."""
    voice, form = _signed(request)
    from tracing.messaging.providers import twilio

    found = connect(dial=dial, call=_call(form, "CallSid"), digits=form.get("Digits", "")[:8], by=BY, at=instant_of(request))
    if found is None:
        raise Refused("call_unknown")
    said = twilio.bridge(voice, dial, found.number) if found.number else twilio.refused()
    return HttpResponse(said, content_type="text/xml; charset=utf-8")


@csrf_exempt
@own_transactions
@coded
def status(request: HttpRequest, dial: UUID) -> HttpResponse:
    """What became of one line of a call. Told twice or late, it does no harm: 204 all the same."""
    _voice, form = _signed(request)
    seconds = form.get("CallDuration", "")
    news = News(
        _call(form, "CallSid"), form.get("CallStatus", "")[:20], _call(form, "ParentCallSid") if form.get("ParentCallSid") else "",
        int(seconds) if seconds.isdecimal() and len(seconds) < 7 else None,
    )  # fmt: skip
    if hear(dial=dial, news=news, by=BY, at=instant_of(request)) is None:
        raise Refused("call_unknown")
    return HttpResponse(status=204)


def _signed(request: HttpRequest) -> tuple[VoiceAccount, dict[str, str]]:
    """The fields of a request that the service has signed; whatever else comes is refused before the database is asked."""
    voice = settings.VOICE
    if voice is None:
        raise Refused("calls_off")
    if request.method != "POST":
        raise Refused("post_only")
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length[:20]) > LARGEST:
        raise Refused("too_large_for_a_call")
    from tracing.messaging.providers import twilio

    if not twilio.signed(voice, request.path, request.POST, request.headers):
        raise Refused("signature_wrong")
    form = {name: str(value) for name, value in request.POST.items()}
    if form.get("AccountSid") != voice.account:
        raise Refused("signature_wrong")
    return voice, form


def _call(form: dict[str, str], name: str) -> str:
    key = form.get(name, "")
    if not _KEY.fullmatch(key):
        raise Refused("call_unknown")
    return key

