"""Cuts a stream into HL7 messages in bounded memory. Batch envelopes are taken off;
what they declare is counted by `intake.envelope`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

LIMIT: Final = 4 * 1024 * 1024
"""Bytes of the largest message that is read. A longer one comes cut off, one byte above the limit, and is unreadable."""

_CHUNK: Final = 1 << 20
# A header or trailer segment where a line begins. MLLP framing (0x0B before, 0x1C after) counts as a line end.
_MARK: Final = re.compile(rb"(?:\A|[\r\n\x0b\x1c])[ \t]*(?:\xef\xbb\xbf)?(MSH|FHS|BHS|BTS|FTS)(?=[^A-Za-z0-9\s])")
_LONGEST_MARK: Final = 64
# A message that lost its header still is one: these segments carry a person or a result.
_HEADLESS: Final = re.compile(rb"(?:\A|[\r\n])[ \t]*(?:PID|OBR|OBX)[^A-Za-z0-9\s]")


def split(stream: BinaryIO) -> Iterator[bytes]:
    """The messages of a stream in their order, each from its MSH to the next header or trailer.

    Lines end with CR, LF or both. A stream without any message gives one piece, its beginning, so that it can be held.
    Holds one message and one chunk at a time.
    """
    taker = _Taker()
    held = bytearray()
    searched = 0
    while True:
        chunk = stream.read(_CHUNK)
        held += chunk
        # A mark at the very end may not be whole yet: it is looked at again with the next chunk.
        end = max(0, len(held) - _LONGEST_MARK) if chunk else len(held)
        start = 0
        for found in _MARK.finditer(held, max(0, searched - _LONGEST_MARK)):
            at = found.start(1)
            if at >= end:
                break
            if at > start:
                yield from taker.take(held[start:at])
                start = at
        if not chunk:
            yield from taker.take(held[start:])
            yield from taker.end()
            return
        del held[:start]
        searched = max(0, end - start)
        if len(held) > LIMIT + _CHUNK:
            # Nobody needs the rest of this; what is kept shows what it was.
            taker.cut(held[: LIMIT + 1])
            del held[:-_LONGEST_MARK]
            searched = 0


class _Taker:
    """Tells messages from envelopes."""

    __slots__ = ("_cut", "_other", "_yielded")

    def __init__(self) -> None:
        self._yielded = False
        self._cut: bytes | None = None
        self._other = b""

    def cut(self, piece: bytearray) -> None:
        """The beginning of a message that is too long; the rest of it will be dropped."""
        if self._cut is None:
            self._cut = bytes(piece)

    def take(self, piece: bytearray) -> Iterator[bytes]:
        if self._cut is not None:
            whole, self._cut = self._cut, None
            self._yielded = True
            yield whole
            return
        segment = bytes(piece[:3])
        if segment == b"MSH":
            self._yielded = True
            yield bytes(piece) if len(piece) <= LIMIT else bytes(piece[: LIMIT + 1])
            return
        if segment in (b"FHS", b"BHS", b"BTS", b"FTS"):
            if not self._other and not self._yielded:
                self._other = bytes(piece[:65536])
        elif piece.strip():
            if _HEADLESS.search(piece):
                self._yielded = True
                yield bytes(piece[: LIMIT + 1])
            elif not self._other:
                self._other = bytes(piece[:65536])

    def end(self) -> Iterator[bytes]:
        if not self._yielded and self._other:
            yield self._other
