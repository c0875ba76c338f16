"""Messages as they come from a broken line or a broken program: for tests that nothing makes a reader fail."""

from __future__ import annotations

import random
from collections.abc import Iterator

ENDS = ("read", "held", "unreadable", "not_lab_report")
"""How every reading ends."""


def mutations(seed: bytes, rng: random.Random) -> Iterator[bytes]:
    """Cut, doubled, shuffled, with bytes changed and put in."""
    while True:
        content = bytearray(seed)
        for _ in range(rng.randint(1, 6)):
            at, to = sorted((rng.randrange(len(content) + 1), rng.randrange(len(content) + 1)))
            kind = rng.randrange(6)
            if kind == 0:
                del content[at:to]
            elif kind == 1:
                content[at:at] = content[at:to][:2000]
            elif kind == 2:
                content[at:at] = bytes(rng.randrange(256) for _ in range(rng.randint(1, 8)))
            elif kind == 3:
                content[at:at] = rng.choice([b'"', b'""', b"\n", b"\r", b",", b"\x00", b"\xff\xfe", b"\t", b'"\n"'])
            elif kind == 4:
                piece = content[at:to]
                rng.shuffle(piece)
                content[at:to] = piece
            elif content:
                content[rng.randrange(len(content))] = rng.randrange(256)
            if not content:
                content = bytearray(b"x")
        yield bytes(content)
