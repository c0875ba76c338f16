"""The sign-in provider as the environment describes it. Nothing is asked over the network here."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from tracing.access.provider.rules import Provider
from tracing.base.settings import SettingWrong, env_bool, env_int, env_secret, env_text

WITHOUT: Final = ("administrators", "nobody", "everybody")
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


def provider_from_environment(*, demo: bool) -> Provider | None:
    """The provider, or None where CONTACT_OIDC_ISSUER names none."""
    issuer = env_text("CONTACT_OIDC_ISSUER", "")
    if not issuer:
        return None
    parts = urlsplit(issuer)
    if not parts.hostname or parts.query or parts.fragment:
        raise SettingWrong(
            "CONTACT_OIDC_ISSUER is the provider's address, as its own description has it: https://login.example/tenant"
        )
    if parts.scheme != "https" and not (demo and parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise SettingWrong(
            "CONTACT_OIDC_ISSUER must begin with https://. Only the demonstration may ask one on this machine in plain."
        )
    return Provider(
        issuer=issuer,
        client=env_text("CONTACT_OIDC_CLIENT_ID"),
        secret=env_secret("CONTACT_OIDC_CLIENT_SECRET", least=8, default=""),
        name=env_text("CONTACT_OIDC_NAME", "your organisation's account"),
        scopes=env_text("CONTACT_OIDC_SCOPES", "openid profile email"),
        groups_claim=env_text("CONTACT_OIDC_GROUPS_CLAIM", "groups"),
        trusted_for_factor=env_bool("CONTACT_OIDC_TRUSTED_FOR_FACTOR", False),
        trusted_for_email=env_bool("CONTACT_OIDC_TRUSTED_FOR_EMAIL", False),
        seconds=env_int("CONTACT_OIDC_SECONDS", 10, least=1, most=30),
        clock_seconds=env_int("CONTACT_OIDC_CLOCK_SECONDS", 120, least=0, most=600),
    )


def without_provider_from_environment() -> str:
    """Who may come in by password or passkey where a provider is set up."""
    chosen = env_text("CONTACT_OIDC_OTHERWISE", "nobody")
    if chosen not in WITHOUT:
        raise SettingWrong(f"CONTACT_OIDC_OTHERWISE is {chosen!r}. It is one of {', '.join(WITHOUT)}.")
    return chosen
