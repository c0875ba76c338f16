"""What search looks people up by. Made from other tables by the database itself: see `people.search.sql`."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from tracing.base.models import Row
from tracing.base.personal import ERASE, KEEP
from tracing.base.visibility import Hidden


class SearchTerms(Row):
    """Everything by which one person may be found, in one index: the row's key is the person's. Holds nothing that is not elsewhere."""

    terms = SearchVectorField()
    """Words of names, plain ("rivera") and behind the mark of each unit that stands by the person ("0f3a9c/rivera"), and the rest
    behind "=" and a letter: see `people.search.sql`."""

    waiting = models.BigIntegerField(null=True)
    """The transaction that adds the person: it makes the terms at its end, when everything is written. Nobody else ever sees one."""

    visibility = Hidden("found by search alone, which reads whom they find under the policies of people")
    personal = {"id": KEEP, "terms": ERASE, "waiting": KEEP}

    class Meta:
        # A short list of pending entries: writing stays cheap, and reading has at most a few pages to look through besides.
        indexes = [
            GinIndex(fields=["terms"], name="search_terms", fastupdate=True, gin_pending_list_limit=64),
            models.Index(fields=["waiting"], name="search_waiting", condition=models.Q(waiting__isnull=False)),
        ]


class NameWord(Row):
    """A word that occurs in names, so that misspelt ones are compared with each word once and not with each person."""

    word = models.CharField(max_length=120)
    """Not unique: two transactions that add one new name at once need not wait for each other; counting anew leaves one."""
    people = models.IntegerField(default=1)
    """How many have it, when they were last counted."""
    keys = ArrayField(models.IntegerField(), null=True)
    """`people.search.closeness.keys`; none until a job has made them: such words are few, and compared one by one."""

    visibility = Hidden("found by search alone, which reads whom they find under the policies of people")
    personal = {"id": KEEP, "word": ERASE, "people": KEEP, "keys": ERASE}

    class Meta:
        indexes = [
            # By this operator class beginnings are found as well, whatever the database's collation.
            models.Index(fields=["word"], name="name_word_begins", opclasses=["varchar_pattern_ops"]),
            models.Index(
                fields=["word"], name="name_word_common", opclasses=["varchar_pattern_ops"], condition=models.Q(people__gte=100)
            ),
            models.Index(fields=["id"], name="name_word_new", condition=models.Q(keys__isnull=True)),
            GinIndex(fields=["keys"], name="name_word_keys", fastupdate=True, gin_pending_list_limit=64),
        ]
