"""What was typed as a number or an e-mail, which way is tried first, and what somebody lacks. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from tracing.base.phones import e164

_DIGITS: Final = re.compile(r"\D+")
_LETTERS: Final = re.compile(r"[^\W\d_]{3,}")
_MAIL: Final = re.compile(r"[^@\s,;<>\"()]+@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,63}", re.IGNORECASE)
_EXTENSION: Final = re.compile(r"(?:;?\s*ext(?:ension|n)?\.?|x|#)\s*[:=.]?\s*\d{1,7}\s*$", re.IGNORECASE)
_NOBODYS: Final = ("example.com", "example.net", "none.com", "noemail.com", "test.com")
PROBLEMS: Final = (
    "empty", "letters", "too_short", "too_long", "area_code", "placeholder", "not_possible", "no_at", "two_addresses", "not_an_address", "nobodys",
)  # fmt: skip
"""Codes of what is wrong with what was typed; their words stand with the pages."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A value in its one form, or a code of what is wrong with it."""

    value: str = ""
    problem: str = ""


def telephone(raw: str) -> Typed:
    """A number typed in any form, in E.164. An extension is left out: it belongs into the hours and remarks."""
    text = raw.strip()
    if not text:
        return Typed(problem="empty")
    bare = _EXTENSION.sub("", text)
    if _LETTERS.search(bare):
        return Typed(problem="letters")
    digits = _DIGITS.sub("", bare)
    abroad = bare.lstrip(" (").startswith(("+", "011", "00"))
    if len(digits) > 11 and not abroad:  # two numbers, perhaps: a report's first is taken, whoever types can be asked
        return Typed(problem="too_long")
    if found := e164(text):
        return Typed(found)
    if len(digits) < 10:
        return Typed(problem="too_short")
    if len(set(digits[-10:])) == 1:
        return Typed(problem="placeholder")
    if abroad:
        return Typed(problem="too_long" if len(digits) > 15 else "not_possible")
    national = digits[1:] if len(digits) == 11 and digits[0] == "1" else digits
    return Typed(problem="area_code" if national[0] in "01" else "not_possible")


def email(raw: str) -> Typed:
    """An e-mail address in lower case."""
    text = raw.strip().lower().removeprefix("mailto:")
    if not text:
        return Typed(problem="empty")
    if text.count("@") == 0:
        return Typed(problem="no_at")
    if text.count("@") > 1:
        return Typed(problem="two_addresses")
    if len(text) > 254 or not _MAIL.fullmatch(text) or ".." in text:
        return Typed(problem="not_an_address")
    if text.partition("@")[2] in _NOBODYS:
        return Typed(problem="nobodys")
    return Typed(text)


@dataclass(frozen=True, slots=True)
class Way:
    """A way to reach somebody, as far as the choice depends on it."""

    kind: str
    works: bool | None = None
    ended: bool = False
    safe: bool | None = None
    whose: str = ""


def unusable(way: Way, *, confidential: bool) -> str:
    """Why this way is not used: "ended", "does_not_work", "not_safe"; "" when it may be. Confidentially, only what is known to be safe."""
    if way.ended:
        return "ended"
    if way.works is False:
        return "does_not_work"
    if way.safe is False or (confidential and way.safe is not True):
        return "not_safe"
    return ""


_OF: Final = {"own": 0, "": 1, "answers": 2, "household": 3, "work": 4, "other": 5}


def rank(way: Way) -> tuple[int, int, int]:
    """The smaller, the sooner tried: those that can be used, that worked before, that are their own."""
    spent = 1 if way.ended or way.works is False or way.safe is False else 0
    return spent, 0 if way.works else 1, _OF.get(way.whose, 9)


KINDS: Final = ("phone", "email", "mail")


def lacking(ways: Iterable[Way], *, mail: bool, confidential: bool) -> tuple[str, ...]:
    """By what somebody cannot be reached: "phone", "email", "mail". Nobody gets a letter who is reached confidentially."""
    found = {way.kind for way in ways if not unusable(way, confidential=confidential)}
    if mail and not confidential:
        found.add("mail")
    return tuple(kind for kind in KINDS if kind not in found)


def must_look(why: str, lacks: Iterable[str]) -> bool:
    """Whether somebody must look for details: whoever is to be called needs a number; whoever is only written to, anything at all but
    a letter, which comes too late."""
    missing = set(lacks)
    return {"phone", "email"} <= missing if why == "message" else "phone" in missing
