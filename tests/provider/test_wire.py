"""Asking the certified provider: the whole code flow, and every way in which its answer can be wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.provider.fetch import present
from tests.provider.running import MISSING, Running, running
from tracing.access.provider import wire
from tracing.access.provider.rules import Claimed, Provider

pytestmark = pytest.mark.skipif(not present(), reason=MISSING)
BACK = "http://localhost:1/sign-in/provider/return"
PERSON = {
    "sub": "dana", "claims": {"email": "dana@example.org", "email_verified": True, "name": "Dana Okafor", "groups": ["tracers", "staff"]},
}  # fmt: skip


@pytest.fixture(scope="module")
def started() -> Iterator[Running]:
    with running(BACK) as found:
        yield found


@pytest.fixture
def provider(started: Running) -> Iterator[Provider]:
    wire.forget()
    started.set(**PERSON)
    yield started.settings()
    wire.forget()


def flow(started: Running, provider: Provider, *, again: bool = False, **changes: Any) -> Claimed:
    """There and back. `changes` replace what is remembered or what comes back."""
    address, asked = wire.begin(provider, back=BACK, again=again)
    back = parse_qs(urlsplit(started.visit(address, BACK)).query)
    assert back["state"] == [asked.state]
    given: dict[str, Any] = {
        "code": back["code"][0],
        "asked": asked,
        "back": BACK,
        "issuer": back["iss"][0],
        "asked_again": None,
    } | changes
    return wire.finish(provider, at=datetime.now(tz=UTC), **given)


def trouble(started: Running, provider: Provider, **changes: Any) -> str:
    with pytest.raises(wire.ProviderTrouble) as found:
        flow(started, provider, **changes)
    return found.value.code


def test_who_signed_in_there_comes_back_with_groups(started: Running, provider: Provider) -> None:
    assert flow(started, provider) == Claimed(
        issuer=started.issuer, subject="dana", email="dana@example.org", email_is_verified=True, name="Dana Okafor",
        groups=("tracers", "staff"), vouched=False,
    )  # fmt: skip


def test_the_way_there_carries_a_challenge_and_no_secret(started: Running, provider: Provider) -> None:
    address, asked = wire.begin(provider, back=BACK, again=False)
    query = parse_qs(urlsplit(address).query)
    assert query["code_challenge_method"] == ["S256"] and query["nonce"] == [asked.nonce]
    assert asked.verifier not in address and provider.secret not in address


@pytest.mark.parametrize(("methods", "vouched"), [(["pwd"], False), (["pwd", "mfa"], True), (["hwk"], True), (None, False)])
def test_a_second_factor_there_is_told_by_amr(
    started: Running, provider: Provider, methods: list[str] | None, vouched: bool
) -> None:
    started.set(**PERSON, amr=methods)
    assert flow(started, provider).vouched is vouched
    assert flow(started, replace(provider, trusted_for_factor=True)).vouched


def test_who_confirms_is_asked_anew(started: Running, provider: Provider) -> None:
    assert flow(started, provider, again=True, asked_again=datetime.now(tz=UTC)).subject == "dana"


def test_a_token_that_has_ended(started: Running, provider: Provider) -> None:
    started.set(**PERSON, lasts=60, aged=600)
    assert trouble(started, provider) == "expired"


@pytest.mark.parametrize(("skew", "code"), [(-90, ""), (90, ""), (-3600, "clock"), (3600, "clock")])
def test_a_provider_whose_clock_is_wrong(started: Running, provider: Provider, skew: int, code: str) -> None:
    started.set(**PERSON, skew=skew)
    if code:
        assert trouble(started, provider) == code
    else:
        assert flow(started, provider).subject == "dana"


def test_another_nonce(started: Running, provider: Provider) -> None:
    address, asked = wire.begin(provider, back=BACK, again=False)
    code = parse_qs(urlsplit(started.visit(address, BACK)).query)["code"][0]
    with pytest.raises(wire.ProviderTrouble, match="nonce"):
        wire.finish(
            provider, code=code, asked=replace(asked, nonce="x"), back=BACK, issuer="", asked_again=None, at=datetime.now(tz=UTC)
        )


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"code": "invented"}, "refused"), ({"asked": wire.Asked("s", "n", "v" * 43)}, "refused"), ({"back": BACK + "2"}, "refused"),
     ({"issuer": "https://other.example"}, "issuer")],
)  # fmt: skip
def test_what_does_not_belong_together(started: Running, provider: Provider, changes: dict[str, Any], code: str) -> None:
    assert trouble(started, provider, **changes) == code


def test_a_code_is_good_once(started: Running, provider: Provider) -> None:
    address, asked = wire.begin(provider, back=BACK, again=False)
    code = parse_qs(urlsplit(started.visit(address, BACK)).query)["code"][0]
    given: dict[str, Any] = {"code": code, "asked": asked, "back": BACK, "issuer": "", "asked_again": None}
    assert wire.finish(provider, at=datetime.now(tz=UTC), **given).subject == "dana"
    with pytest.raises(wire.ProviderTrouble, match="refused"):
        wire.finish(provider, at=datetime.now(tz=UTC), **given)


def test_a_wrong_secret(started: Running, provider: Provider) -> None:
    assert trouble(started, replace(provider, secret="wrong")) == "refused"


def test_a_provider_that_describes_itself_as_another(started: Running, provider: Provider) -> None:
    with pytest.raises(wire.ProviderTrouble, match="issuer"):
        wire.begin(replace(provider, issuer=provider.issuer.replace("127.0.0.1", "localhost")), back=BACK, again=False)


def test_groups_that_were_cut(started: Running, provider: Provider) -> None:
    started.set(sub="dana", claims={"email": "d@example.org", "_claim_names": {"groups": "src1"}})
    assert trouble(started, provider) == "groups_cut"


def test_a_provider_that_is_slow(started: Running, provider: Provider) -> None:
    address, asked = wire.begin(provider, back=BACK, again=False)
    code = parse_qs(urlsplit(started.visit(address, BACK)).query)["code"][0]
    started.set(**PERSON, slow=3)
    with pytest.raises(wire.ProviderTrouble, match="down"):
        wire.finish(
            replace(provider, seconds=1), code=code, asked=asked, back=BACK, issuer="", asked_again=None, at=datetime.now(tz=UTC)
        )
    started.set(**PERSON)


def test_a_provider_that_is_down() -> None:
    wire.forget()
    with running(BACK) as short:
        provider = short.settings()
        address, asked = wire.begin(provider, back=BACK, again=False)
        code = parse_qs(urlsplit(short.visit(address, BACK)).query)["code"][0]
    assert wire.begin(provider, back=BACK, again=False)[0].startswith(short.issuer), "its description is remembered"
    with pytest.raises(wire.ProviderTrouble, match="down"):
        wire.finish(provider, code=code, asked=asked, back=BACK, issuer="", asked_again=None, at=datetime.now(tz=UTC))
    wire.forget()
    with pytest.raises(wire.ProviderTrouble, match="down"):
        wire.begin(provider, back=BACK, again=False)


@pytest.mark.parametrize(
    "token", ["", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.", "eyJhbGciOiJIUzI1NiIsImtpZCI6IjEifQ.e30.AAAA"]
)
def test_a_token_without_a_signature_that_counts(started: Running, provider: Provider, token: str) -> None:
    with pytest.raises(wire.ProviderTrouble, match="token"):
        wire._opened(provider, wire.describe(provider), token)


@pytest.mark.parametrize(
    ("scene", "codes"),
    [
        ({}, {"provider": "good"}),
        ({"skew": 90}, {"provider": "good", "provider-clock": "warning"}),
        ({"skew": 3600}, {"provider": "good", "provider-clock": "bad"}),
    ],
)
def test_the_doctor_asks_the_provider(
    started: Running, provider: Provider, settings: Any, scene: Any, codes: dict[str, str]
) -> None:
    from config.doctor.provider import provider_answers

    started.set(**PERSON, **scene)
    settings.PROVIDER = provider
    assert {one.code: one.level for one in provider_answers()} == codes
    settings.PROVIDER = replace(provider, issuer="http://127.0.0.1:9")
    assert [(one.code, one.level) for one in provider_answers()] == [("provider", "bad")]
    settings.PROVIDER = None
    assert not list(provider_answers())
