"""Questions about tasks that are larger than a queryset chain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from hashlib import sha256
from typing import Final
from uuid import UUID

from django.db.models import Count

from tracing.jurisdictions.zones import zones_of
from tracing.people.household.queries import numbers_answering
from tracing.people.models import Address, Person, WayToReach
from tracing.tasks.rules import HOUSEHOLD_AT_MOST

CALLS: Final = frozenset({"first_call", "callback", "contact_call", "follow_up"})
"""Kinds of work that are a call to a person."""
_LONGEST: Final = 75
"""Characters of an address key that stand in a hold's key as they are; a longer one is stood for by its SHA-256."""


def hold_keys(person_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """What is in hand together with each person, sorted: "person:<id>", "phone:<E.164>" for each number that is called, theirs and of
    those who answer for them, "home:<address key>" for where they live or stay at present.

    An address with more than HOUSEHOLD_AT_MOST people is a dormitory or a tower, not a household: it is not held.
    """
    keys: dict[UUID, set[str]] = {person: {f"person:{person}"} for person in person_ids}
    phones = WayToReach.objects.usable().filter(person__in=keys, kind=WayToReach.Kind.PHONE)
    for person, value in phones.values_list("person_id", "value"):
        keys[person].add(f"phone:{value}")
    for person, numbers in numbers_answering(keys).items():
        keys[person].update(f"phone:{value}" for value in numbers)
    homes: dict[str, list[UUID]] = defaultdict(list)
    now = Address.objects.filter(person__in=keys, until__isnull=True).exclude(street="").exclude(key="")
    for person, key in now.values_list("person_id", "key"):
        homes[key].append(person)
    people = (
        Address.objects.filter(key__in=homes, until__isnull=True).values_list("key").annotate(people=Count("person", distinct=True))
    )
    for key, count in people:
        if count <= HOUSEHOLD_AT_MOST:
            for person in homes[key]:
                keys[person].add(f"home:{key}" if len(key) <= _LONGEST else f"home:{sha256(key.encode()).hexdigest()}")
    return {person: sorted(held) for person, held in keys.items()}


def zones_elsewhere(person_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """Where people are whose address lies in another zone than their department's: every zone that holds in that state."""
    found: dict[UUID, list[str]] = {}
    rows = Address.objects.filter(person__in=person_ids, until__isnull=True).exclude(state="").order_by("kind", "as_of", "id")
    for person, state, own in rows.values_list("person_id", "state", "unit__time_zone"):
        # "stay" comes after "residence": where they stay at present is where their telephone rings.
        zones = zones_of(state)
        found[person] = [] if zones in ((), (own,)) else list(zones)
    return {person: zones for person, zones in found.items() if zones}


def languages_of(person_ids: Collection[UUID]) -> dict[UUID, str]:
    """The language each prefers, where it is known and not English."""
    rows = Person.objects.filter(pk__in=person_ids).exclude(language__in=("", "en"))
    return dict(rows.values_list("pk", "language"))


def has_no_phone(kind: str, keys: Collection[str]) -> bool:
    """Whether these are the keys of a call that nobody can make: no number is among them."""
    return kind in CALLS and bool(keys) and not any(key.startswith("phone:") for key in keys)
