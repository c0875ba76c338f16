"""Looking people up for a set of reports at once: locks, candidates, and an index that grows as the set adds people."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from django.db import connection

from tracing.base.text import fold
from tracing.people.models import NotTheSame, Person, WayToReach
from tracing.people.rules import Identity, near_dates

MOST_PER_NUMBER: Final = 50
"""A shelter's or a school's number belongs to hundreds; the first fifty people of it are compared."""

_CANDIDATES: Final = """
SELECT p.id FROM unnest(%s::text[], %s::date[]) AS wanted(name, birth)
JOIN people_person p ON p.name_key = wanted.name AND p.name_key <> '' AND p.birth_on = wanted.birth
UNION
SELECT w.person_id FROM unnest(%s::text[]) AS wanted(number)
CROSS JOIN LATERAL (
    SELECT person_id FROM people_waytoreach WHERE value = wanted.number AND kind = 'phone' ORDER BY person_id LIMIT %s
) w
"""


def lock_key(text: str) -> int:
    """A 64-bit key for an advisory lock."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


def lock(keys: Iterable[str]) -> None:
    """Take the locks of the transaction in sorted order, so that two sets never wait for each other in a ring."""
    numbers = sorted({lock_key(key) for key in keys})
    if numbers:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(pg_advisory_xact_lock(k)) FROM unnest(%s::bigint[]) AS k", [numbers])


def blocking_keys(identity: Identity) -> list[str]:
    """What two reports of one new person share."""
    keys = [f"phone:{number}" for number in identity.phones]
    if identity.name_key:
        keys.append(f"name:{identity.name_key}")
    return keys


class Index:
    """People by name and birth date and by telephone: those of the database, and those that this set has added."""

    def __init__(self) -> None:
        self.identities: dict[UUID, Identity] = {}
        self.persons: dict[UUID, Person] = {}
        self.ways: dict[UUID, dict[tuple[str, str], WayToReach]] = defaultdict(dict)
        self._by_name: dict[str, list[UUID]] = defaultdict(list)
        self._by_phone: dict[str, list[UUID]] = defaultdict(list)
        self._apart: dict[UUID, set[UUID]] = defaultdict(set)

    def add(self, person: Person, ways: Iterable[WayToReach]) -> None:
        for way in ways:
            self.ways[person.id][way.kind, way.value] = way
        phones = frozenset(value for kind, value in self.ways[person.id] if kind == "phone")
        before = self.identities.get(person.id)
        identity = Identity(
            person.name_key, fold(person.family), fold(person.given), person.birth_on,
            person.birth_year or (person.birth_on.year if person.birth_on else None), person.sex, phones,
        )  # fmt: skip
        self.identities[person.id] = identity
        self.persons[person.id] = person
        if before is None or before.name_key != identity.name_key:
            self._by_name[identity.name_key].append(person.id)
        for phone in phones - (before.phones if before else frozenset()):
            self._by_phone[phone].append(person.id)

    def keep_apart(self, one: UUID, other: UUID) -> None:
        self._apart[one].add(other)
        self._apart[other].add(one)

    def near(self, identity: Identity) -> list[tuple[UUID, Identity]]:
        """The people worth comparing with."""
        found = set(self._by_name[identity.name_key]) if identity.name_key else set()
        for phone in identity.phones:
            found.update(self._by_phone[phone])
        return [(person, self.identities[person]) for person in found]


def load(identities: Sequence[Identity], also: Iterable[UUID] = ()) -> Index:
    """The index for these identities, read after their locks were taken. `also`: people already known to be needed."""
    names: list[str] = []
    births: list[date] = []
    for identity in identities:
        if identity.name_key and identity.birth_on:
            for day in (identity.birth_on, *near_dates(identity.birth_on)):
                names.append(identity.name_key)
                births.append(day)
    phones = sorted({phone for identity in identities for phone in identity.phones})
    ids = set(also)
    if names or phones:
        with connection.cursor() as cursor:
            cursor.execute(_CANDIDATES, [names, births, phones, MOST_PER_NUMBER])
            ids.update(row[0] for row in cursor.fetchall())
    index = Index()
    if not ids:
        return index
    ways: dict[UUID, list[WayToReach]] = defaultdict(list)
    for way in WayToReach.objects.filter(person__in=ids):
        ways[way.person_id].append(way)
    for person in Person.objects.filter(id__in=ids):
        index.add(person, ways[person.id])
    for one, other in NotTheSame.objects.filter(one__in=ids).values_list("one_id", "other_id"):
        index.keep_apart(one, other)
    return index
