"""Separators, escapes and dates of HL7 v2, after chapter 2 of the standard. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final

# Bytes that a database cannot keep, or that belong to the transport. None of them is part of a longer character.
_CONTROLS: Final = bytes((*range(9), 11, 12, *range(14, 32)))
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_BYTE_MARK: Final = "\ufeff"


def decode(message: bytes) -> str:
    """UTF-8, else Windows-1252, whatever MSH-18 says: senders copy that field from a template."""
    message = message.translate(None, _CONTROLS)
    try:
        text = message.decode("utf-8")
    except UnicodeDecodeError:
        try:
            text = message.decode("cp1252")
        except UnicodeDecodeError:
            text = message.decode("latin-1")
    if text.startswith(_BYTE_MARK):
        text = text[1:]
    return text


@dataclass(frozen=True, slots=True)
class Marks:
    """The separators of one message: MSH-1 and MSH-2."""

    field: str
    component: str
    repeat: str
    escape: str
    sub: str
    truncate: str = ""
    """The fifth character of 2.7."""

    def unescape(self, text: str) -> str:
        """The text without escape sequences. Highlighting is dropped, line breaks become line ends, the unknown stays."""
        if not self.escape or self.escape not in text:
            return text
        return _escapes(self.escape).sub(self._one, text)

    def _one(self, found: re.Match[str]) -> str:
        code = found[1]
        plain = {
            "F": self.field, "S": self.component, "T": self.sub or "&", "R": self.repeat, "E": self.escape,
            "P": self.truncate or "#", "H": "", "N": "",
        }.get(code)  # fmt: skip
        if plain is not None:
            return plain
        if code[0] == "X":
            return _hexadecimal(code[1:], found[0])
        if code[0] == ".":
            return "\n" if code[1:3] in ("br", "sp", "ce") else " "
        return "" if code[0] in "CMZ" else found[0]


@lru_cache(maxsize=32)
def _escapes(escape: str) -> re.Pattern[str]:
    mark = re.escape(escape)
    return re.compile(rf"{mark}([FSTREPHN]|\.[a-z]{{2}}[+-]?\d{{0,3}}|[XCMZ][0-9A-Fa-f]{{0,400}}){mark}")


def _hexadecimal(digits: str, whole: str) -> str:
    try:
        octets = bytes.fromhex(digits)
    except ValueError:
        return whole
    return _CONTROL.sub("", decode(octets).replace("\r\n", "\n").replace("\r", "\n"))


@lru_cache(maxsize=64)
def marks(header: str) -> Marks | None:
    """The separators that a header (its first nine characters or more) declares; None if it declares none that part anything.

    `header` starts at MSH. Missing ones are the usual ones. Some senders double the escape character.
    """
    field = header[3:4]
    if not field or field.isalnum() or field.isspace():
        return None
    declared = header[4:].split(field, 1)[0][:6]
    usual = "^~\\&"
    component = declared[0:1] or usual[0]
    repeat = declared[1:2] or usual[1]
    escape = declared[2:3] or usual[2]
    rest = declared[3:].lstrip(escape) if escape else declared[3:]
    sub = rest[0:1] or usual[3]
    if len({field, component, repeat}) < 3 or component.isalnum() or repeat.isalnum():
        return Marks(field, "^", "~", "\\", "&") if field not in "^~\\&" else None
    return Marks(field, component, repeat, escape, sub, rest[1:2])


# Year to fraction of a second, then the zone. Some systems write a fraction without its point, or seconds of zone.
_TIME: Final = re.compile(
    r"(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:\.?\d{1,6})?)?)?)?)?)?\s*(?:([+-])(\d\d):?(\d\d)\d*)?\s*",
    re.ASCII,
)


@lru_cache(maxsize=8192)
def moment(text: str) -> tuple[date | None, datetime | None]:
    """The day as written, in the writer's own zone, and the instant in UTC.

    A day needs year, month and day. The instant needs a time and a zone: whose noon it was is not for a reader to invent.
    """
    found = _TIME.fullmatch(text)
    if found is None:
        return None, None
    year, month, day, hour, minute, second, sign, hours, minutes = found.groups()
    if day is None:
        return None, None
    try:
        on = date(int(year), int(month), int(day))
    except ValueError:
        return None, None
    if hour is None or sign is None:
        return on, None
    try:
        away = timedelta(hours=int(hours), minutes=int(minutes))
        zone = timezone(-away if sign == "-" else away)
        local = datetime(on.year, on.month, on.day, int(hour), int(minute or 0), int(second or 0), tzinfo=zone)
        return on, local.astimezone(UTC)
    except (ValueError, OverflowError):
        return on, None
