"""Keeping what search looks people up by: keys of new words, counts, and everything anew after rows came in behind the triggers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.db import connection, transaction

from tracing.base.text import fold
from tracing.people.models import NameWord, Person
from tracing.people.search.closeness import keys

_CHUNK: Final = 5000

_COUNT: Final = """
WITH counted AS MATERIALIZED (
    SELECT w.word, count(*)::int AS people FROM people_person p CROSS JOIN LATERAL (
        SELECT DISTINCT unnest(
            string_to_array(p.sort_key, ' ') || string_to_array(p.middle_key, ' ') || string_to_array(p.name_key, '|')
        ) AS word
    ) w WHERE length(w.word) BETWEEN 3 AND 120 GROUP BY w.word
), gone AS (
    DELETE FROM people_nameword n WHERE NOT EXISTS (SELECT 1 FROM counted c WHERE c.word = n.word)
    OR EXISTS (SELECT 1 FROM people_nameword o WHERE o.word = n.word AND o.id < n.id)
), other AS (
    UPDATE people_nameword n SET people = c.people FROM counted c WHERE c.word = n.word AND n.people <> c.people
    AND NOT EXISTS (SELECT 1 FROM people_nameword o WHERE o.word = n.word AND o.id < n.id)
)
INSERT INTO people_nameword (id, word, people)
SELECT gen_random_uuid(), c.word, c.people FROM counted c WHERE NOT EXISTS (SELECT 1 FROM people_nameword n WHERE n.word = c.word)
"""


def key_new_words(most: int = 20_000) -> int:
    """Give words that came since the last time the keys by which misspelt ones find them. How many."""
    words = list(NameWord.objects.filter(keys__isnull=True)[:most])
    for start in range(0, len(words), _CHUNK):
        chunk = words[start : start + _CHUNK]
        made = ["{" + ",".join(map(str, keys(word.word))) + "}" for word in chunk]
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE people_nameword n SET keys = k.keys::int[] FROM unnest(%s::uuid[], %s::text[]) AS k(id, keys) WHERE n.id = k.id",
                [[word.pk for word in chunk], made],
            )
    return len(words)


def count_words() -> None:
    """How many people have each word, as it is now; words that nobody has any more go."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_COUNT)


def rebuild(said: Callable[[str], None] = lambda _text: None) -> int:
    """The terms of everybody and the words of all names, anew. How many people. For rows that were written behind the triggers.

    In parts, each a transaction of its own: the program may go on meanwhile.
    """
    _fold_middle_names()
    done, after = 0, "00000000-0000-0000-0000-000000000000"
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT array_agg(id ORDER BY id) FROM"
                " (SELECT id FROM people_person WHERE id > %s ORDER BY id LIMIT %s) p", [after, _CHUNK]
            )  # fmt: skip
            row = cursor.fetchone()
            if row is None or not row[0]:
                break
            cursor.execute("SELECT search_again(%s::uuid[])", [row[0]])
            after, done = str(row[0][-1]), done + len(row[0])
        if done % (20 * _CHUNK) == 0:
            said(f"{done:,} people")
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM people_searchterms s WHERE NOT EXISTS"
            " (SELECT 1 FROM people_person p WHERE p.id = s.id AND p.merged_into_id IS NULL)"
        )
    count_words()
    while key_new_words(_CHUNK):
        pass
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE people_searchterms, people_nameword")
    return done


def _fold_middle_names() -> None:
    """Of people written before their middle names were looked for."""
    while rows := list(Person.objects.filter(middle_key="").exclude(middle="").only("id", "middle")[:_CHUNK]):
        for row in rows:
            row.middle_key = fold(row.middle)[:120] or "-"
        Person.objects.bulk_update(rows, ["middle_key"])
