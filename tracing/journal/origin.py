"""From where something is done: set for a request by the outermost middleware, kept on every entry and look that it writes."""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Origin:
    """A network address, and a mark that is the same for all that one session does and opens no session."""

    address: str | None = None
    session: str | None = None


HERE: Final = Origin()
"""Workers and commands: nobody came from anywhere."""

_origin: ContextVar[Origin] = ContextVar("journal_origin", default=HERE)


def origin() -> Origin:
    return _origin.get()


@contextmanager
def came_from(place: Origin) -> Iterator[None]:
    """What is written inside tells that it was done from there."""
    token = _origin.set(place)
    try:
        yield
    finally:
        _origin.reset(token)


def origin_of(address: str | None, session_key: str) -> Origin:
    """The origin of a request. What is no network address is none; a session's key is kept as the beginning of its SHA-256."""
    try:
        found = str(ipaddress.ip_address((address or "").strip().partition("%")[0]))
    except ValueError:
        found = None
    return Origin(found, hashlib.sha256(session_key.encode()).hexdigest()[:16] if session_key else None)
