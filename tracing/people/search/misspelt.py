"""Words of names that come close to a word that was typed: asked of the table of distinct words, never of the people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db import connection

from tracing.people.search.closeness import Close, close, keys, other_names

AT_MOST: Final = 24
_COMPARED: Final = 4000

_CANDIDATES: Final = """
SELECT word, people FROM people_nameword WHERE keys && %s::int[]
UNION ALL SELECT word, people FROM people_nameword WHERE word = ANY (%s)
UNION ALL (SELECT word, people FROM people_nameword WHERE keys IS NULL LIMIT %s)
LIMIT %s
"""


def close_words(asked: str) -> Sequence[Close]:
    """The closest first, of those equally close the commonest. To be asked under the acting role."""
    if len(asked) < 3:
        return [Close(asked, 0.0, "name")]
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, [keys(asked), sorted({asked, *other_names(asked)}), _COMPARED // 2, _COMPARED])
        rows = cursor.fetchall()
    people: dict[str, int] = {}
    for word, count in rows:
        people[word] = max(count, people.get(word, 0))
    found = [one for word in people if (one := close(asked, word))]
    found.sort(key=lambda one: (one.cost, -people[one.word], one.word))
    return found[:AT_MOST]
