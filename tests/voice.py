"""A telephone service on this machine that checks as strictly as Twilio's: Basic authentication, the fields of a call, E.164, TwiML that it
reads; errors in its JSON. It plays the two telephones as a test tells it, and signs what it tells.

`python -m tests.voice 8142 http://localhost:8141` serves it for looking at pages: every call is answered, and lasts a minute.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from xml.etree import ElementTree

from twilio.request_validator import RequestValidator

from tracing.messaging.providers.account import VoiceAccount

ACCOUNT: Final = "AC" + "0123456789abcdef" * 2
TOKEN: Final = "token-of-the-stand-in-" + "x" * 12
SHOWN: Final = "+12035550100"
E164: Final = re.compile(r"\+[1-9]\d{6,14}")
FIELDS: Final = {"To", "From", "Twiml", "Timeout", "StatusCallback", "StatusCallbackEvent", "StatusCallbackMethod"}


@dataclass
class Service:
    """`fail`: the next question gets this (status, code of the service, words); "silence" none at all, "garbage" no JSON."""

    port: int = 0
    calls: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    fail: tuple[int, int, str] | str = ""
    released: threading.Event = field(default_factory=threading.Event)
    """A question that gets no answer is let go when this is set."""

    @property
    def account(self) -> VoiceAccount:
        return VoiceAccount(ACCOUNT, TOKEN, SHOWN, f"http://127.0.0.1:{self.port}", 2)

    def sign(self, address: str, form: dict[str, str], token: str = TOKEN) -> str:
        return str(RequestValidator(token).compute_signature(address, form))

    def form(self, call: str, status: str, *, parent: str = "", to: str = "", **more: str) -> dict[str, str]:
        """What the service sends of a line."""
        made = {
            "AccountSid": ACCOUNT, "ApiVersion": "2010-04-01", "CallSid": call, "CallStatus": status, "Direction": "outbound-dial",
            "From": SHOWN, "To": to, "SequenceNumber": "0", "CallbackSource": "call-progress-events",
        }  # fmt: skip
        return made | ({"ParentCallSid": parent} if parent else {}) | more


class Wrong(Exception):
    def __init__(self, status: int, code: int, words: str) -> None:
        self.status, self.code, self.words = status, code, words


def new_call() -> str:
    return "CA" + secrets.token_hex(16)


def _check_twiml(text: str) -> ElementTree.Element:
    """The document, as the service reads it: one key to press, words, and hanging up."""
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError:
        raise Wrong(400, 12100, "Document parse failure") from None
    if root.tag != "Response" or [one.tag for one in root] != ["Gather", "Say", "Hangup"]:
        raise Wrong(400, 12200, "Schema validation warning")
    gather = root[0]
    if gather.get("method") != "POST" or not str(gather.get("action")).startswith("http") or [one.tag for one in gather] != ["Say"]:
        raise Wrong(400, 12200, "Schema validation warning")
    return root


class _Api(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    service: Service

    def log_message(self, *_: Any) -> None:
        return

    def do_POST(self) -> None:
        self._answer(self._make)

    def do_GET(self) -> None:
        self._answer(self._tell)

    def _answer(self, make: Any) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        path, _, query = self.path.partition("?")
        form = dict(urllib.parse.parse_qsl(body or query, strict_parsing=bool(body or query)))
        self.service.asked.append((self.command, self.path, form))
        fail, self.service.fail = self.service.fail, ""
        if fail == "silence":
            self.service.released.wait(10)
            self.close_connection = True
            return
        try:
            if isinstance(fail, tuple):
                raise Wrong(*fail)
            self._signed_in()
            status, said = make(path, form)
        except Wrong as wrong:
            status = wrong.status
            more = f"https://www.twilio.com/docs/errors/{wrong.code}"
            said = {"code": wrong.code, "message": wrong.words, "more_info": more, "status": wrong.status}
        out = b"<html>Bad gateway" if fail == "garbage" else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(out)))
        self.end_headers()
        self.wfile.write(out)

    def _signed_in(self) -> None:
        wanted = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if not secrets.compare_digest(self.headers.get("Authorization", ""), wanted):
            raise Wrong(401, 20003, "Authenticate")

    def _make(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if path != f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json":
            raise Wrong(404, 20404, f"The requested resource {path} was not found")
        if self.headers.get("Content-Type") != "application/x-www-form-urlencoded" or set(form) - FIELDS:
            raise Wrong(400, 20001, "Unknown parameters")
        if not form.get("To"):
            raise Wrong(400, 21201, "No 'To' number is specified")
        if not E164.fullmatch(form["To"]):
            raise Wrong(400, 21211, f"Invalid 'To' Phone Number: {form['To']}")
        if form.get("From") != SHOWN:
            raise Wrong(400, 21210, f"The source phone number provided, {form.get('From')}, is not yet verified for your account.")
        if not 1 <= int(form.get("Timeout", "60")) <= 600 or form.get("StatusCallbackMethod") != "POST":
            raise Wrong(400, 20001, "Invalid parameter")
        document = _check_twiml(form.get("Twiml", ""))
        call = new_call()
        gather = document[0]
        self.service.calls[call] = {
            "form": form, "keys": gather.get("action"), "digits": gather.get("numDigits"), "status": "queued", "lines": [],
        }  # fmt: skip
        return 201, {"sid": call, "status": "queued", "account_sid": ACCOUNT, "to": form["To"], "from": SHOWN}

    def _tell(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        start = f"/2010-04-01/Accounts/{ACCOUNT}"
        if path == f"{start}.json":
            return 200, {"sid": ACCOUNT, "status": "active"}
        if path == f"{start}/Calls.json":
            parent = self.service.calls.get(form.get("ParentCallSid", ""), {"lines": []})
            return 200, {"calls": parent["lines"], "next_page_uri": None, "page": 0, "page_size": 50, "uri": self.path}
        call = path.removeprefix(f"{start}/Calls/").removesuffix(".json")
        if call not in self.service.calls:
            raise Wrong(404, 20404, f"The requested resource {path} was not found")
        return 200, {"sid": call, "status": self.service.calls[call]["status"], "duration": None}


@contextmanager
def telephone_service(port: int = 0) -> Iterator[Service]:
    service = Service()
    api = type("Api", (_Api,), {"service": service})
    server = ThreadingHTTPServer(("127.0.0.1", port), api)
    service.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield service
    finally:
        service.released.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


def _tell(service: Service, address: str, form: dict[str, str]) -> str:
    request = urllib.request.Request(address, urllib.parse.urlencode(form).encode(), {"X-Twilio-Signature": service.sign(address, form)})
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError as fault:
        print(address, fault.code, fault.read()[:200])
        return ""


def _play(service: Service, call: str, digits: str) -> None:
    """The caller answers and types; the person answers, talks, hangs up."""
    made = service.calls[call]
    document = _tell(service, made["keys"], service.form(call, "in-progress", Digits=digits))
    number = ElementTree.fromstring(document or "<Response/>").find("Dial/Number")
    if number is None:
        return
    line, address = new_call(), str(number.get("statusCallback"))
    time.sleep(5)
    _tell(service, address, service.form(line, "in-progress", parent=call, to=str(number.text)))
    time.sleep(50)
    _tell(service, address, service.form(line, "completed", parent=call, to=str(number.text), CallDuration="50"))
    _tell(service, made["form"]["StatusCallback"], service.form(call, "completed", to=made["form"]["To"], CallDuration="57"))


def _main() -> None:
    with telephone_service(int(sys.argv[1])) as service:
        print(f"{ACCOUNT} {TOKEN} {SHOWN}", flush=True)
        played: set[str] = set()
        while True:
            time.sleep(0.5)
            for call in set(service.calls) - played:
                played.add(call)
                digits = input("digits: ") if service.calls[call]["digits"] == "4" else "1"
                threading.Thread(target=_play, args=(service, call, digits), daemon=True).start()


if __name__ == "__main__":
    _main()
