"""The telephone service that dials calls, as the environment describes it. Nothing is asked over the network here."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from tracing.base.phones import e164
from tracing.base.settings import SettingWrong, env_int, env_secret, env_text
from tracing.messaging.providers.account import VoiceAccount

_ACCOUNT: Final = re.compile(r"AC[0-9a-f]{32}")
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


def voice_from_environment(*, demo: bool) -> VoiceAccount | None:
    """The service, or None where CONTACT_TWILIO_ACCOUNT names no account: then calls are dialled by the telephone at hand."""
    account = env_text("CONTACT_TWILIO_ACCOUNT", "")
    if not account:
        return None
    if not _ACCOUNT.fullmatch(account):
        raise SettingWrong("CONTACT_TWILIO_ACCOUNT is the Account SID: AC and 32 hexadecimal digits.")
    typed = env_text("CONTACT_TWILIO_NUMBER")
    shown = e164(typed)
    if shown != typed:
        raise SettingWrong("CONTACT_TWILIO_NUMBER is the number that people see, with country code: +12035550142.")
    address = env_text("CONTACT_TWILIO_ADDRESS", "https://api.twilio.com").rstrip("/")
    parts = urlsplit(address)
    if parts.scheme != "https" and not (demo and parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise SettingWrong("CONTACT_TWILIO_ADDRESS begins with https://. Only the demonstration may ask one on this machine in plain.")
    return VoiceAccount(
        account=account, token=env_secret("CONTACT_TWILIO_TOKEN", least=32), shown=shown, address=address,
        seconds=env_int("CONTACT_TWILIO_SECONDS", 10, least=2, most=30),
    )  # fmt: skip
