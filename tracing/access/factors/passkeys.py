"""Passkeys: WebAuthn by the `fido2` package. The browser's answers are checked here; nothing is stored here.

A passkey has to be unlocked (finger, face, PIN) each time, so that it is two factors by itself and may stand instead of a password.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)


class PasskeyWrong(Exception):
    """The browser's answer does not fit: another site, another challenge, a wrong signature, or not unlocked."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where the passkey is good for: the host's name, and the exact origin that the browser must have named."""

    host: str
    origin: str

    @property
    def usable(self) -> bool:
        """Passkeys belong to a name: a bare IP address has none."""
        try:
            ipaddress.ip_address(self.host.strip("[]"))
        except ValueError:
            return True
        return False


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A new passkey, as it is stored."""

    credential: bytes
    data: bytes
    counter: int


@dataclass(frozen=True, slots=True)
class Used:
    """A passkey that has just signed."""

    credential: bytes
    counter: int


def _server(site: Site) -> Fido2Server:
    entity = PublicKeyCredentialRpEntity(name="ContaCT", id=site.host)
    return Fido2Server(entity, verify_origin=lambda origin: origin == site.origin)


def _plain(options: Any) -> dict[str, Any]:
    """The options as the browser takes them, bytes as base64url."""
    return json.loads(json.dumps(dict(options), default=dict))  # type: ignore[no-any-return]


def begin_enrolment(
    site: Site, *, user: UUID, account: str, name: str, known: Sequence[bytes]
) -> tuple[dict[str, Any], Mapping[str, Any]]:
    """What the browser is asked to make, and what must be remembered until it answers."""
    options, state = _server(site).register_begin(
        PublicKeyCredentialUserEntity(id=user.bytes, name=account, display_name=name),
        [PublicKeyCredentialDescriptor(type=PublicKeyCredentialType.PUBLIC_KEY, id=credential) for credential in known],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _plain(options.public_key), dict(state, user_verification="required")


def finish_enrolment(site: Site, state: Mapping[str, Any], answer: str) -> Enrolled:
    """The new passkey. PasskeyWrong when the answer is not one to this question."""
    try:
        data = _server(site).register_complete(state, RegistrationResponse.from_dict(json.loads(answer)))
        held = data.credential_data
        assert held is not None
    except Exception as wrong:  # what a browser sends may be anything; the package raises of every kind
        raise PasskeyWrong from wrong
    return Enrolled(bytes(held.credential_id), bytes(held), data.counter)


def begin_use(site: Site, *, known: Sequence[bytes] = ()) -> tuple[dict[str, Any], Mapping[str, Any]]:
    """What the browser is asked to sign; without `known` it offers every passkey that it has for this site."""
    allowed = [PublicKeyCredentialDescriptor(type=PublicKeyCredentialType.PUBLIC_KEY, id=credential) for credential in known]
    options, state = _server(site).authenticate_begin(allowed or None, user_verification=UserVerificationRequirement.REQUIRED)
    return _plain(options.public_key), dict(state, user_verification="required")


def named(answer: str) -> bytes:
    """Which passkey an answer says it is from, before anything of it is believed."""
    try:
        return bytes(AuthenticationResponse.from_dict(json.loads(answer)).raw_id)
    except Exception as wrong:
        raise PasskeyWrong from wrong


def finish_use(site: Site, state: Mapping[str, Any], answer: str, *, data: bytes, counter: int) -> Used:
    """Check the signature of the passkey stored as `data`. A counter that goes back tells of a copy: refused."""
    try:
        response = AuthenticationResponse.from_dict(json.loads(answer))
        _server(site).authenticate_complete(state, [AttestedCredentialData(data)], response)
        now = response.response.authenticator_data.counter
    except Exception as wrong:
        raise PasskeyWrong from wrong
    if (now or counter) and now <= counter:
        raise PasskeyWrong
    return Used(bytes(response.raw_id), now)
