"""The mail server for mail to staff, as the environment describes it. Nothing is asked over the network here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

from tracing.base.settings import SettingWrong, env_secret, env_text

TLS: Final = {"smtp": "", "smtp+starttls": "starttls", "smtps": "tls"}
PORTS: Final = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class MailServer:
    host: str
    port: int
    tls: str
    """"starttls", "tls", or "" for a relay on this machine."""
    user: str = ""
    password: str = field(default="", repr=False)


def mail_from_environment() -> MailServer | None:
    """The server that CONTACT_MAIL_URL names; None where it names none, and then no mail goes out."""
    address = env_secret("CONTACT_MAIL_URL", least=8, default="")
    if not address:
        return None
    parts = urlsplit(address)
    if parts.scheme not in TLS or not parts.hostname:
        raise SettingWrong("CONTACT_MAIL_URL is smtps://user:password@host, smtp+starttls://user:password@host, or smtp://localhost.")
    if parts.scheme == "smtp" and parts.hostname not in _LOOPBACK:
        raise SettingWrong("CONTACT_MAIL_URL: only a relay on this machine is spoken to in plain. Use smtps:// or smtp+starttls://.")
    return MailServer(
        parts.hostname, parts.port or PORTS[parts.scheme], TLS[parts.scheme], unquote(parts.username or ""), unquote(parts.password or "")
    )


def sender_from_environment(server: MailServer | None) -> str:
    """From whom the mail comes; needed where a server is named."""
    return env_text("CONTACT_MAIL_FROM", None if server is not None else "contact@localhost")


def address_from_environment(hosts: list[str], *, demo: bool) -> str:
    """Where staff open the program: what stands in a mail."""
    named = env_text("CONTACT_ADDRESS", "").rstrip("/")
    if named and not named.startswith("https://") and not demo:
        raise SettingWrong("CONTACT_ADDRESS begins with https://.")
    host = next((host for host in hosts if host != "*"), "localhost").lstrip(".")
    return named or f"{'http' if demo else 'https'}://{host}"
