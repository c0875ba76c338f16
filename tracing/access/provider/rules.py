"""What a provider's answer is worth. Pure: claims, settings and instants in, a judgement out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

VOUCHING: Final = frozenset({"mfa", "hwk", "swk", "otp", "fido", "sc", "fpt", "face", "iris", "retina", "vbm", "ngcmfa", "pop"})
"""Words of `amr` (RFC 8176, and Entra's own) that tell of a second factor. A text message (sms, tel) and a password are none."""

GROUPS_AT_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider, as it is set up here."""

    issuer: str
    client: str
    secret: str
    name: str
    scopes: str = "openid profile email"
    groups_claim: str = "groups"
    trusted_for_factor: bool = False
    trusted_for_email: bool = False
    seconds: int = 10
    clock_seconds: int = 120


@dataclass(frozen=True, slots=True)
class Claimed:
    """Who the provider says has signed in, after every check of the token."""

    issuer: str
    subject: str
    email: str
    email_is_verified: bool
    name: str
    groups: tuple[str, ...]
    vouched: bool
    """Whether a second factor was used there."""


def wrong_with(
    claims: Mapping[str, Any],
    *,
    provider: Provider,
    nonce: str,
    asked_again: datetime | None,
    their_clock: datetime | None,
    at: datetime,
) -> str:
    """The code of the first thing that is wrong with the claims of a token whose signature is right; "" for nothing.

    `asked_again`: when a new sign-in was demanded, so that an old one does not do. `their_clock`: the time in the provider's answer.
    """
    leeway = timedelta(seconds=provider.clock_seconds)
    if their_clock is not None and abs(their_clock - at) > leeway:
        return "clock"
    if claims.get("iss") != provider.issuer:
        return "issuer"
    if not _is_for(claims, provider.client):
        return "audience"
    issued, ends, begins = (_instant(claims.get(name), at) for name in ("iat", "exp", "nbf"))
    if issued is None or ends is None or not isinstance(claims.get("sub"), str) or not claims["sub"] or len(claims["sub"]) > 255:
        return "token"
    if issued > at + leeway or (begins is not None and begins > at + leeway):
        return "clock"
    if ends < at - leeway:
        return "expired"
    if not nonce or claims.get("nonce") != nonce:
        return "nonce"
    if asked_again is not None:
        entered = _instant(claims.get("auth_time"), at)
        if entered is None or entered < asked_again - leeway:
            return "not_again"
    return ""


def _is_for(claims: Mapping[str, Any], client: str) -> bool:
    """Whether the token was made for this program: the only audience, or the authorised party of several."""
    audience = claims.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience
    if not isinstance(audiences, list) or client not in audiences:
        return False
    party = claims.get("azp")
    return party == client if party is not None else len(audiences) == 1


def _instant(value: Any, at: datetime) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, at.tzinfo)
    except (OverflowError, OSError, ValueError):
        return None


def groups_were_cut(claims: Mapping[str, Any], claim: str) -> bool:
    """Whether the provider left the groups out because they are too many (Entra above 200), and points elsewhere instead."""
    elsewhere = claims.get("_claim_names")
    return bool(claims.get("hasgroups")) or (isinstance(elsewhere, Mapping) and claim in elsewhere)


def claimed(claims: Mapping[str, Any], provider: Provider) -> Claimed:
    """The claims as this program uses them. What is not of the expected kind counts as not there."""
    email = claims.get("email")
    address = email.strip().lower() if isinstance(email, str) and "@" in email and len(email) <= 254 else ""
    name = claims.get("name")
    return Claimed(
        issuer=provider.issuer,
        subject=str(claims["sub"]),
        email=address,
        email_is_verified=bool(address) and (provider.trusted_for_email or claims.get("email_verified") is True),
        name=name.strip()[:200] if isinstance(name, str) and name.strip() else address.partition("@")[0],
        groups=_words(claims.get(provider.groups_claim)),
        vouched=provider.trusted_for_factor or vouches(_words(claims.get("amr"))),
    )


def vouches(methods: Iterable[str]) -> bool:
    """Whether what the provider says of how somebody signed in there amounts to a second factor."""
    return any(method.lower() in VOUCHING for method in methods)


def _words(value: Any) -> tuple[str, ...]:
    found: Sequence[Any] = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    words = [word.strip() for word in found if isinstance(word, str) and 0 < len(word.strip()) <= 200]
    return tuple(dict.fromkeys(words))[:GROUPS_AT_MOST]
