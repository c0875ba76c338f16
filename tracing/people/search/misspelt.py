"""Words of names that come close to words that were typed: asked of the table of distinct words, never of the people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.db import connection

from tracing.people.search.closeness import Close, close, keys, other_names

AT_MOST: Final = 24
SHORTEST: Final = 3
_MANY: Final = 10**9
"""Nobody counts words that are shorter."""


@dataclass(frozen=True, slots=True)
class Near:
    """Words close to one that was typed, the closest first, of those equally close the commonest. `begin`: about how many people have a
    word that begins so."""

    words: tuple[Close, ...]
    begin: int


def close_words(asked: Sequence[str]) -> dict[str, Near]:
    """What comes close to each of these. To be asked under the acting role."""
    long = [word for word in dict.fromkeys(asked) if len(word) >= SHORTEST]
    found: dict[str, dict[str, int]] = {word: {} for word in long}
    begin = dict.fromkeys(long, 0)
    if long:
        keyed = ["{" + ",".join(map(str, keys(word))) + "}" for word in long]
        others = ["{" + ",".join(sorted({word, *other_names(word)})) + "}" for word in long]
        with connection.cursor() as cursor:
            cursor.execute("SELECT place, word, people FROM search_close(%s::text[], %s::text[], %s::text[])", [long, keyed, others])
            for place, word, people in cursor.fetchall():
                one = long[place - 1]
                if word is None:
                    begin[one] = people
                else:
                    found[one][word] = max(people, found[one].get(word, 0))
    near = {word: Near(_closest(word, found[word]), begin[word]) for word in long}
    return {word: near.get(word) or Near((Close(word, 0.0, "name", _MANY),), _MANY) for word in asked}


def _closest(asked: str, people: dict[str, int]) -> tuple[Close, ...]:
    found = [replace(one, people=count) for word, count in people.items() if (one := close(asked, word))]
    found.sort(key=lambda one: (one.cost, -one.people, one.word))
    return tuple(found[:AT_MOST])
