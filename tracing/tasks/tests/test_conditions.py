"""Whom *Next call* offers to whom: language, skill, hours where the person is, tries of the day, who asked not to be called."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tracing.access.viewer import Viewer
from tracing.jurisdictions.models import Unit
from tracing.people.models import Address
from tracing.tasks.actions import AgainNotPossible, record_attempt, refresh_hold_keys, release, take
from tracing.tasks.actions import next_call as ask
from tracing.tasks.models import Attempt, Caller, DoNotCall, Task
from tracing.tasks.not_calling import call_no_more, call_once_more
from tracing.tasks.rules import HOLD, LEFT_FOR
from tracing.tasks.tests.made import FILING, NOON, call, department, fresh, person, staff, tracer

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def can(viewer: Viewer, *languages: str, interpreter: bool = True, skills: tuple[str, ...] = ()) -> Viewer:
    Caller.objects.create(user_id=viewer.user, languages=list(languages), interpreter=interpreter, skills=list(skills))
    return viewer


def waits(unit: Unit, priority: int = 500, *, language: str = "", skill: str = "", state: str = "") -> Task:
    who = person()
    if state:
        Address.objects.create(person=who, kind="residence", street="1 Elm St", city="X", state=state, key="", unit=unit, source="lab",
                               out_of_state=True, as_of=NOON)  # fmt: skip
    task = call(who, unit, priority)
    Task.objects.filter(pk=task.pk).update(language=language, skill=skill)
    return fresh(task)


def gets(viewer: Viewer, at: object = NOON) -> Task | None:
    return ask(viewer=viewer, by=staff(viewer), at=at)  # type: ignore[arg-type]


def test_a_language_is_left_to_a_colleague_at_work_for_two_hours() -> None:
    unit = department("bethel")
    spanish, other = waits(unit, 800, language="es"), waits(unit, 300)
    maria, dana = can(tracer("maria", unit), "es"), tracer("dana", unit)
    assert gets(dana) == spanish, "nobody who speaks it is at work: with an interpreter"
    release(task=spanish, by=staff(dana), at=NOON)
    assert gets(maria) == spanish
    release(task=spanish, by=staff(maria), at=NOON)
    assert gets(dana) == other, "Maria is at work"
    release(task=other, by=staff(dana), at=NOON)
    assert gets(dana, NOON + LEFT_FOR) == spanish, "it has waited long enough"


def test_a_language_is_not_left_to_whom_has_gone_or_works_elsewhere() -> None:
    here, there = department("bethel"), department("danbury")
    spanish = waits(here, language="es")
    waits(there)
    maria, dana = can(tracer("maria", there), "es"), tracer("dana", here)
    gets(maria)
    assert gets(dana) == spanish
    release(task=spanish, by=staff(dana), at=NOON)
    rosa = can(tracer("rosa", here), "es")
    assert gets(rosa) == spanish
    release(task=spanish, by=staff(rosa), at=NOON)
    assert gets(dana, NOON + HOLD + timedelta(minutes=1)) == spanish


def test_somebody_without_an_interpreter_gets_only_what_they_speak() -> None:
    unit = department("bethel")
    waits(unit, 800, language="vi")
    spanish, english = waits(unit, 500, language="es"), waits(unit, 300)
    maria = can(tracer("maria", unit), "es", interpreter=False)
    assert gets(maria) == spanish
    record_attempt(task=spanish, outcome="refused", by=staff(maria), at=NOON)
    assert gets(maria) == english
    record_attempt(task=english, outcome="refused", by=staff(maria), at=NOON)
    assert gets(maria, NOON + LEFT_FOR) is None


def test_what_needs_a_skill_goes_to_who_has_it() -> None:
    unit = department("bethel")
    measles, other = waits(unit, 900, skill="measles"), waits(unit, 300)
    assert gets(tracer("dana", unit)) == other
    assert gets(can(tracer("ines", unit), skills=("measles", "children"))) == measles


@pytest.mark.parametrize(
    ("state", "hour", "offered"),
    [
        ("CA", 15, False),  # 10 in Hartford, 7 in Los Angeles
        ("CA", 16, True),  # 8 in Los Angeles
        ("TX", 14, False),  # 8 in Houston, 7 in El Paso: which of the two is not known
        ("TX", 15, True),
        ("CA", 27, True),  # 22 in Hartford, 19 in Los Angeles
        ("TX", 27, False),  # 21 in Houston
        ("CA", 29, False),  # 21 in Los Angeles
        ("CT", 27, False),
    ],
)
@pytest.mark.parametrize("several", [False, True])
def test_the_hours_are_those_where_the_person_is(state: str, hour: int, offered: bool, several: bool) -> None:
    unit = department("bethel")
    task = waits(unit, state=state)
    dana = tracer("dana", unit, *([department("danbury")] if several else []))
    found = gets(dana, NOON.replace(hour=0) + (24 + hour) * HOUR)
    assert (found == task) is offered


def test_an_hour_is_agreed_by_the_clock_of_the_person() -> None:
    task = waits(department("bethel"), state="CA")
    dana = tracer("dana", task.unit)
    take(task=task, viewer=dana, by=staff(dana), at=NOON)
    with pytest.raises(AgainNotPossible):
        record_attempt(task=task, outcome="partial", again_at=NOON + timedelta(hours=22), by=staff(dana), at=NOON)  # 7 there
    late = NOON + timedelta(hours=11)  # 23 in Hartford, 20 there
    assert record_attempt(task=task, outcome="partial", again_at=late, by=staff(dana), at=NOON).again_at == late


def test_who_moves_to_another_zone_is_called_by_its_clock() -> None:
    unit = department("bethel")
    task = waits(unit)
    assert task.zones == [] and task.person is not None
    Address.objects.create(person=task.person, kind="stay", street="9 Bay St", city="San Diego", state="CA", key="", unit=unit, source="said",
                           out_of_state=True, as_of=NOON)  # fmt: skip
    refresh_hold_keys(persons=[task.person.pk], by=FILING, at=NOON)
    assert fresh(task).zones == ["America/Los_Angeles"]


def test_another_call_to_the_same_person_waits_as_long() -> None:
    unit = department("bethel")
    first = waits(unit)
    assert first.person is not None
    second = call(first.person, unit, 400, disease="measles")
    dana = tracer("dana", unit)
    take(task=first, viewer=dana, by=staff(dana), at=NOON)
    record_attempt(task=first, outcome="no_answer", by=staff(dana), at=NOON)
    assert fresh(second).not_before == fresh(first).not_before > NOON


def test_three_tries_a_day_whatever_for() -> None:
    unit = department("bethel")
    first = waits(unit)
    assert first.person is not None
    second = call(first.person, unit, 400, disease="measles")
    dana = tracer("dana", unit)
    morning = NOON - 3 * HOUR
    for task, at in ((first, morning), (second, morning + 2 * HOUR), (first, morning + 4 * HOUR)):
        take(task=task, viewer=dana, by=staff(dana), at=at)
        record_attempt(task=task, outcome="no_answer", by=staff(dana), at=at)
    assert fresh(first).not_before - NOON > 12 * HOUR and fresh(second).not_before == fresh(first).not_before


def test_who_was_reached_in_the_evening_before_is_tried_in_the_evening() -> None:
    unit = department("bethel")
    task = waits(unit)
    dana = tracer("dana", unit)
    evening = NOON + 7 * HOUR  # 19 in Hartford
    take(task=task, viewer=dana, by=staff(dana), at=evening)
    record_attempt(task=task, outcome="partial", by=staff(dana), at=evening)
    for at in (evening + 24 * HOUR, evening + 48 * HOUR):
        take(task=fresh(task), viewer=dana, by=staff(dana), at=at)
        record_attempt(task=task, outcome="no_answer", by=staff(dana), at=at)
    assert fresh(task).not_before == evening - HOUR + 72 * HOUR  # 18 in Hartford


def test_after_six_tries_in_vain_one_more_when_the_letter_has_come_and_then_none() -> None:
    unit = department("bethel")
    task = waits(unit)
    dana = tracer("dana", unit)
    at = NOON
    for _ in range(6):
        take(task=fresh(task), viewer=dana, by=staff(dana), at=at)
        record_attempt(task=task, outcome="voicemail", by=staff(dana), at=at)
        was, at = at, fresh(task).not_before
    assert timedelta(days=3) < at - was < timedelta(days=5)
    take(task=fresh(task), viewer=dana, by=staff(dana), at=at)
    record_attempt(task=task, outcome="no_answer", by=staff(dana), at=at)
    assert (fresh(task).state, fresh(task).stopped_by) == ("stopped", "unreached")
    assert Attempt.objects.filter(task=task).count() == 7


def test_who_asks_not_to_be_called_is_not_called_for_anything_until_they_may_again() -> None:
    unit = department("bethel")
    task = waits(unit)
    assert task.person is not None
    other = call(task.person, unit, disease="measles")
    dana = tracer("dana", unit)
    take(task=task, viewer=dana, by=staff(dana), at=NOON)
    record_attempt(task=task, outcome="do_not_call", by=staff(dana), at=NOON)
    assert fresh(task).state == "done" and fresh(other).state == "stopped"
    added = call(task.person, unit, 899, disease="measles")
    assert gets(dana) is None
    call_no_more(person=task.person.pk, by=staff(dana), at=NOON)
    assert DoNotCall.objects.count() == 1
    call_once_more(person=task.person.pk, by=staff(dana), at=NOON)
    assert fresh(other).state == "open" and gets(dana) == added
