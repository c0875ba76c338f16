"""Keys that are made here and not in the database, so that a whole graph of rows can be built in memory.

UUIDv7 (RFC 9562, section 5.7): 48 bits of Unix milliseconds, 12 bits of the fraction of that millisecond
(method 3 of section 6.2), 62 random bits. Python has its own only from 3.14.
"""

from __future__ import annotations

import os
import time
from uuid import UUID

_last = 0


def uuid7() -> UUID:
    """A new key. Keys of one process ascend; keys of several processes ascend to about a millisecond."""
    global _last
    nanoseconds = time.time_ns()
    milliseconds, rest = divmod(nanoseconds, 1_000_000)
    stamp = (milliseconds << 12) | (rest * 4096 // 1_000_000)
    if stamp <= _last:
        stamp = _last + 1
    _last = stamp
    return UUID(
        int=(stamp >> 12) << 80
        | 0x7000 << 64
        | (stamp & 0xFFF) << 64
        | 0x8000_0000_0000_0000
        | int.from_bytes(os.urandom(8), "big") >> 2
    )
