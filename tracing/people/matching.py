"""Looking people up for a set of reports at once: locks, candidates, and an index that grows as the set adds people."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection

from tracing.base.text import fold
from tracing.people.facts import PersonFacts
from tracing.people.linkage.keys import keys
from tracing.people.linkage.record import Facts, Home, Record, birth_text, prepare
from tracing.people.linkage.score import Decision, decide
from tracing.people.linkage.weights import Weights, shipped
from tracing.people.linkage.weights import load as load_weights
from tracing.people.models import Person, WayToReach
from tracing.people.numbers import SSN4, compared_as

HOMES: Final = 3
"""So many addresses of a person are compared, the latest."""

_PERSONS: Final = """
SELECT id, coalesce(merged_into_id, id), family, given, middle, suffix, birth_on, birth_year, sex, keys, own
FROM people_person WHERE keys && %s::int[] OR id = ANY(%s)
"""
# Given up, wrong or not safe: laboratories go on reporting people with the numbers that they once gave.
_REACHED: Final = "SELECT person_id, kind, value FROM people_waytoreach WHERE person_id = ANY(%s)"
_NUMBERED: Final = "SELECT person_id, system, key FROM people_personnumber WHERE person_id = ANY(%s) ORDER BY since"
_LIVING: Final = """
SELECT person_id, street, city, state, zip FROM (
    SELECT *, row_number() OVER (PARTITION BY person_id ORDER BY as_of DESC, id) AS place
    FROM people_address WHERE person_id = ANY(%s)
) latest WHERE place <= %s ORDER BY person_id, place
"""


def lock_key(text: str) -> int:
    """A 64-bit key for an advisory lock."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


def lock(names: Iterable[str]) -> None:
    """Take the locks of the transaction in sorted order, so that two sets never wait for each other in a ring."""
    numbers = sorted({lock_key(name) for name in names})
    if numbers:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(pg_advisory_xact_lock(k)) FROM unnest(%s::bigint[]) AS k", [numbers])


def blocking_keys(facts: PersonFacts) -> list[str]:
    """What two reports share that would be taken for one new person: see `linkage.score.BARS`."""
    names = [f"phone:{number}" for number in facts.phones] + [f"email:{email}" for email in facts.emails]
    family, given = fold(facts.family), fold(facts.given)
    if facts.birth_on:
        names += [f"born:{facts.birth_on}:{name[0]}" for name in (family, given) if name]
    elif family and given:
        names.append(f"name:{''.join(sorted((family, given)))}")
    return names


def weights_in_use() -> Weights:
    """Those of the state's profile where it has a `weights.json`, else those that come along."""
    return _weights(Path(settings.PROFILES) / settings.PROFILE / "weights.json")


@lru_cache(maxsize=4)
def _weights(path: Path) -> Weights:
    return load_weights(path) if path.exists() else shipped()


def compared(facts: PersonFacts) -> Facts:
    """What of a report is compared."""
    homes = tuple(Home(home.street, home.city, home.state, home.zip) for home in facts.addresses)
    return Facts(
        facts.family, facts.given, facts.middle, facts.suffix, "", birth_text(facts.birth_on, facts.birth_year), facts.sex,
        facts.phones, facts.emails, homes, facts.ssn4, facts.numbers,
    )  # fmt: skip


