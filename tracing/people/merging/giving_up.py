"""What a report brought to somebody whom it is not about: given up there, and put back when it was about them after all.

Only what no other report of theirs says and nobody has worked with is taken out; what is given up is kept word for word by whoever calls.
Everything here is called inside an action.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from tracing.journal.actions import Actor, record
from tracing.people.facts import FIELDS, PersonFacts
from tracing.people.matching import refresh_keys
from tracing.people.merging.joining import edges
from tracing.people.merging.links import roots, rows
from tracing.people.merging.rules import Held, upwards
from tracing.people.merging.twins import Aside, lay, pointing_to, stand
from tracing.people.merging.values import own_of, show_again
from tracing.people.models import Address, Person, PersonNumber, WayToReach
from tracing.people.rules import FEED, prefer

NAMES: Final = ("family", "given")
SOURCE: Final = "feed"


@dataclass(frozen=True, slots=True)
class Told:
    """What one report says of somebody."""

    facts: PersonFacts
    as_of: datetime
    numbers: tuple[tuple[str, str], ...] = ()
    """(system, key)."""


def without(field: str, held: Held, moved: Sequence[Told], left: Sequence[Told], *, alone: bool) -> Held | None:
    """A field once some reports are not about the person; None: it stays. Pure.

    It goes back to what the reports left say. What nobody else says is emptied, but never a name, and nothing of somebody of whom only
    these reports told (`alone`).
    """
    value, stamp = held
    if stamp is None or int(stamp[0]) != FEED or not any(str(stamp[1]) == one.as_of.isoformat() and _of(one, field) == value for one in moved):
        return None
    best: Held = (None, None)
    for one in left:
        offered = _of(one, field)
        if (taken := prefer(best[0], best[1], offered, FEED, one.as_of, SOURCE)) is not None:
            best = (offered, taken)
    if best[1] is not None:
        return best if best[0] != value or list(best[1]) != list(stamp) else None
    return None if alone or field in NAMES else (_EMPTY.get(field, ""), None)


_EMPTY: Final[dict[str, Any]] = {"birth_on": None, "birth_year": None, "race": []}


def _of(one: Told, field: str) -> Any:
    found = getattr(one.facts, field)
    return sorted(found) if field == "race" else found


def give_up(
    root: UUID, filed_on: Collection[UUID], moved: Sequence[Told], left: Sequence[Told], *, known_otherwise: bool, by: Actor, at: datetime
) -> dict[str, Any]:
    """Take what only these reports brought out of the person's record. Returns what `take_again` needs."""
    alone = not left and not known_otherwise
    kept: dict[str, Any] = {"fields": {}, "aside": [], "ended": []}
    for holder in sorted(filed_on):
        person = Person.objects.get(pk=holder)
        found = {field: now for field, held in own_of(person).items() if field in FIELDS
                 and (now := without(field, held, moved, left, alone=alone)) is not None}  # fmt: skip
        if found:
            kept["fields"][str(holder)] = {
                field: [_plain(own_of(person)[field]), _plain(now)] for field, now in found.items()
            }
            _write(person, found, by, at)
    if not alone:
        for model, mine in _brought(moved, left):
            for row in rows(model).filter(Q(person=root) & mine).order_by("pk"):
                if _worked_with(row):
                    kept["ended"].append([row._meta.label_lower, str(row.pk)])
                    rows(model).filter(pk=row.pk).update(until=at)
                else:
                    kept["aside"].append(lay(model, row, None))
    if kept["aside"] or kept["ended"]:
        record("person.changed", by=by, at=at, subject=("person", root), person=root, changed=["ways"])
    _again(root, filed_on, by, at)
    return kept


def take_again(root: UUID, kept: dict[str, Any], by: Actor, at: datetime) -> None:
    """Put back what `give_up` took, as far as nobody has said otherwise since."""
    holders = [UUID(key) for key in kept["fields"]]
    for holder in holders:
        person = Person.objects.get(pk=holder)
        now = own_of(person)
        found = {
            field: _held(field, before)
            for field, (before, after) in kept["fields"][str(holder)].items()
            if _plain(now[field]) == after
        }
        if found:
            _write(person, found, by, at)
    aside: list[Aside] = kept["aside"]
    for one in aside:
        stand(one, [root])
    for label, key in kept["ended"]:
        model = next(model for model in (WayToReach, Address, PersonNumber) if model._meta.label_lower == label)
        rows(model).filter(pk=key, until__isnull=False).update(until=None)
    if aside or kept["ended"]:
        record("person.changed", by=by, at=at, subject=("person", root), person=root, changed=["ways"])
    _again(root, holders or [root], by, at)


def nothing_left(person: UUID) -> None:
    """Nobody is found by this record any more: it was made of a report that is about somebody else."""
    Person.objects.filter(pk=person).update(keys=[])


def _again(root: UUID, holders: Collection[UUID], by: Actor, at: datetime) -> None:
    path = [key for holder in sorted(holders) for key in upwards(edges(root), holder)]
    show_again(dict.fromkeys(path), by, at)
    refresh_keys([root])


def _write(person: Person, found: dict[str, Held], by: Actor, at: datetime) -> None:
    if person.own is not None:
        person.own = person.own | {field: _plain(held) for field, held in found.items()}
        person.save(update_fields=["own"])
    else:
        old = {field: getattr(person, field) for field in found if getattr(person, field) not in (None, "", [])}
        for field, (value, stamp) in found.items():
            setattr(person, field, value)
            if stamp is None:
                person.facts.pop(field, None)
            else:
                person.facts[field] = list(stamp)
        person.save(update_fields=[*found, "facts"])
        record("person.changed", by=by, at=at, subject=("person", person.pk), person=person.pk, changed=sorted(found), old=old)


def _plain(held: Held) -> list[Any]:
    value, stamp = held
    return [value.isoformat() if isinstance(value, date) else value, list(stamp) if stamp else None]


def _held(field: str, plain: list[Any]) -> Held:
    value, stamp = plain
    return (date.fromisoformat(value) if field == "birth_on" and value else value), stamp


def _brought(moved: Sequence[Told], left: Sequence[Told]) -> list[tuple[Any, Q]]:
    """Of each table the rows that these reports alone brought."""

    def only(which: Any) -> list[Any]:
        return sorted({one for told in moved for one in which(told)} - {one for told in left for one in which(told)})

    ways = Q(pk__in=[])
    for kind, value in only(lambda t: [("phone", v) for v in t.facts.phones] + [("email", v) for v in t.facts.emails]):
        ways |= Q(kind=kind, value=value)
    homes = Q(pk__in=[])
    for kind, key in only(lambda t: [(a.kind, a.key) for a in t.facts.addresses]):
        homes |= Q(kind=kind, key=key)
    numbers = Q(pk__in=[])
    for system, key in only(lambda t: t.numbers):
        numbers |= Q(system=system, key=key)
    return [(WayToReach, Q(source=SOURCE) & ways), (Address, Q(source=SOURCE) & homes), (PersonNumber, numbers)]


def _worked_with(row: Any) -> bool:
    """Whether somebody tried it, gave it up, or wrote anything that names it."""
    if row.until is not None or getattr(row, "tried_at", None) is not None or getattr(row, "replaced_by_id", None) is not None:
        return True
    return any(rows(field.model).filter(**{field.name: row.pk}).exists() for field in pointing_to(type(row)))


def root_now(person: UUID) -> UUID:
    return roots([person])[person]
