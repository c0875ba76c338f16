"""Cuts a delimited file into its rows without ever holding more than one row. Bytes in, bytes out; nothing is interpreted.

A row is a record, not a line: a quoted cell may hold line ends. Line ends may be LF, CRLF or CR, mixed. A quotation mark
that somebody forgot to close does not swallow the rows behind it.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from typing import BinaryIO, Literal

LIMIT = 4 * 1024 * 1024
"""Bytes of the largest row that is read. A larger one is cut just behind this length."""

DELIMITERS = (",", ";", "\t", "|")

_CHUNK = 1 << 16
_LINE_END = re.compile(rb"\r\n|\n|\r")
_SEPARATOR_LINE = re.compile(rb'"?sep=(.)"?', re.IGNORECASE)
_NOTHING = re.compile(rb'[\s,;|"]*')

csv.field_size_limit(LIMIT)  # the library's own limit (128 kB) is below ours


def rows(stream: BinaryIO) -> Iterator[bytes]:
    """The records of a file, first the header, without their line end. Empty ones are left out."""
    lines = _lines(_as_utf8(stream))
    header = b""
    for header in lines:
        if not _NOTHING.fullmatch(header) and not _SEPARATOR_LINE.fullmatch(header.strip()):
            break
    else:
        return
    delimiter = guess_delimiter(header)
    header = _whole(header, lines, delimiter, 0)[0]
    yield header
    columns = _count(header, delimiter)
    waiting: list[bytes] = []
    while True:
        line = waiting.pop() if waiting else next(lines, None)
        if line is None:
            return
        row, after = _whole(line, lines, delimiter, columns, waiting)
        waiting.extend(reversed(after))
        if not _NOTHING.fullmatch(row):
            yield row


def guess_delimiter(header: bytes) -> bytes:
    """The delimiter of which a header has most outside quotation marks; the comma where it has none."""
    bare = re.sub(rb'"[^"]*"', b"", header)
    best = max(DELIMITERS, key=lambda d: bare.count(d.encode()))
    return best.encode() if best.encode() in bare else b","


def _as_utf8(stream: BinaryIO) -> Iterator[bytes]:
    """Chunks of the file; a byte order mark is taken away and UTF-16 (a spreadsheet's "Unicode text") made UTF-8."""
    chunk = stream.read(_CHUNK)
    if chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        decode = codecs.getincrementaldecoder("utf-16")(errors="replace").decode
        while chunk:
            yield decode(chunk).encode("utf-8", "replace")
            chunk = stream.read(_CHUNK)
        return
    yield chunk.removeprefix(codecs.BOM_UTF8)
    while chunk := stream.read(_CHUNK):
        yield chunk


def _lines(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Physical lines without their end. One longer than LIMIT is cut; the rest of it is dropped."""
    left = b""
    dropping = False
    for chunk in chunks:
        data = left + chunk
        # A CR at the very end may be half of a CRLF: it is looked at with the next chunk.
        stop = len(data) - 1 if data.endswith(b"\r") else len(data)
        at = 0
        # What is left holds no line end but perhaps that CR: it is not searched again.
        for found in _LINE_END.finditer(data, max(len(left) - 1, 0), stop):
            if dropping:
                dropping = False
            else:
                yield data[at : found.start()]
            at = found.end()
        left = data[at:]
        if dropping:
            left = left[-1:] if left.endswith(b"\r") else b""
        elif len(left) > LIMIT:
            yield left[: LIMIT + 1]
            dropping, left = True, b""
    if left and not dropping:
        yield left.rstrip(b"\r")


def _whole(
    line: bytes, lines: Iterator[bytes], delimiter: bytes, columns: int, waiting: list[bytes] | None = None
) -> tuple[bytes, list[bytes]]:
    """The record that begins with `line`, and lines that were read for it in vain.

    Lines are added while a quoted cell is open. A mark was never meant as a quotation mark if it closes in the middle of a
    cell, or never, or if its line and the next have every column already: then the record is the first line alone.
    """
    if b'"' not in line or _quoted(line, delimiter) != "open":
        return line, []
    full = columns > 1 and line.count(delimiter) == columns - 1
    parts = [line]
    size = len(line)
    while True:
        more = waiting.pop() if waiting else next(lines, None)
        if more is None or size > LIMIT:
            back = [more] if more is not None else []
            if len(parts) > 1 and columns > 1 and parts[1].count(delimiter) == columns - 1:
                return line, parts[1:] + back
            return b"\n".join(parts)[: LIMIT + 1], back
        state = _quoted(b'"' + more, delimiter, strict=True) if b'"' in more else "open"
        if state == "broken" or (state == "open" and len(parts) == 1 and full and more.count(delimiter) == columns - 1):
            return line, [*parts[1:], more]
        parts.append(more)
        size += len(more) + 1
        if state == "closed":
            return b"\n".join(parts), []


def _quoted(line: bytes, delimiter: bytes, *, strict: bool = False) -> Literal["open", "closed", "broken"]:
    """Whether the line ends inside a quoted cell. A mark within a cell that is not quoted is an ordinary character.

    Strict: broken if the first quoted cell goes on behind its closing mark.
    """
    at, end = 0, len(line)
    while at < end:
        if line[at : at + 1] == b'"':
            at += 1
            while True:
                at = line.find(b'"', at)
                if at < 0:
                    return "open"
                if line[at + 1 : at + 2] != b'"':
                    break
                at += 2
            if strict and line[at + 1 : at + 2] not in (b"", delimiter):
                return "broken"
            strict = False
        at = line.find(delimiter, at)
        if at < 0:
            return "closed"
        at += 1
    return "closed"


def _count(header: bytes, delimiter: bytes) -> int:
    try:
        return len(next(csv.reader([header.decode("latin-1")], delimiter=delimiter.decode()), []))
    except csv.Error:
        return 0