class Index:
    """People who share a key with one of a set of reports: those of the database, and those that this set has added."""

    def __init__(self, weights: Weights | None = None) -> None:
        self.weights = weights or weights_in_use()
        self.persons: dict[UUID, Person] = {}
        """Loaded whole: see `fetch`."""
        self.ways: dict[UUID, dict[tuple[str, str], WayToReach]] = defaultdict(dict)
        self._roots: dict[UUID, UUID] = {}
        """Row → the person it is. One merged away is found by what it was called."""
        self._named: dict[UUID, tuple[str, str, str, str, str, str]] = {}
        self._reached: dict[UUID, set[tuple[str, str]]] = defaultdict(set)
        self._homes: dict[UUID, list[Home]] = defaultdict(list)
        self._numbers: dict[UUID, set[str]] = defaultdict(set)
        self._ssn4: dict[UUID, str] = {}
        self._records: dict[UUID, Record] = {}
        self._by_key: dict[int, set[UUID]] = defaultdict(set)

    def load(self, numbers: Sequence[int], also: Iterable[UUID] = ()) -> None:
        """Read the people who have one of the keys, after the locks were taken. `also`: people already known to be needed."""
        ids = list(also)
        if not numbers and not ids:
            return
        with connection.cursor() as cursor:
            # Every key is rare; the planner, which counts common elements only, takes each for one in two hundred.
            cursor.execute("SELECT set_config('enable_seqscan', 'off', true), set_config('max_parallel_workers_per_gather', '0', true)")
            cursor.execute(_PERSONS, [list(numbers), ids])
            rows = cursor.fetchall()
            cursor.execute("SELECT set_config('enable_seqscan', 'on', true), set_config('max_parallel_workers_per_gather', '2', true)")
            roots = list({row[1] for row in rows})
            cursor.execute(_REACHED, [roots])
            for person, kind, value in cursor.fetchall():
                self._reached[person].add((kind, value))
            cursor.execute(_LIVING, [roots, HOMES])
            for person, *home in cursor.fetchall():
                self._homes[person].append(Home(*home))
            cursor.execute(_NUMBERED, [roots])
            for person, system, number in cursor.fetchall():
                if system == SSN4:
                    self._ssn4[person] = number
                else:
                    self._numbers[person].add(compared_as(system, number))
        for key, root, family, given, middle, suffix, birth_on, birth_year, sex, found, own in rows:
            self._roots[key] = root
            self._named[key] = (family, given, middle, suffix, birth_text(birth_on, birth_year), sex)
            for number in found:
                self._by_key[number].add(key)
            self._put_own(key, json.loads(own) if isinstance(own, str) else own, found)

    def _put_own(self, person: UUID, own: Mapping[str, Any] | None, found: Sequence[int]) -> None:
        """Somebody into whom others were merged is also found by what they alone were called: as if that were a row beside theirs."""
        if not own:
            return
        row = _own_row(person)
        family, given, middle, suffix, birth_on, birth_year, sex = (own[field][0] for field in _NAMED)
        birth = birth_text(date.fromisoformat(birth_on) if birth_on else None, birth_year)
        self._roots[row], self._named[row] = self._roots[person], (family, given, middle, suffix, birth, sex)
        self._records.pop(row, None)
        for number in found:
            self._by_key[number].add(row)

    def fetch(self, people: Iterable[UUID]) -> None:
        """Load these whole, to be changed."""
        missing = [person for person in people if person not in self.persons]
        if missing:
            self.persons |= Person.objects.in_bulk(missing)
            for way in WayToReach.objects.filter(person__in=missing):
                self.ways[way.person_id][way.kind, way.value] = way

    def decide(self, wanted: Facts) -> Decision:
        """Who it is, among the people read and those added since."""
        record = prepare(wanted, self.weights)
        near = {row for number in keys(record) for row in self._by_key.get(number, ())}
        return decide(record, ((self._roots[row], self._record(row)) for row in near), self.weights)

    def put(self, person: Person, ways: Iterable[WayToReach], said: Facts) -> None:
        """A person was added or has changed by what was said: the next report of the set finds them so. Sets their keys."""
        homes = said.homes
        self._numbers[person.id] |= set(said.numbers)
        if said.ssn4:
            self._ssn4[person.id] = said.ssn4
        for way in ways:
            self.ways[person.id][way.kind, way.value] = way
            self._reached[person.id].add((way.kind, way.value))
        self._homes[person.id] = [*homes, *(home for home in self._homes[person.id] if home not in homes)][:HOMES]
        self.persons[person.id] = person
        self._roots[person.id] = person.id
        self._named[person.id] = (
            person.family, person.given, person.middle, person.suffix, birth_text(person.birth_on, person.birth_year), person.sex,
        )  # fmt: skip
        self._records.pop(person.id, None)
        self._put_own(person.id, person.own, ())
        person.keys = self.keys_of(person.id)
        for number in person.keys:
            self._by_key[number].add(person.id)
            if person.own:
                self._by_key[number].add(_own_row(person.id))

    def keys_of(self, row: UUID) -> list[int]:
        """The keys that a row read has by what is known now."""
        own = _own_row(row)
        return sorted({*keys(self._record(row)), *(keys(self._record(own)) if own in self._named else ())})

    def _record(self, row: UUID) -> Record:
        found = self._records.get(row)
        if found is None:
            root = self._roots[row]
            family, given, middle, suffix, birth, sex = self._named[row]
            reached = self._reached[root]
            found = self._records[row] = prepare(
                Facts(
                    family, given, middle, suffix, "", birth, sex, tuple(value for kind, value in reached if kind == "phone"),
                    tuple(value for kind, value in reached if kind == "email"), tuple(self._homes[root]),
                    self._ssn4.get(root, ""), tuple(self._numbers[root]),
                ),
                self.weights,
            )  # fmt: skip
        return found


_NAMED: Final = ("family", "given", "middle", "suffix", "birth_on", "birth_year", "sex")


def _own_row(person: UUID) -> UUID:
    """In place of a key: the row that is beside a person's."""
    return UUID(int=person.int ^ 1)


def refresh_keys(people: Sequence[UUID]) -> int:
    """Make the keys of these people anew, after their names, ways or addresses changed. How many were out of date."""
    index = Index()
    index.load([], people)
    stale = []
    for person in Person.objects.filter(pk__in=people).only("id", "keys"):
        found = index.keys_of(person.pk)
        if found != person.keys:
            person.keys = found
            stale.append(person)
    Person.objects.bulk_update(stale, ["keys"])
    return len(stale)


def look_for(facts: PersonFacts) -> Decision:
    """Whom a report of these facts would be taken for, as things are now. Reads everybody: call it under the acting role, and show only
    whom the viewer may see."""
    index = Index()
    said = compared(facts)
    index.load(keys(prepare(said, index.weights)))
    return index.decide(said)
