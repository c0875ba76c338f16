"""Twilio's Programmable Voice: rings the caller, then the person; tells what came of it by requests that it signs.

The number of the person stands in the answer to a signed request of Twilio's, never in an address, a log or an error: what the service
says in words is not kept, because it quotes numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

import requests
from django.conf import settings
from django.urls import reverse
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator, get_signature_algorithm
from twilio.rest import Client
from twilio.twiml.voice_response import Dial, Gather, VoiceResponse
from urllib3.exceptions import NewConnectionError

from tracing.messaging.dialling import News, Placing
from tracing.messaging.providers.account import VoiceAccount
from tracing.messaging.rules import TALK_AT_MOST

API: Final = "https://api.twilio.com"
RINGS: Final = 25
"""Seconds for which the caller's own telephone rings: shorter than most voicemails take to answer."""
RINGS_THEM: Final = 40
"""Seconds for which the person's rings: long enough to find it, and for a voicemail to answer."""
_SPOKEN: Final = {
    "code": "Contact tracing. Type the four digits that you see on your screen.",
    "key": "Contact tracing. Press any key to be connected.",
    "nothing": "Nothing was pressed. The call is not made.",
    "refused": "This call can not be made. See your screen.",
}
_BY_CODE: Final = {
    20003: "account", 20005: "account", 20404: "account", 10001: "account", 20429: "too_many",
    21201: "own_refused", 21211: "own_refused", 21214: "own_refused", 21217: "own_refused", 21219: "own_refused", 13224: "own_refused",
    21210: "shown_refused", 21212: "shown_refused", 21213: "shown_refused", 21215: "not_permitted", 21216: "not_permitted",
}  # fmt: skip
"""Twilio's code of an error → ours."""
_BY_STATUS: Final = {401: "account", 403: "not_permitted", 404: "account", 429: "too_many"}


class NotPlaced(Exception):
    """The service did not make the call, or gave no answer. `code`: "account", "not_permitted", "too_many", "own_refused",
    "shown_refused", "down", "no_word", "answer"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def place(voice: VoiceAccount, placing: Placing) -> str:
    """Ring the caller; they press a key before anybody else is rung, so that nobody is connected with a voicemail. The service's key of the
    call. Raises NotPlaced. Never asked twice: what gave no answer may have been done."""
    with _asking(voice) as client:
        made = client.calls.create(
            to=placing.to, from_=voice.shown, twiml=_first(placing), timeout=RINGS,
            status_callback=address(placing.dial, "status"), status_callback_event=["completed"], status_callback_method="POST",
        )  # fmt: skip
        if not made.sid:
            raise NotPlaced("answer")
        return str(made.sid)


def news_of(voice: VoiceAccount, call: str) -> list[News]:
    """What became of a call, asked of the service: of the person's line first. Empty: it knows no such call. Raises NotPlaced."""
    with _asking(voice) as client:
        try:
            own = client.calls(call).fetch()
        except TwilioRestException as fault:
            if fault.status == 404:
                return []
            raise
        lines = client.calls.list(parent_call_sid=call, limit=5)
        return [
            *(News(str(line.sid), str(line.status), call, _number(line.duration)) for line in lines),
            News(call, str(own.status), "", _number(own.duration)),
        ]


def ready(voice: VoiceAccount) -> str:
    """Whether the account may be used: "" or the code of why not."""
    try:
        with _asking(voice) as client:
            return "" if client.api.accounts(voice.account).fetch().status == "active" else "account"
    except NotPlaced as fault:
        return fault.code


def bridge(voice: VoiceAccount, dial: UUID, number: str) -> str:
    """What the service does when the caller has pressed a key: it rings this number, and shows ours."""
    said = VoiceResponse()
    line = Dial(caller_id=voice.shown, timeout=RINGS_THEM, time_limit=int(TALK_AT_MOST.total_seconds()))
    line.number(number, status_callback=address(dial, "status"), status_callback_event="answered completed", status_callback_method="POST")
    said.append(line)
    return str(said)


def refused(nothing: bool = False) -> str:
    """What the caller hears when nobody is rung."""
    said = VoiceResponse()
    said.say(_SPOKEN["nothing" if nothing else "refused"], language="en-US")
    said.hangup()
    return str(said)


def signed(voice: VoiceAccount, path: str, form: Mapping[str, Any], headers: Mapping[str, str]) -> bool:
    """Whether Twilio sent this: its signature covers the address, as staff and the service know it, and every field."""
    signature = headers.get("X-Twilio-Signature", "")
    algorithm = get_signature_algorithm(headers.get("X-Twilio-Webhooks-Signature-Settings"))
    return bool(RequestValidator(voice.token).validate(settings.ADDRESS + path, form, signature, algorithm))


def address(dial: UUID, what: str) -> str:
    """Where the service asks and tells: "keys", "status". It holds our key of the call alone."""
    return settings.ADDRESS + reverse(f"gateway-call-{what}", args=[dial])


def _first(placing: Placing) -> str:
    """What is said to the caller who answers. Nothing of whom they call: it may be somebody else's telephone, or a voicemail."""
    said = VoiceResponse()
    keys = Gather(
        input="dtmf", num_digits=len(placing.digits) or 1, timeout=15, finish_on_key="", action=address(placing.dial, "keys"), method="POST"
    )
    keys.say(_SPOKEN["code" if placing.digits else "key"], language="en-US")
    said.append(keys)
    said.say(_SPOKEN["nothing"], language="en-US")
    said.hangup()
    return str(said)


class _Http(TwilioHttpClient):
    """Asks the address that was set up, once."""

    def __init__(self, voice: VoiceAccount) -> None:
        super().__init__(timeout=voice.seconds)
        self.base = voice.address

    def request(self, method: str, url: str, *more: Any, **named: Any) -> Any:
        return super().request(method, self.base + url.removeprefix(API), *more, **named)


@contextmanager
def _asking(voice: VoiceAccount) -> Iterator[Client]:
    """A client for one question; whatever goes wrong comes out as a code, without the service's words."""
    http = _Http(voice)
    try:
        yield Client(voice.account, voice.token, http_client=http, environment={})
    except TwilioRestException as fault:
        raise NotPlaced(_code(fault)) from None
    except requests.ConnectionError as fault:
        raise NotPlaced("down" if _never_there(fault) else "no_word") from None
    except requests.Timeout:
        raise NotPlaced("no_word") from None
    except (requests.RequestException, TwilioException, ValueError, KeyError, TypeError):
        raise NotPlaced("answer") from None
    finally:
        if http.session is not None:
            http.session.close()


def _never_there(fault: requests.ConnectionError) -> bool:
    """Whether the question never reached the service; a line that broke later may have carried it."""
    reason = getattr(fault.args[0], "reason", None) if fault.args else None
    return isinstance(fault, requests.ConnectTimeout | requests.exceptions.SSLError) or isinstance(reason, NewConnectionError)


def _code(fault: TwilioRestException) -> str:
    if fault.status >= 500:
        return "down"
    if fault.status == 400:
        return _BY_CODE.get(fault.code or 0, "answer")
    return _BY_CODE.get(fault.code or 0) or _BY_STATUS.get(fault.status, "answer")


def _number(text: object) -> int | None:
    return int(str(text)) if str(text).isdecimal() else None
