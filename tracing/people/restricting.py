"""Restricted records: who is restricted is seen by those cleared for it, and by nobody else in any row, list, search or count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from tracing.access.models import User
from tracing.access.viewer import Viewer
from tracing.access.visibility import OWN, WORKED_ON, visible_to
from tracing.journal.action import ACTING_ROLE, role
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.people.models import Person, Restriction, Standing

PERMISSION: Final = "people.restrict"
CLEARED: Final = "people.see_restricted"


@action
def restrict(*, person: UUID, kind: str, unit: UUID, why: str, by: Actor, at: datetime) -> Restriction | Unchanged:
    """Restrict a record. `unit`: whose people cleared for restricted records may open it all the same."""
    Person.objects.select_for_update(no_key=True).only("id").get(pk=person)
    if Restriction.objects.filter(person=person, kind=kind, ended_at__isnull=True).exists():
        return UNCHANGED
    row = Restriction(person_id=person, kind=Restriction.Kind(kind), unit_id=unit, why=why.strip(), at=at, by=by.id)
    row.save(force_insert=True)
    record("restriction.set", by=by, at=at, subject=("restriction", row.pk), person=person, codes={"kind": kind})
    return row


@action
def lift(*, restriction: Restriction, by: Actor, at: datetime) -> Restriction | Unchanged:
    """The record is like any other again."""
    row = Restriction.objects.select_for_update(no_key=True).get(pk=restriction.pk)
    if row.ended_at is not None:
        return UNCHANGED
    row.ended_at, row.ended_by = at, by.id
    row.save(update_fields=["ended_at", "ended_by"])
    record("restriction.lifted", by=by, at=at, subject=("restriction", row.pk), person=row.person_id, codes={"kind": row.kind})
    return row


@action
def leave_open(*, person: UUID, unit: UUID, why: str, by: Actor, at: datetime) -> Restriction | Unchanged:
    """A restriction was proposed for a colleague's record and is not wanted: kept as one that ended when it began."""
    if Restriction.objects.filter(person=person, kind=Restriction.Kind.STAFF).exists():
        return UNCHANGED
    row = Restriction(
        person_id=person, kind=Restriction.Kind.STAFF, unit_id=unit, why=why.strip(), at=at, by=by.id, ended_at=at, ended_by=by.id
    )
    row.save(force_insert=True)
    record("restriction.declined", by=by, at=at, subject=("restriction", row.pk), person=person, codes={"kind": row.kind})
    return row


def unit_for(person: UUID, viewer: Viewer) -> UUID | None:
    """The unit under which the viewer restricts: one that follows the person and on which they may."""
    held = viewer.units.get(PERMISSION, frozenset())
    standings = Standing.objects.filter(Q(until__isnull=True) | Q(until__gt=Now()), person=person, user=None, why__in=(*OWN, *WORKED_ON))
    units = list(standings.order_by("since", "id").values_list("unit_id", flat=True))
    return next((unit for unit in units if unit in held or PERMISSION in viewer.everywhere), viewer.home)


def restrictions_of(person: Person, viewer: Viewer) -> list[Restriction]:
    """Those in force that the viewer is cleared for."""
    rows = Restriction.objects.filter(person=person, ended_at__isnull=True)
    return list(visible_to(rows, viewer).select_related("unit").order_by("at"))


def restrictions() -> QuerySet[Restriction]:
    """Every restriction: pages load one through `desk.page.load`."""
    return Restriction.objects.all()


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the register who can be reached at the e-mail address of an account."""

    person: Person
    user: User


# Ever restricted as staff: somebody has decided.
_COLLEAGUES: Final = """
SELECT w.person_id, u.id FROM access_user u
JOIN people_waytoreach w ON w.value = lower(u.email) AND w.kind = 'email'
WHERE u.is_active AND NOT EXISTS (SELECT FROM people_restriction r WHERE r.person_id = w.person_id AND r.kind = 'staff')
ORDER BY w.as_of DESC LIMIT %s
"""


def colleagues(viewer: Viewer, *, most: int = 50) -> Sequence[Colleague]:
    """For whom a restriction is proposed, because an account has their e-mail address; those the viewer may see."""
    with role(ACTING_ROLE), connection.cursor() as cursor:
        cursor.execute(_COLLEAGUES, [most])
        pairs = dict(cursor.fetchall())
    persons = visible_to(Person.objects.filter(pk__in=pairs), viewer).in_bulk()
    users = User.accounts.filter(pk__in=pairs.values()).in_bulk()
    return [Colleague(persons[person], users[user]) for person, user in pairs.items() if person in persons]
