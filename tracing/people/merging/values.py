"""What is shown of a person into whom others were merged: of each field the value that holds among all of them.

A merged-away row stays as it was. What is known of the root alone is kept beside (`Person.own`), and goes on being kept while facts come
in, so that undoing shows what would be known of them had nobody been merged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from tracing.base.text import name_key, sort_key
from tracing.journal.actions import Actor, record
from tracing.people.facts import FIELDS
from tracing.people.matching import refresh_keys
from tracing.people.merging.rules import Held, is_empty, merged_fields
from tracing.people.models import Merge, Person
from tracing.people.rules import prefer, stamped

MERGED: Final = (*FIELDS, "interpreter")


def shown(person: Person) -> dict[str, Held]:
    """Each field with its stamp, as the row shows it."""
    return {field: (getattr(person, field), stamped(person.facts, field)) for field in MERGED}


def own_of(person: Person) -> dict[str, Held]:
    """Each field with its stamp, of this one alone."""
    if person.own is None:
        return shown(person)
    kept: Mapping[str, Any] = person.own
    return {field: (_read(field, kept[field][0]), kept[field][1]) if field in kept else (_EMPTY.get(field, ""), None) for field in MERGED}


_PROVISIONAL: Final = "provisional"
_EMPTY: Final[Mapping[str, Any]] = {"birth_on": None, "birth_year": None, "interpreter": None, "race": []}


def _read(field: str, value: Any) -> Any:
    return date.fromisoformat(value) if field == "birth_on" and value else value


def _written(values: Mapping[str, Held]) -> dict[str, list[Any]]:
    return {
        field: [value.isoformat() if isinstance(value, date) else value, list(stamp) if stamp else None]
        for field, (value, stamp) in values.items()
    }


def keep_own(person: Person, field: str, offered: Any, rank: int, as_of: datetime, source: str) -> bool:
    """A fact about somebody into whom others were merged: what is known of them alone takes it or not, as if they were alone."""
    if person.own is None:
        return False
    value, stamp = own_of(person)[field]
    made = prefer(value, stamp, offered, rank, as_of, source)
    if made is None:
        return False
    person.own = person.own | _written({field: (offered, made)})
    return True


def show_again(people: Iterable[UUID], by: Actor, at: datetime) -> None:
    """Work out anew what each of these shows, in this order: children before those whom they were merged into. Inside an action."""
    for key in people:
        person = Person.objects.get(pk=key)
        children = list(Person.objects.filter(pk__in=Merge.objects.filter(filed_on=key, undone_at__isnull=True).values("merged")))
        own = own_of(person)
        before = shown(person)
        now = merged_fields([own, *(shown(child) for child in sorted(children, key=lambda child: child.pk))]) if children else own
        alone = bool(person.own.get(_PROVISIONAL, [person.provisional])[0]) if person.own else person.provisional
        # Somebody has said who they are: provisional no more, unless all of them are.
        person.provisional = alone and all(child.provisional for child in children)
        person.own = _written(own) | {_PROVISIONAL: [alone, None]} if children else None
        for field, (value, stamp) in now.items():
            setattr(person, field, value)
            if stamp is not None:
                person.facts[field] = list(stamp)
            else:
                person.facts.pop(field, None)
        person.name_key, person.sort_key = name_key(person.family, person.given), sort_key(person.family, person.given)
        person.save(update_fields=[*MERGED, "facts", "own", _PROVISIONAL, "name_key", "sort_key"])
        refresh_keys([key])
        changed = [field for field in MERGED if before[field][0] != now[field][0]]
        if changed:
            old = {field: before[field][0] for field in changed if not is_empty(before[field][0])}
            record("person.changed", by=by, at=at, subject=("person", key), person=key, changed=changed, old=old)
