"""Which reader reads what: one door to HL7 v2, tables and FHIR. Pure: no Django, no clock."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any, BinaryIO, Final

from tracing.diseases.codebook import CodeBook
from tracing.intake.report import Reading

_READERS: Final = {"hl7v2": "tracing.intake.hl7", "csv": "tracing.intake.flat", "fhir": "tracing.intake.fhir", "hand": "tracing.intake.hand"}
_PEEK: Final = 4096
_BLANK: Final = b"\xef\xbb\xbf\x0b\x1c \t\r\n\x00"
_HL7: Final = re.compile(rb"(?:\A|[\r\n\x0b])[ \t]*(?:MSH|FHS|BHS)[^A-Za-z0-9\s]")
_SEGMENT: Final = re.compile(rb"(?:PID|OBR|OBX|ORC|NTE|SFT)\|")


def _reader(format: str) -> Any:
    return import_module(_READERS[format])


def sniff(head: bytes) -> str:
    """hl7v2, csv, fhir, or "" for none of them, from the first bytes. A message that lost its header still is HL7."""
    start = head.lstrip(_BLANK)
    if start[:3] in (b"MSH", b"FHS", b"BHS") or _SEGMENT.match(start) or _HL7.search(head):
        return "hl7v2"
    if start[:1] in (b"{", b"["):
        return "fhir"
    line = start.splitlines()[0] if start else b""
    if b"\x00" in line or line[:1] == b"<":
        return ""
    return "csv" if any(mark in line for mark in (b",", b";", b"\t", b"|")) else ""


def split(stream: BinaryIO) -> Iterator[bytes]:
    """The messages of a stream, in order, in bounded memory; none where no reader knows the format."""
    return opened(stream)[1]


def opened(stream: BinaryIO) -> tuple[str, Iterator[bytes]]:
    """The format of a stream and its messages."""
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(stream, 1 << 16)  # type: ignore[type-var]
    format = sniff(buffered.peek(_PEEK)[:_PEEK])
    return format, _reader(format).split(buffered) if format else iter(())


def read(format: str, message: bytes, codes: CodeBook) -> Reading:
    """One message into the one shape. Never raises."""
    if format not in _READERS:
        return Reading("unreadable", ("unknown_format",))
    try:
        found: Reading = _reader(format).read(message, codes)
    except Exception:  # the last resort: whatever a reader does not foresee, the message is held and kept
        return Reading("unreadable", ("reader_failed",))
    return found
