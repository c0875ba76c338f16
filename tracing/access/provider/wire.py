"""Talking to the provider: its description, its keys, and a code exchanged for a token. Never inside a transaction.

Every answer has a limit in bytes and in seconds; redirections are not followed; whatever goes wrong is one code of `problems.py`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

import jwt

from tracing.access.provider.rules import Claimed, Provider, claimed, groups_were_cut, wrong_with

LARGEST: Final = 2**20
DESCRIPTION_LASTS: Final = 3600
KEYS_LAST: Final = 3600
KEYS_ASKED_AGAIN: Final = 30
ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")


class ProviderTrouble(Exception):
    """It did not work; `code` says why, `detail` is a word or two without any personal data for the log."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Answer:
    body: bytes
    at: datetime | None
    """What the other side's clock said."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is remembered in the browser between going to the provider and coming back."""

    state: str
    nonce: str
    verifier: str


class _StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


_opener = urllib.request.build_opener(_StayHere)
_kept: dict[str, tuple[float, dict[str, Any]]] = {}
_lock = threading.Lock()


def _ask(url: str, *, seconds: float, data: bytes | None = None, headers: Mapping[str, str] | None = None) -> Answer:
    """One request with a deadline. ProviderTrouble("down") when there is no answer in time, ("refused") for any other than 200."""
    ends = time.monotonic() + seconds
    request = urllib.request.Request(url, data=data, headers={"Accept": "application/json", **(headers or {})})
    try:
        with _opener.open(request, timeout=seconds) as answer:
            parts, size = [], 0
            while part := answer.read1(65536):
                size += len(part)
                if size > LARGEST or time.monotonic() > ends:
                    raise ProviderTrouble("down", "too slow or too long")
                parts.append(part)
            return Answer(b"".join(parts), _date(answer.headers.get("Date")))
    except urllib.error.HTTPError as refused:
        with refused:
            if refused.code >= 500:
                raise ProviderTrouble("down", f"status {refused.code}") from None
            raise ProviderTrouble("refused", f"status {refused.code}") from None
    except (OSError, ValueError) as broken:
        raise ProviderTrouble("down", type(broken).__name__) from None


