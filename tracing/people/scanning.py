"""Everybody known against everybody: people known twice, and the keys by which they are found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from tracing.journal.actions import Actor
from tracing.people.duplicates import FoundPair, propose_duplicates, withdraw_pairs
from tracing.people.linkage.batch import Engine
from tracing.people.linkage.record import Facts, Home, birth_text
from tracing.people.matching import HOMES, refresh_keys, weights_in_use
from tracing.people.models import Person

AT_ONCE: Final = 2000

_EVERYBODY: Final = """
SELECT p.id::text, p.family, p.given, p.middle, p.suffix, p.birth_on, p.birth_year, p.sex,
    (SELECT array_agg(w.kind || ':' || w.value) FROM people_waytoreach w WHERE w.person_id = p.id),
    (SELECT array_agg(ARRAY[a.street, a.city, a.state, a.zip] ORDER BY a.as_of DESC, a.id) FROM (
        SELECT * FROM people_address WHERE person_id = p.id ORDER BY as_of DESC, id LIMIT %s) a)
FROM people_person p WHERE p.merged_into_id IS NULL
"""


def everybody() -> Iterator[tuple[str, Facts]]:
    """Every person with what is compared, read as a stream within a transaction of its own."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_EVERYBODY, [HOMES])
        for key, family, given, middle, suffix, birth_on, birth_year, sex, ways, homes in cursor:
            reached = [way.partition(":") for way in ways or ()]
            yield key, Facts(
                family, given, middle, suffix, "", birth_text(birth_on, birth_year), sex,
                tuple(value for kind, _colon, value in reached if kind == "phone"),
                tuple(value for kind, _colon, value in reached if kind == "email"),
                tuple(Home(*home) for home in homes or ()),
            )  # fmt: skip


def find_duplicates(*, by: Actor, at: datetime) -> int:
    """Put every two people who are one, certainly or possibly, before a human. How many pairs are newly proposed.

    May be cut off and begun anew: a pair is proposed once. The scores are those of a report that is matched.
    """
    weights = weights_in_use()
    proposed = 0
    with Engine(weights, processes=1) as engine:
        engine.load("l", everybody())
        engine.pairs(people=weights.people)
        links = engine.links()
        while batch := list(islice(links, AT_ONCE)):
            pairs = [
                FoundPair(UUID(one.left), UUID(one.right), one.pair.score, one.pair.outcome, one.pair.reasons, weights.version)
                for one in batch
            ]
            proposed += propose_duplicates(pairs=pairs, by=by, at=at) or 0
    withdraw_pairs(checked_before=at, by=by, at=at)
    return proposed


def refresh_all_keys() -> int:
    """Make everybody's keys anew, some thousand at a time. How many people had others."""
    changed, last = 0, UUID(int=0)
    while people := list(Person.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            changed += refresh_keys(people)
        last = people[-1]
    return changed
