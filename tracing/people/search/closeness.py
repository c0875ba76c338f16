"""How close a misspelt word comes to a word that occurs in names, and by which keys the two meet. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Final
from zlib import crc32

import jellyfish

from tracing.people.linkage.names import other_forms, sound

_FRONT: Final = 7
"""Letters are left out of so many at the front: who mistypes the end of a long word as well is not found by it."""

EXACT: Final = 0.0
BEGINS: Final = 0.5
FAR: Final = 2.0


@dataclass(frozen=True, slots=True)
class Close:
    """`cost`: 0 the word itself, 2 the farthest that is still offered. `why`: a code of `reasons`. `people`: about how many have it."""

    word: str
    cost: float
    why: str
    people: int = 0


def keys(word: str) -> list[int]:
    """Numbers that two words share when they sound alike or differ by so little: the front with up to two letters left out (one
    of a short word), and the sound. Others share one by chance now and then."""
    front = word[:_FRONT]
    without = 2 if len(word) > 4 else 1
    texts = {front}
    for leave in range(1, min(without, len(front) - 1) + 1):
        texts.update("".join(front[i] for i in kept) for kept in combinations(range(len(front)), len(front) - leave))
    if heard := sound(word):
        texts.add("=" + heard)
    return sorted(_signed(crc32(text.encode())) for text in texts)


def close(asked: str, word: str) -> Close | None:
    """How close a word is to the one asked for; None when it is another."""
    if asked == word:
        return Close(word, EXACT, "name")
    if word in other_names(asked):
        return Close(word, 1.0, "nickname")
    if abs(len(asked) - len(word)) > 2:
        return None
    off = jellyfish.damerau_levenshtein_distance(asked, word)
    alike = len(asked) > 2 and sound(asked) == sound(word)
    if off == 1 and len(asked) > 2:
        return Close(word, 1.0 if alike else 1.2, "one_letter")
    if alike and off <= min(4, max(len(asked), len(word)) // 2):
        return Close(word, 1.4, "sounds")  # without vowels much sounds alike: Brandon and Bernstein do
    if off == 2 and min(len(asked), len(word)) > 4:
        return Close(word, FAR, "letters")
    return None


def other_names(word: str) -> frozenset[str]:
    """Given names of which this is a nickname, and nicknames of it."""
    return other_forms().get(word, frozenset()) | _nicknames().get(word, frozenset())


@cache
def _nicknames() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for nickname, names in other_forms().items():
        for name in names:
            found.setdefault(name, set()).add(nickname)
    return {name: frozenset(nicknames) for name, nicknames in found.items()}


def _signed(number: int) -> int:
    return number - 2**32 if number >= 2**31 else number