def _date(text: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(text) if text else None
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found


def _json(answer: Answer) -> dict[str, Any]:
    try:
        found = json.loads(answer.body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ProviderTrouble("answer", "not JSON")
    return found


def forget() -> None:
    """Ask anew for everything (tests, and after a change of settings)."""
    with _lock:
        _kept.clear()


def _remembered(url: str, *, seconds: float, lasts: float) -> dict[str, Any]:
    """The document at this address, asked at most once in a while. An old one does when the provider is silent."""
    with _lock:
        since, document = _kept.get(url, (0.0, {}))
    if document and time.monotonic() - since < lasts:
        return document
    try:
        fresh = _json(_ask(url, seconds=seconds))
    except ProviderTrouble:
        if document:
            return document
        raise
    with _lock:
        _kept[url] = (time.monotonic(), fresh)
    return fresh


def describe(provider: Provider) -> dict[str, Any]:
    """Where the provider's pages are. ProviderTrouble("issuer") when it describes itself as somebody else."""
    url = provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
    try:
        found = _remembered(url, seconds=provider.seconds, lasts=DESCRIPTION_LASTS)
    except ProviderTrouble as trouble:
        raise ProviderTrouble("down" if trouble.code == "refused" else trouble.code, trouble.detail) from None
    if found.get("issuer") != provider.issuer:
        raise ProviderTrouble("issuer", "description")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not _is_safe(str(found.get(name, "")), provider.issuer):
            raise ProviderTrouble("answer", name)
    return found


def clock_of(provider: Provider) -> datetime | None:
    """What the provider's clock says now; None when it does not tell."""
    return _ask(provider.issuer.rstrip("/") + "/.well-known/openid-configuration", seconds=provider.seconds).at


def _is_safe(url: str, issuer: str) -> bool:
    """Over TLS; in plain only where the provider itself was set up in plain, which settings allow on this machine alone."""
    return bool(urlsplit(url).hostname) and urlsplit(url).scheme in ({"https"} | {urlsplit(issuer).scheme})


def begin(provider: Provider, *, back: str, again: bool) -> tuple[str, Asked]:
    """The address to which the browser is sent, and what must come back. `again` demands that the person signs in anew."""
    description = describe(provider)
    asked = Asked(*(secrets.token_urlsafe(32) for _ in range(3)))
    challenge = base64.urlsafe_b64encode(hashlib.sha256(asked.verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code", "client_id": provider.client, "redirect_uri": back, "scope": provider.scopes,
        "state": asked.state, "nonce": asked.nonce, "code_challenge": challenge, "code_challenge_method": "S256",
    }  # fmt: skip
    if again:
        query |= {"prompt": "login", "max_age": "0"}
    address = str(description["authorization_endpoint"])
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query, quote_via=quote)}", asked


def finish(
    provider: Provider, *, code: str, asked: Asked, back: str, issuer: str, asked_again: datetime | None, at: datetime
) -> Claimed:
    """Exchange the code and check everything. ProviderTrouble with its code otherwise. `issuer` is what came back beside the code."""
    description = describe(provider)
    if issuer and issuer != provider.issuer:
        raise ProviderTrouble("issuer", "response")
    answer = _exchange(provider, description, code=code, verifier=asked.verifier, back=back)
    tokens = _json(answer)
    if not isinstance(tokens.get("id_token"), str):
        raise ProviderTrouble("token", "no id_token")
    claims = _opened(provider, description, tokens["id_token"])
    problem = wrong_with(claims, provider=provider, nonce=asked.nonce, asked_again=asked_again, their_clock=answer.at, at=at)
    if problem:
        raise ProviderTrouble(problem)
    claims = _completed(provider, description, claims, tokens)
    if groups_were_cut(claims, provider.groups_claim):
        raise ProviderTrouble("groups_cut")
    return claimed(claims, provider)


def _exchange(provider: Provider, description: Mapping[str, Any], *, code: str, verifier: str, back: str) -> Answer:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    ways = description.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    if not provider.secret:
        form["client_id"] = provider.client
    elif "client_secret_basic" in ways:
        pair = f"{quote(provider.client, safe='')}:{quote(provider.secret, safe='')}"
        headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    else:
        form |= {"client_id": provider.client, "client_secret": provider.secret}
    return _ask(str(description["token_endpoint"]), seconds=provider.seconds, data=urlencode(form).encode(), headers=headers)


def _opened(provider: Provider, description: Mapping[str, Any], token: str) -> dict[str, Any]:
    """The claims of a token whose signature is right. Their meaning is judged by `wrong_with`, with an instant of ours."""
    try:
        header = jwt.get_unverified_header(token)
        algorithm = header.get("alg")
        if algorithm not in ALGORITHMS:
            raise ProviderTrouble("token", "algorithm")
        key = _key(provider, description, header.get("kid"), str(algorithm))
        found: dict[str, Any] = jwt.decode(
            token, key, algorithms=[str(algorithm)],
            options={"verify_aud": False, "verify_iss": False, "verify_exp": False, "verify_iat": False, "verify_nbf": False},
        )  # fmt: skip
    except jwt.PyJWTError as wrong:
        raise ProviderTrouble("token", type(wrong).__name__) from None
    return found


def _key(provider: Provider, description: Mapping[str, Any], kid: str | None, algorithm: str) -> Any:
    """The provider's key of this name; asked for again, twice a minute at most, when it is new."""
    url = str(description["jwks_uri"])
    for lasts in (KEYS_LAST, KEYS_ASKED_AGAIN):
        listed = _remembered(url, seconds=provider.seconds, lasts=lasts).get("keys")
        for one in listed if isinstance(listed, list) else []:
            fits = isinstance(one, dict) and (kid is None or one.get("kid") == kid) and one.get("use", "sig") == "sig"
            if fits and one.get("alg", algorithm) == algorithm:
                return jwt.PyJWK(one, algorithm)
    raise ProviderTrouble("token", "no such key")


def _completed(
    provider: Provider, description: Mapping[str, Any], claims: dict[str, Any], tokens: Mapping[str, Any]
) -> dict[str, Any]:
    """What the token leaves out, from the provider's page about the person, if it is about the same one."""
    wanted = {"email", "email_verified", provider.groups_claim} - claims.keys()
    url, token = description.get("userinfo_endpoint"), tokens.get("access_token")
    if not wanted or not isinstance(url, str) or not isinstance(token, str) or not _is_safe(url, provider.issuer):
        return claims
    about = _json(_ask(url, seconds=provider.seconds, headers={"Authorization": f"Bearer {token}"}))
    if about.get("sub") != claims.get("sub"):
        raise ProviderTrouble("token", "another subject")
    if "email" in claims and about.get("email") != claims["email"]:
        about.pop("email_verified", None)  # it is said of another address
    return {**about, **claims}
