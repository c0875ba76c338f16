"""Codes of an authenticator app: RFC 6238 with SHA-1, six digits, thirty seconds, as every app reads them. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode

SECONDS: Final = 30
DIGITS: Final = 6
AROUND: Final = 1
"""Steps before and after that are accepted as well: the clocks of telephones are half a minute wrong."""


def step_at(at: datetime) -> int:
    """The number of the thirty seconds in which an instant lies."""
    return int(at.timestamp()) // SECONDS


def code_of(secret: bytes, step: int) -> str:
    """The six digits that an app shows in that step."""
    digest = hmac.new(secret, struct.pack(">Q", step), hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def typed(text: str) -> str:
    """The digits of what was typed: apps show them as 123 456."""
    return "".join(character for character in text if character.isascii() and character.isdigit())


def accepted_step(secret: bytes, code: str, *, at: datetime, last: int) -> int | None:
    """The step to which a code belongs; None for a wrong one, and for any of the step that was used last or before it."""
    digits = typed(code)
    if len(digits) != DIGITS:
        return None
    now = step_at(at)
    right = [step for step in range(now - AROUND, now + AROUND + 1) if hmac.compare_digest(code_of(secret, step), digits)]
    return next((step for step in right if step > last), None)


def shown(secret: bytes) -> str:
    """The secret to be typed by hand, in groups of four."""
    text = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def address(secret: bytes, *, account: str, issuer: str) -> str:
    """What the square code holds (otpauth://…)."""
    label = quote(f"{issuer}:{account}", safe="")
    asked = {"secret": base64.b32encode(secret).decode().rstrip("="), "issuer": issuer, "digits": DIGITS, "period": SECONDS}
    return f"otpauth://totp/{label}?{urlencode(asked, quote_via=quote)}"
