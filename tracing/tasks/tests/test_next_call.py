from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from tracing.journal.models import Entry
from tracing.people.death import record_death, take_back_death
from tracing.tasks import rules
from tracing.tasks.actions import (
    TaskInOtherHands,
    keep,
    next_call,
    record_attempt,
    refresh_hold_keys,
    release,
    return_abandoned,
    take,
)
from tracing.tasks.models import Hold, Task
from tracing.tasks.next_call import NotACall
from tracing.tasks.tests.made import FILING, NOON, call, department, fresh, lives, person, staff, state, tracer

pytestmark = pytest.mark.django_db


def ask(viewer, at=NOON) -> Task | None:  # type: ignore[no-untyped-def]
    return next_call(viewer=viewer, by=staff(viewer), at=at)


def test_the_most_urgent_comes_first_and_the_oldest_of_equals() -> None:
    bethel = department("bethel")
    low, older, younger = call(person("A"), bethel, 300), call(person("B"), bethel, 700), call(person("C"), bethel, 700)
    got = [ask(tracer(f"t{n}", bethel)) for n in range(4)]
    assert [task and task.pk for task in got] == [older.pk, younger.pk, low.pk, None]
    assert got[0] is not None and got[0].state == "held" and got[0].held_until == NOON + rules.HOLD
    assert Entry.objects.filter(verb="task.taken").count() == 3


def test_what_is_in_hand_comes_first_again_and_writes_nothing() -> None:
    bethel = department("bethel")
    call(person("A"), bethel, 300)
    ana = tracer("ana", bethel)
    first = ask(ana)
    call(person("B"), bethel, 900)
    entries = Entry.objects.count()
    again = ask(ana, NOON + timedelta(minutes=5))
    assert first is not None and again is not None and again.pk == first.pk and Entry.objects.count() == entries


def test_a_resumed_call_stays_longer() -> None:
    bethel = department("bethel")
    call(person("A", "+12035550101"), bethel)
    ana = tracer("ana", bethel)
    ask(ana)
    later = NOON + timedelta(minutes=20)
    task = ask(ana, later)
    assert task is not None and task.held_until == later + rules.HOLD
    assert set(Hold.objects.values_list("until", flat=True)) == {later + rules.HOLD}


def test_only_the_askers_units() -> None:
    bethel, danbury = department("bethel"), department("danbury")
    call(person("A"), bethel)
    assert ask(tracer("out", danbury)) is None
    assert ask(tracer("nowhere")) is None
    assert ask(tracer("both", danbury, bethel)) is not None


def test_everywhere_and_several_units_find_the_most_urgent_of_all() -> None:
    units = [department(f"u{n}") for n in range(5)]
    tasks = [call(person(str(n)), unit, 100 + n) for n, unit in enumerate(units)]
    assert (got := ask(tracer("state", everywhere=True))) is not None and got.pk == tasks[4].pk
    assert (got := ask(tracer("region", *units[:4]))) is not None and got.pk == tasks[3].pk


@pytest.mark.parametrize("across", [False, True])
def test_a_shared_number_is_in_one_hand(across: bool) -> None:
    bethel = department("bethel")
    other = department("danbury") if across else bethel
    call(person("A", "+12035550101", "+12035550102"), bethel)
    second = call(person("B", "+12035550102"), other, 100)
    ana, ben = tracer("ana", bethel), tracer("ben", other)
    first = ask(ana)
    assert first is not None and ask(ben) is None
    release(task=first, by=staff(ana), at=NOON)
    assert Hold.objects.count() == 0
    assert take(task=second, viewer=ben, by=staff(ben), at=NOON).pk == second.pk


def test_one_person_with_two_diseases_is_in_one_hand() -> None:
    bethel, danbury = department("bethel"), department("danbury")
    who = person("A")
    call(who, bethel, disease="covid19")
    call(who, danbury, disease="measles")
    assert ask(tracer("ana", bethel)) is not None
    assert ask(tracer("ben", danbury)) is None


def test_a_household_is_in_one_hand_and_a_dormitory_is_not() -> None:
    bethel = department("bethel")
    family, students = [person(n) for n in "AB"], [person(f"S{n}") for n in range(13)]
    for who in family:
        lives(who, "1elm bethel", bethel)
    for who in students:
        lives(who, "1campus bethel", bethel)
    for who in family:
        call(who, bethel)
    assert ask(tracer("ana", bethel)) is not None and ask(tracer("ben", bethel)) is None
    for who in students[:2]:
        call(who, bethel)
    assert ask(tracer("cem", bethel)) is not None and ask(tracer("dee", bethel)) is not None


def test_an_abandoned_call_returns_by_the_job_and_by_the_next_who_asks() -> None:
    bethel = department("bethel")
    task = call(person("A", "+12035550101"), bethel)
    ana, ben = tracer("ana", bethel), tracer("ben", bethel)
    ask(ana)
    assert ask(ben, NOON + timedelta(minutes=29)) is None
    over = NOON + timedelta(minutes=30)
    got = ask(ben, over)
    assert got is not None and got.pk == task.pk and got.held_by_id == ben.user
    assert Entry.objects.filter(verb="task.returned").count() == 1
    assert return_abandoned(by=FILING, at=over + timedelta(minutes=31)) == 1
    assert fresh(task).state == "open" and Hold.objects.count() == 0


