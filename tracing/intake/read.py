"""Which reader reads what: one door to HL7 v2, spreadsheets and FHIR. Pure: no Django, no clock."""

from __future__ import annotations

import io
from collections.abc import Iterator
from importlib import import_module
from typing import Any, BinaryIO

from tracing.diseases.codebook import CodeBook
from tracing.intake.report import Reading

_READERS = {"hl7v2": "tracing.intake.hl7", "csv": "tracing.intake.flat", "fhir": "tracing.intake.fhir"}


def _reader(format: str) -> Any:
    return import_module(_READERS[format])


def sniff(head: bytes) -> str:
    """hl7v2, csv, fhir, or "" for none of them, from the first bytes."""
    start = head.lstrip(b"\xef\xbb\xbf\x0b \t\r\n\x00")
    if start[:3] in (b"MSH", b"FHS", b"BHS"):
        return "hl7v2"
    if start[:1] in (b"{", b"["):
        return "fhir"
    line = start.splitlines()[0] if start else b""
    return "csv" if any(mark in line for mark in (b",", b";", b"\t", b"|")) else ""


def split(stream: BinaryIO) -> Iterator[bytes]:
    """The messages of a stream, in order, in bounded memory."""
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(stream)  # type: ignore[type-var]
    format = sniff(buffered.peek(4096)[:4096])
    if format:
        yield from _reader(format).split(buffered)


def read(format: str, message: bytes, codes: CodeBook) -> Reading:
    """One message into the one shape. Never raises."""
    if format not in _READERS:
        return Reading("unreadable", ("unknown_format",))
    found: Reading = _reader(format).read(message, codes)
    return found
