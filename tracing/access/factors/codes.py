"""Recovery codes: ten of them, each good once, kept as digests. Pure but for the random bytes."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Final
from uuid import UUID

HOW_MANY: Final = 10
_BYTES: Final = 10


def make() -> list[str]:
    """Ten codes of 80 random bits, in four groups that can be read aloud."""
    plain = (base64.b32encode(secrets.token_bytes(_BYTES)).decode() for _ in range(HOW_MANY))
    return ["-".join(code[start : start + 4] for start in range(0, len(code), 4)) for code in plain]


def digest_of(code: str, *, user: UUID) -> str:
    """Under which a code is kept. 80 random bits need no slow digest. Blanks, hyphens and case do not count; 0 and 1 are O and I."""
    letters = "".join(character for character in code.upper() if character.isascii() and character.isalnum())
    plain = letters.replace("0", "O").replace("1", "I")
    return hashlib.sha256(user.bytes + plain.encode()).hexdigest()