def test_a_sign_of_work_keeps_it_in_hand() -> None:
    bethel = department("bethel")
    call(person("A", "+12035550101"), bethel)
    ana, ben = tracer("ana", bethel), tracer("ben", bethel)
    task = ask(ana)
    assert task is not None
    with pytest.raises(TaskInOtherHands):
        keep(task=task, by=staff(ben), at=NOON)
    keep(task=task, by=staff(ana), at=NOON + timedelta(minutes=25))
    assert ask(ben, NOON + timedelta(minutes=50)) is None


@pytest.mark.parametrize(
    ("hour_utc", "here", "there"), [(12, False, False), (14, True, False), (17, True, True), (26, False, True)]
)
def test_at_night_nobody_is_called_there(hour_utc: int, here: bool, there: bool) -> None:
    east, west = department("east"), department("west", "America/Los_Angeles")
    at = NOON.replace(hour=0) + timedelta(hours=hour_utc)
    call(person("A"), east, at=NOON - timedelta(days=1))
    call(person("B"), west, at=NOON - timedelta(days=1))
    assert rules.may_call(at, ZoneInfo(east.time_zone)) is here  # the rule and the statement agree
    assert rules.may_call(at, ZoneInfo(west.time_zone)) is there
    assert (ask(tracer("one", east), at) is not None) is here
    assert (ask(tracer("two", east, west), at) is not None) is there
    assert ask(tracer("all", everywhere=True), at) is None


def test_a_call_back_comes_at_its_hour_and_then_first() -> None:
    bethel = department("bethel")
    task = call(person("A"), bethel, 100)
    ana, ben = tracer("ana", bethel), tracer("ben", bethel)
    first = ask(ana)
    assert first is not None
    hour = NOON + timedelta(hours=3)
    record_attempt(task=first, outcome="partial", again_at=hour, by=staff(ana), at=NOON)
    urgent = call(person("B"), bethel, 890)
    assert (got := ask(ana, hour - timedelta(minutes=1))) is not None and got.pk == urgent.pk
    call(person("C"), bethel, 899)
    assert (got := ask(ben, hour)) is not None and got.pk == task.pk and got.kind == "callback"


def test_the_dead_are_not_called_even_before_any_job_has_run() -> None:
    bethel = department("bethel")
    who = person("A")
    task = call(who, bethel)
    ana = tracer("ana", bethel)
    record_death(person=who.pk, source="registry", by=FILING, at=NOON)
    assert ask(ana) is None and ask(tracer("all", everywhere=True)) is None and ask(tracer("two", bethel, department("x"))) is None
    with pytest.raises(TaskInOtherHands):
        take(task=task, viewer=ana, by=staff(ana), at=NOON)
    take_back_death(person=who.pk, by=staff(ana), at=NOON)
    assert ask(ana) is not None


def test_whoever_dies_while_in_hand_does_not_come_up_again() -> None:
    bethel = department("bethel")
    who, other = person("A"), person("B")
    call(who, bethel, 900)
    second = call(other, bethel, 100)
    ana = tracer("ana", bethel)
    assert (got := ask(ana)) is not None and got.person_id == who.pk
    record_death(person=who.pk, source="registry", by=FILING, at=NOON)
    assert (got := ask(ana)) is not None and got.pk == second.pk


def test_reviews_and_facility_lines_are_no_calls() -> None:
    bethel = state()
    task = call(person("A"), bethel)
    Task.objects.filter(pk=task.pk).update(kind="review")
    assert ask(tracer("ana", bethel)) is None
    Task.objects.filter(pk=task.pk).update(kind="facility", person=None)
    ana = tracer("ben", bethel)
    assert ask(ana) is None
    with pytest.raises(NotACall):
        take(task=fresh(task), viewer=ana, by=staff(ana), at=NOON)


def test_a_number_learned_in_between_is_held_as_well() -> None:
    from tracing.people.models import WayToReach

    bethel, danbury = department("bethel"), department("danbury")
    who, other = person("A", "+12035550101"), person("B", "+12035550199")
    call(who, bethel)
    call(other, danbury)
    ana, ben = tracer("ana", bethel), tracer("ben", danbury)
    ask(ana)
    WayToReach.objects.create(person=who, kind="phone", value="+12035550199", source="said", as_of=NOON)
    refresh_hold_keys(persons=[who.pk], by=FILING, at=NOON)
    assert ask(ben) is None
    assert not refresh_hold_keys(persons=[who.pk], by=FILING, at=NOON)


def test_a_key_taken_a_moment_ago_sends_the_asker_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The statement found a candidate whose household somebody else has taken since: nothing is taken, nothing journaled."""
    from tracing.tasks import sql

    bethel = department("bethel")
    call(person("A", "+12035550101"), bethel, 900)
    second = call(person("B"), bethel, 100)
    ben = tracer("ben", bethel)
    Hold.objects.create(key="phone:+12035550101", task=second, user_id=ben.user, until=NOON + rules.HOLD)
    blind = sql.NEXT_OF_ONE_UNIT.replace("AND h.until > %(at)s", "AND false")
    monkeypatch.setattr(sql, "NEXT_OF_ONE_UNIT", blind)
    assert ask(tracer("ana", bethel)) is None
    assert Hold.objects.count() == 1 and Task.objects.filter(state="open").count() == 2
