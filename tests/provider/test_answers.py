"""Answers that no provider should give: not JSON, too long, too slow, sent elsewhere, signed by another; and that every code has words."""

from __future__ import annotations

import base64
import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.provider.fetch import present
from tests.provider.running import CLIENT, MISSING, running
from tracing.access.provider import wire
from tracing.access.provider.rules import Provider, claimed, groups_were_cut, wrong_with
from tracing.desk.sign_in.problems import PROBLEMS

BACK = "http://localhost:1/sign-in/provider/return"
NOON = datetime(2021, 1, 15, 12, tzinfo=UTC)


@contextmanager
def answering(send: Any) -> Iterator[Provider]:
    """Something at an address that is no provider."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with suppress(BrokenPipeError, ConnectionResetError):  # we hang up, as we should
                send(self)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    wire.forget()
    try:
        yield Provider(f"http://127.0.0.1:{server.server_address[1]}", "contact", "", "Nobody", seconds=1)
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
        wire.forget()


def _body(content: bytes, status: int = 200, **headers: str) -> Any:
    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return send


def _drip(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(40):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.2)


@pytest.mark.parametrize(
    ("send", "code"),
    [
        (_body(b"<html>Welcome</html>"), "answer"),
        (_body(b"[]"), "answer"),
        (_body(b'{"issuer": "https://elsewhere.example"}'), "issuer"),
        (_body(b"{}"), "issuer"),
        (_body(b"", 302, Location="http://127.0.0.1:1/"), "down"),
        (_body(b"", 500), "down"),
        (_body(b"", 404), "down"),
        (_body(b" " * (wire.LARGEST + 2)), "down"),
        (_drip, "down"),
    ],
    ids=["a page", "a list", "another issuer", "no issuer", "elsewhere", "broken", "not there", "too long", "drop by drop"],
)
def test_what_is_no_provider_has_its_code(send: Any, code: str) -> None:
    with answering(send) as provider:
        began = time.monotonic()
        with pytest.raises(wire.ProviderTrouble, match=code):
            wire.describe(provider)
        assert time.monotonic() - began < 3


def test_a_description_that_leads_out_of_tls_is_not_followed() -> None:
    provider = Provider("https://login.example", "contact", "", "State")
    document = {"issuer": provider.issuer, "authorization_endpoint": "http://login.example/a", "token_endpoint": "https://login.example/t",
                "jwks_uri": "https://login.example/k"}  # fmt: skip
    wire.forget()
    wire._kept[provider.issuer + "/.well-known/openid-configuration"] = (time.monotonic(), document)
    with pytest.raises(wire.ProviderTrouble, match="answer"):
        wire.describe(provider)
    wire.forget()


@pytest.mark.skipif(not present(), reason=MISSING)
def test_a_real_token_for_another_program_and_one_that_was_altered() -> None:
    wire.forget()
    with running(BACK) as there:
        provider = there.settings()
        there.set(sub="dana", claims={"email": "d@example.org", "email_verified": True, "groups": ["a"]})
        address, asked = wire.begin(provider, back=BACK, again=False)
        code = parse_qs(urlsplit(there.visit(address, BACK)).query)["code"][0]
        description = wire.describe(provider)
        answer = wire._exchange(provider, description, code=code, verifier=asked.verifier, back=BACK)
        token = json.loads(answer.body)["id_token"]
        claims = wire._opened(provider, description, token)
        judged: dict[str, Any] = {"nonce": asked.nonce, "asked_again": None, "their_clock": answer.at, "at": datetime.now(tz=UTC)}
        assert wrong_with(claims, provider=provider, **judged) == "" and claims["aud"] == CLIENT
        assert wrong_with(claims, provider=replace(provider, client="another program"), **judged) == "audience"
        head, body, signature = token.split(".")
        forged = json.loads(base64.urlsafe_b64decode(body + "==")) | {"sub": "administrator"}
        other = base64.urlsafe_b64encode(json.dumps(forged).encode()).rstrip(b"=").decode()
        unsigned = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
        for wrong in (
            f"{head}.{other}.{signature}",
            f"{head}.{body}.",
            f"{unsigned}.{other}.",
            f"{head}.{body}.{signature[:-8]}AAAAAAAA",
        ):
            with pytest.raises(wire.ProviderTrouble, match="token"):
                wire._opened(provider, description, wrong)
    wire.forget()


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
_NAMES = [
    "iss",
    "aud",
    "azp",
    "sub",
    "iat",
    "exp",
    "nbf",
    "nonce",
    "auth_time",
    "email",
    "email_verified",
    "name",
    "groups",
    "amr",
    "_claim_names",
]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(claims=st.dictionaries(st.sampled_from(_NAMES), _values))
def test_whatever_the_claims_are_they_are_judged_and_not_believed(claims: dict[str, Any]) -> None:
    provider = Provider("https://login.example/t", "contact", "", "State")
    assert wrong_with(claims, provider=provider, nonce="n", asked_again=NOON, their_clock=NOON, at=NOON) in PROBLEMS
    groups_were_cut(claims, "groups")
    found = claimed(claims | {"sub": "1"}, provider)
    assert found.email_is_verified is (claims.get("email_verified") is True and bool(found.email))
    assert all(isinstance(group, str) and group for group in found.groups)


def test_every_code_that_is_given_has_words_and_a_number_of_its_own() -> None:
    root = Path(__file__).resolve().parents[2] / "tracing"
    told: set[str] = set()
    for file, how in (
        ("access/provider/wire.py", r'ProviderTrouble\("(\w+)"'),
        ("access/provider/rules.py", r' return "(\w+)"'),
        ("access/provider/actions.py", r'(?:problem = |return \w+, )"(\w+)"'),
        ("desk/sign_in/provider.py", r'(?:_sorry\(request, |": )"(\w+)"'),
    ):
        found = set(re.findall(how, (root / file).read_text()))
        assert len(found) >= 3, f"nothing was read from {file}"
        told |= found
    assert told == set(PROBLEMS)
    assert len({problem.code for problem in PROBLEMS.values()}) == len(PROBLEMS)
    assert all(problem.do and problem.words and problem.status >= 400 for problem in PROBLEMS.values())
