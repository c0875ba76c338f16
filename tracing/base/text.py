"""Text folded to ASCII for sorting, searching and comparing. The one place that makes such keys.

Keys are stored in columns and compared byte by byte; the database's own `lower` and collation are never relied on.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Latin letters that Unicode does not take apart into a base letter and a mark.
_LETTERS = str.maketrans(
    {
        "ß": "ss", "ẞ": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d",
        "ð": "d", "Ð": "d", "þ": "th", "Þ": "th", "ł": "l", "Ł": "l", "ħ": "h", "Ħ": "h", "ı": "i", "İ": "i",
        "ŋ": "n", "Ŋ": "n", "ŧ": "t", "Ŧ": "t", "ə": "e", "Ə": "e", "ĸ": "k",
    }
)  # fmt: skip

# Marks inside one word: O'Brien and OBrien are one name. Every other mark parts words.
_INSIDE = re.compile("['`´‘’ʻʼʹ′]")
_PARTS = re.compile("[^a-z0-9]+")
_NOT_YET_NAMED = frozenset("baby babyboy babygirl bb bg boy girl infant newborn twin".split())
_GENERATION = frozenset({"jr", "sr", "ii", "iii", "iv", "2nd", "3rd"})


def _ascii(character: str) -> str:
    """One character that is not ASCII: its base letter, or its number, so that two names never fold to one by loss."""
    if unicodedata.combining(character):
        return ""
    if character.isalnum():
        return f"u{ord(character):x}"
    return " "


@lru_cache(maxsize=16384)
def fold(text: str | None) -> str:
    """ASCII lower-case words parted by single spaces; letters and digits only; "" for missing.

    Accents fall off (José → jose), an apostrophe joins (O'Brien → obrien), other marks part words (Smith-Jones → smith
    jones). A letter without an ASCII form is written as its code point (中 → u4e2d), so that nothing is lost.
    """
    if not text:
        return ""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", _INSIDE.sub("", text.translate(_LETTERS)))
        text = "".join(c if c.isascii() else _ascii(c) for c in text)
    return _PARTS.sub(" ", _INSIDE.sub("", text.lower())).strip()


def sort_key(family: str | None, given: str | None) -> str:
    """Key by which lists of people are ordered and searched from the front: folded family name, two blanks, given name.

    Two blanks sort before one, so that everybody called De comes before De La. "" for a person without a name.
    """
    return f"{fold(family)}  {fold(given)}".rstrip() if family or given else ""


def name_key(family: str | None, given: str | None) -> str:
    """Key under which two spellings of one full name meet: "mcdonald|maryann"; "" unless both names are there.

    Blanks do not count (Mc Donald, McDonald), nor a generation after the family name (Smith Jr), nor a middle initial
    written into the given name (Maria E). The letter by which newborn twins are told apart (Baby A, Baby B) is no initial.
    """
    families = fold(family).split()
    while len(families) > 1 and families[-1] in _GENERATION:
        families.pop()
    givens = fold(given).split()
    while len(givens) > 1 and givens[0] not in _NOT_YET_NAMED and (len(givens[-1]) == 1 or givens[-1] in _GENERATION):
        givens.pop()
    return f"{''.join(families)}|{''.join(givens)}" if families and givens else ""
