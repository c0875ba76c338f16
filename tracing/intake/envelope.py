"""What an HL7 batch says of itself: how many messages its trailers declare. Pure; sees the bytes pass, keeps a few of them."""

from __future__ import annotations

import re
from typing import Final

# BTS-1: messages of the batch that ends here (HL7 2.5.1, chapter 2, section 2.15.3). FTS-1 counts batches, not messages.
_TRAILER: Final = re.compile(rb"[\r\n][ \t]{0,8}BTS(?!\w)[^\r\n\w ] {0,8}([0-9]{1,9})(?![0-9])")
_KEPT: Final = 64
_MOST: Final = 2**31 - 1
"""What the column holds; a trailer that says more is wrong anyway and is told as a disagreement."""


class Declared:
    """Feed it the pieces of a delivery in order; `total` is None where no trailer declares a count."""

    __slots__ = ("_rest", "total")

    def __init__(self) -> None:
        self._rest = b"\n"
        self.total: int | None = None

    def feed(self, piece: bytes) -> None:
        self._look(self._rest + piece, last=False)

    def end(self) -> int | None:
        self._look(self._rest, last=True)
        return self.total

    def _look(self, seen: bytes, *, last: bool) -> None:
        # A trailer that touches the end may go on in the next piece: leave everything from `edge` on for then.
        edge = len(seen) if last else max(0, len(seen) - _KEPT)
        begins = 0
        for found in _TRAILER.finditer(seen):
            if found.start() >= edge:
                break
            self.total = min((self.total or 0) + int(found[1]), _MOST)
            begins = found.end()
        self._rest = b"" if last else seen[max(edge, begins) :]
