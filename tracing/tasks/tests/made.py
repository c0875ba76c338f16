"""Units, staff and people for the tests of this room."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from uuid import UUID

from tracing.access.models import User
from tracing.access.viewer import Viewer
from tracing.base.ids import uuid7
from tracing.journal.actor import Actor, job
from tracing.jurisdictions.models import Unit
from tracing.people.models import Address, Person, WayToReach
from tracing.tasks.actions import NewTask, add
from tracing.tasks.models import Task
from tracing.tasks.queries import hold_keys

NOON = datetime(2026, 11, 20, 17, tzinfo=UTC)
"""Friday, noon in Hartford."""
FILING = job("filing")


def state() -> Unit:
    return Unit.objects.get_or_create(
        code="ct", defaults={"name": "Connecticut", "kind": "state", "time_zone": "America/New_York"}
    )[0]


def department(code: str, zone: str = "America/New_York") -> Unit:
    return Unit.objects.create(code=code, name=code, kind="department", parent=state(), time_zone=zone)


def tracer(name: str, *units: Unit, everywhere: bool = False) -> Viewer:
    user = User.objects.create(email=f"{name}@example.org", name=name)
    held = frozenset(unit.pk for unit in units)
    return Viewer(user.pk, name, {"tasks.next_call": held}, frozenset({"tasks.next_call"} if everywhere else ()), None, ("tracer",))


def staff(viewer: Viewer) -> Actor:
    return viewer.actor


def person(family: str = "Doe", *phones: str, home: Address | None = None) -> Person:
    row = Person.objects.create(family=family, given="Jo", added_at=NOON)
    for phone in phones:
        WayToReach.objects.create(person=row, kind="phone", value=phone, source="lab", as_of=NOON)
    return row


def lives(who: Person, key: str, unit: Unit) -> Address:
    return Address.objects.create(
        person=who, kind="residence", street="1 Elm St", city="Bethel", key=key, unit=unit, source="lab", as_of=NOON
    )


_numbers = itertools.count()


def call(
    who: Person, unit: Unit, priority: int = 500, at: datetime = NOON, disease: str = "covid19", *, without_number: bool = False
) -> Task:
    """A first call. Whoever has no number gets one, since nobody is called without."""
    if not without_number and not WayToReach.objects.filter(person=who).exists():
        number = next(_numbers) % 300
        WayToReach.objects.create(
            person=who, kind="phone", value=f"+1{('860', '959', '475')[number // 100]}55501{number % 100:02}", source="lab", as_of=NOON
        )
    new = NewTask(
        kind="first_call", unit_id=unit.pk, person_id=who.pk, disease=disease, facts={"age": 40, "specimen_on": "2026-11-18"},
        not_before=at, priority=priority, hold_keys=hold_keys([who.pk])[who.pk],
    )  # fmt: skip
    return add(tasks=[new], by=FILING, at=at)[0]


def fresh(task: Task) -> Task:
    return Task.objects.get(pk=task.pk)


def nobody() -> UUID:
    return uuid7()
