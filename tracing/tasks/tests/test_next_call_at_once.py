"""Many tracers ask in the same moments, on connections of their own."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection

from tracing.access.viewer import Viewer
from tracing.base.ids import uuid7
from tracing.journal.models import Entry
from tracing.people.models import Person, WayToReach
from tracing.tasks.actions import next_call
from tracing.tasks.models import Hold, Task
from tracing.tasks.queries import hold_keys
from tracing.tasks.tests.made import NOON, department, staff, tracer

CONNECTIONS, ASKS, PEOPLE = 12, 40, 900


@pytest.mark.django_db(transaction=True)
def test_no_task_person_or_number_is_in_two_hands() -> None:
    units = [department(f"u{n}") for n in range(4)]
    people = [Person(id=uuid7(), family=str(n), added_at=NOON) for n in range(PEOPLE)]
    Person.objects.bulk_create(people)
    # Every third shares a number with the one before, in another department.
    WayToReach.objects.bulk_create(
        WayToReach(person=who, kind="phone", value=f"+1203555{n - (n % 3 == 1):04}", source="lab", as_of=NOON)
        for n, who in enumerate(people)
    )
    keys = hold_keys([who.pk for who in people])
    Task.objects.bulk_create(
        Task(
            kind="first_call", unit=units[n % 4], person=who, disease="covid19", priority=n % 50, not_before=NOON, added_at=NOON,
            hold_keys=keys[who.pk],
        )
        for n, who in enumerate(people)
    )  # fmt: skip
    viewers = [
        [tracer(f"t{c}-{a}", *([units[c % 4]] if c % 3 else units[:2]), everywhere=c % 5 == 0) for a in range(ASKS)]
        for c in range(CONNECTIONS)
    ]
    got: list[tuple[Viewer, Task | None]] = []
    failed: list[BaseException] = []
    start = threading.Barrier(CONNECTIONS)

    def ask(mine: list[Viewer]) -> None:
        try:
            start.wait(10)
            for viewer in mine:
                got.append((viewer, next_call(viewer=viewer, by=staff(viewer), at=NOON + timedelta(seconds=1))))
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=(mine,)) for mine in viewers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not failed and len(got) == CONNECTIONS * ASKS

    taken = [task for _, task in got if task is not None]
    assert len(taken) == CONNECTIONS * ASKS, "there is enough for everybody"
    assert not [task for task, times in Counter(task.pk for task in taken).items() if times > 1]
    assert not [person for person, times in Counter(task.person_id for task in taken).items() if times > 1]
    assert not [key for key, times in Counter(key for task in taken for key in task.hold_keys).items() if times > 1]
    assert Hold.objects.count() == sum(len(task.hold_keys) for task in taken)
    assert dict(Hold.objects.values_list("key", "user_id")) == {
        key: viewer.user for viewer, task in got if task is not None for key in task.hold_keys
    }
    assert Task.objects.filter(state="held").count() == len(taken) == Entry.objects.filter(verb="task.taken").count()
