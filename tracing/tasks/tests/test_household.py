"""One call serves a household; who has no number is passed over; nothing is left on the voicemail of who is reached confidentially."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tracing.access.models import User
from tracing.access.viewer import Viewer
from tracing.journal.sealer import seal
from tracing.jurisdictions.models import Unit
from tracing.people.household.actions import answers_for, keep_confidential, live_together
from tracing.people.models import Person, Standing, WayToReach
from tracing.people.ways.actions import add_way, mark_way
from tracing.tasks.actions import NoMessageLeft, next_call, record_attempt, refresh_hold_keys, release
from tracing.tasks.household import beside, take_along
from tracing.tasks.jobs import follow_numbers
from tracing.tasks.models import Hold, Task
from tracing.tasks.next_call import TaskInOtherHands
from tracing.tasks.tests.made import FILING, NOON, call, department, fresh, person

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]
PERMISSIONS = ("tasks.next_call", "people.see", "cases.see")


def tracer(name: str, unit: Unit) -> Viewer:
    user = User.objects.create(email=f"{name}@example.org", name=name)
    held = dict.fromkeys(PERMISSIONS, frozenset({unit.pk}))
    return Viewer(user.pk, name, held, frozenset(), None, ("tracer",), general=held, holds=dict.fromkeys(PERMISSIONS, frozenset()))


def seen(unit: Unit, *people: Person) -> None:
    Standing.objects.bulk_create(Standing(person=who, unit=unit, why="residence", disease="covid19", since=NOON) for who in people)


@pytest.fixture
def home() -> tuple[Unit, Viewer, Person, Person, Task, Task]:
    """Ana, the more urgent, and Ben of one household, with numbers of their own."""
    bethel = department("bethel")
    ana, ben = person("A", "+12035550101"), person("B", "+12035550102")
    seen(bethel, ana, ben)
    first, second = call(ana, bethel, 900), call(ben, bethel, 100)
    live_together(persons=[ana.pk, ben.pk], source="said", by=FILING, at=NOON)
    return bethel, tracer("one", bethel), ana, ben, first, second


def test_whoever_has_no_number_is_passed_over_until_somebody_finds_one() -> None:
    bethel = department("bethel")
    lost = person("L")
    task = call(lost, bethel, 900, without_number=True)
    second = call(person("B"), bethel, 100)
    one = tracer("one", bethel)
    assert fresh(task).no_phone
    found = next_call(viewer=one, by=one.actor, at=NOON)
    assert found is not None and found.pk == second.pk
    release(task=found, by=one.actor, at=NOON)
    add_way(person=lost.pk, kind="phone", typed="203-555-0155", source="provider", by=FILING, at=NOON)
    seal(at=NOON)
    follow_numbers(NOON)
    assert not fresh(task).no_phone
    found = next_call(viewer=one, by=one.actor, at=NOON)
    assert found is not None and found.pk == task.pk


def test_the_last_number_found_wrong_takes_the_call_off_the_list() -> None:
    bethel = department("bethel")
    who = person("W", "+12035550101")
    task, one = call(who, bethel), tracer("one", bethel)
    way = WayToReach.objects.get(person=who)
    assert next_call(viewer=one, by=one.actor, at=NOON) is not None
    record_attempt(task=task, outcome="out_of_service", way=way, by=one.actor, at=NOON)
    way.refresh_from_db()
    assert fresh(task).no_phone and way.works is False and way.tried_by == one.user
    assert next_call(viewer=one, by=one.actor, at=NOON + timedelta(days=1)) is None


@pytest.mark.parametrize(("outcome", "works"), [("reached", True), ("refused", True), ("no_answer", None), ("busy", None), ("voicemail", None)])
def test_outcomes_say_whether_a_number_works(outcome: str, works: bool | None) -> None:
    bethel = department("bethel")
    who = person("W", "+12035550101")
    way = WayToReach.objects.get(person=who)
    record_attempt(task=call(who, bethel), outcome=outcome, way=way, by=FILING, at=NOON)
    way.refresh_from_db()
    assert (way.works, way.tried_at) == (works, NOON)


def test_a_childs_call_goes_to_the_number_of_who_answers() -> None:
    bethel = department("bethel")
    child, mother = person("C"), person("M", "+12035550109")
    task = call(child, bethel, without_number=True)
    answers_for(ward=child.pk, guardian=mother.pk, name="", kind="parent", since=date(2026, 1, 1), by=FILING, at=NOON)
    seal(at=NOON)
    follow_numbers(NOON)
    assert not fresh(task).no_phone and "phone:+12035550109" in fresh(task).hold_keys
    mark_way(way=WayToReach.objects.get(person=mother), works=False, by=FILING, at=NOON)
    seal(at=NOON)
    follow_numbers(NOON)
    assert fresh(task).no_phone, "the mother's number was the child's only way"


def test_the_others_of_the_household_are_served_in_the_same_call(home: tuple[Unit, Viewer, Person, Person, Task, Task]) -> None:
    bethel, one, _ana, ben, first, second = home
    assert next_call(viewer=one, by=one.actor, at=NOON) is not None
    assert [[task.pk for task in row.tasks] for row in beside(fresh(first), one)] == [[second.pk]]
    taken = take_along(task=fresh(first), other=second, viewer=one, by=one.actor, at=NOON)
    assert taken.held_by_id == one.user
    other = tracer("two", bethel)
    assert next_call(viewer=other, by=other.actor, at=NOON) is None, "nobody of the household is called by anybody else"
    record_attempt(task=fresh(first), outcome="reached", by=one.actor, at=NOON)
    assert set(Hold.objects.values_list("key", flat=True)) == set(fresh(second).hold_keys), "what they share stays in this hand"
    again = next_call(viewer=one, by=one.actor, at=NOON)
    assert again is not None and again.person_id == ben.pk


def test_a_shared_number_stays_in_the_hand_of_the_second_call() -> None:
    bethel = department("bethel")
    ana, ben = person("A", "+12035550101"), person("B", "+12035550101")
    seen(bethel, ana, ben)
    first, second = call(ana, bethel, 900), call(ben, bethel, 100)
    live_together(persons=[ana.pk, ben.pk], source="phone", by=FILING, at=NOON)
    one = tracer("one", bethel)
    next_call(viewer=one, by=one.actor, at=NOON)
    take_along(task=fresh(first), other=second, viewer=one, by=one.actor, at=NOON)
    record_attempt(task=fresh(first), outcome="reached", by=one.actor, at=NOON)
    assert Hold.objects.filter(key="phone:+12035550101", task=second).exists()


def test_whoever_is_reached_confidentially_is_neither_taken_along_nor_accompanied(home: tuple[Unit, Viewer, Person, Person, Task, Task]) -> None:
    _bethel, one, ana, ben, first, second = home
    keep_confidential(person=ben.pk, kind="own_consent", safe=[WayToReach.objects.get(person=ben).pk], by=FILING, at=NOON)
    next_call(viewer=one, by=one.actor, at=NOON)
    assert beside(fresh(first), one) == []
    with pytest.raises(TaskInOtherHands):
        take_along(task=fresh(first), other=second, viewer=one, by=one.actor, at=NOON)
    assert beside(fresh(second), one) == [], "and on their own call nobody else is offered"
    with pytest.raises(NoMessageLeft):
        record_attempt(task=fresh(second), outcome="voicemail", by=FILING, at=NOON)
    record_attempt(task=fresh(second), outcome="no_answer", by=FILING, at=NOON)
    assert ana.pk  # the household's other call is as it was
    assert fresh(first).held_by_id == one.user


def test_strangers_are_not_taken_along(home: tuple[Unit, Viewer, Person, Person, Task, Task]) -> None:
    bethel, one, _ana, _ben, first, _second = home
    stranger = call(person("S"), bethel, 50)
    next_call(viewer=one, by=one.actor, at=NOON)
    with pytest.raises(TaskInOtherHands):
        take_along(task=fresh(first), other=stranger, viewer=one, by=one.actor, at=NOON)


def test_without_a_safe_number_nobody_is_called(home: tuple[Unit, Viewer, Person, Person, Task, Task]) -> None:
    _bethel, _one, _ana, ben, _first, second = home
    keep_confidential(person=ben.pk, kind="violence", by=FILING, at=NOON)
    refresh_hold_keys(persons=[ben.pk], by=FILING, at=NOON)
    assert fresh(second).no_phone and fresh(second).hold_keys == [f"person:{ben.pk}"]
