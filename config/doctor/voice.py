"""The telephone service that dials calls: does it take our account, and can it reach us."""

from __future__ import annotations

from urllib.parse import urlsplit

from config.doctor.finding import Findings, bad, good

MEND = "See docs/dialling.md."


def service_answers() -> Findings:
    """Asks the service; nothing of the database."""
    from django.conf import settings

    if settings.VOICE is None:
        return
    from tracing.messaging.providers.twilio import ready

    if code := ready(settings.VOICE):
        yield bad("voice", f"The telephone service cannot be used: {code}. Nobody can dial from the page.", MEND)
    else:
        yield good("voice", "The telephone service takes the account.")
    if urlsplit(settings.ADDRESS).hostname in ("localhost", "127.0.0.1", "::1"):
        says = f"The telephone service cannot reach {settings.ADDRESS}: nobody who answers is connected."
        yield bad("voice-address", says, "Set CONTACT_ADDRESS to the address that leads here from outside.")
