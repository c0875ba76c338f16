"""Secrets that must be read again, sealed with AES-256-GCM under a key made from the secret key of the program.

A sealed value is bound to the row that it belongs to: copied to another account it cannot be opened.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12


class CannotOpen(Exception):
    """None of the keys opens it: the secret key was changed and the old one is not among CONTACT_OLD_SECRET_KEYS."""


def _cipher(key: str) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=b"contact second factor").derive(key.encode()))


def seal(secret: bytes, *, row: UUID, key: str) -> bytes:
    """Sealed for this row."""
    nonce = os.urandom(_NONCE)
    return nonce + _cipher(key).encrypt(nonce, secret, row.bytes)


def unseal(sealed: bytes, *, row: UUID, keys: Sequence[str]) -> bytes:
    """What was sealed for this row, with the first key that fits."""
    for key in keys:
        try:
            return _cipher(key).decrypt(bytes(sealed[:_NONCE]), bytes(sealed[_NONCE:]), row.bytes)
        except InvalidTag:
            continue
    raise CannotOpen
