"""What waits, in numbers: as counted a minute ago it is what counting the tasks finds, for each who looks."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations, cycle

import pytest
from django.db.models import Q

from tracing.access.viewer import Viewer
from tracing.base.ids import uuid7
from tracing.jurisdictions.models import Unit, UnitAncestor
from tracing.people.recusing import recuse
from tracing.people.restricting import restrict
from tracing.tasks import bulk
from tracing.tasks.jobs import advance_all
from tracing.tasks.models import Task, Waiting
from tracing.tasks.teams import add_team
from tracing.tasks.tests.made import FILING, NOON, call, department, person, state, tracer
from tracing.tasks.waiting import BY, LATELY, Waits, count_waiting, waits

pytestmark = pytest.mark.django_db
ALL = Q()
SEE = "cases.see"
SENSITIVE = "hiv"


def looks(name: str, *units: Unit, everywhere: bool = False, named: tuple[Unit, str] | None = None) -> Viewer:
    held = frozenset(unit.pk for unit in units)
    return Viewer(
        tracer(name).user, name, {SEE: held | ({named[0].pk} if named else set())}, frozenset({SEE} if everywhere else ()), None, (),
        general={SEE: held}, named={SEE: frozenset({(named[0].pk, named[1])})} if named else {},
    )  # fmt: skip


@pytest.fixture
def units() -> tuple[Unit, Unit]:
    return department("bethel"), department("danbury", "America/Chicago")


@pytest.fixture
def tasks(units: tuple[Unit, Unit]) -> list[Task]:
    """Of everything that is counted apart some, and some that wait for nothing any more."""
    made = []
    diseases, hours = cycle(("covid19", "measles", SENSITIVE)), cycle((1, 30, 60, 100, 200, 24))
    for number in range(60):
        one = call(person(), units[number % 2], 950 if number % 7 == 0 else 300, disease=next(diseases))
        one.added_at = NOON - timedelta(hours=next(hours))
        one.not_before = NOON + timedelta(hours=number - 30)
        one.kind = "contact_call" if number % 5 == 0 else "callback" if number % 4 == 0 else "first_call"
        one.no_phone = number % 11 == 0
        if number % 13 == 0:
            one.state, one.ended_at = "done", NOON
        one.save()
        made.append(one)
    taker = tracer("taker", *units)
    held = [one.pk for one in made if one.state == "open"][:5]
    Task.objects.filter(pk__in=held).update(state="held", held_by=taker.user, held_until=NOON + timedelta(minutes=30))
    team = add_team(unit=state().pk, name="State", cap=25, by=FILING, at=NOON)
    Task.objects.filter(unit=units[0], state="open", kind="first_call").update(team=team)
    return made


def number(found: Waits) -> int:
    return found.numbers.total()


def test_what_was_counted_is_what_counting_finds(units: tuple[Unit, Unit], tasks: list[Task]) -> None:
    hidden, known = tasks[1].person_id, tasks[4].person_id
    viewers = [
        None, looks("state", everywhere=True), looks("bethel", units[0]), looks("both", *units), looks("nobody"),
        looks("program", named=(units[1], SENSITIVE)),
    ]  # fmt: skip
    assert hidden is not None and known is not None
    restrict(person=hidden, kind="staff", unit=units[1].pk, why="a colleague", by=FILING, at=NOON)
    for one in viewers:
        if one is not None:
            recuse(person=known, user=one.user, by=FILING, at=NOON)
    asked = [BY, *combinations(BY, 1), *combinations(BY, 2)]
    which = [ALL, Q(today=True, in_hand=False, no_phone=False), Q(kind__in=("first_call", "callback"), disease="covid19"), Q(unit=units[0])]
    live = [waits(by, q, viewer=one, at=NOON) for one in viewers for by in asked for q in which]
    assert count_waiting(at=NOON) == len(Waiting.objects.all()) > 20
    kept = [waits(by, q, viewer=one, at=NOON + timedelta(minutes=1)) for one in viewers for by in asked for q in which]
    assert [one.numbers for one in kept] == [one.numbers for one in live]
    assert {one.at for one in kept} == {NOON}
    totals = [number(waits(BY, ALL, viewer=one, at=NOON)) for one in viewers]
    waiting = [one for one in tasks if one.state == "open"]
    assert totals[0] == len(waiting)
    theirs = [one for one in waiting if one.disease != SENSITIVE and one.pk not in (tasks[1].pk, tasks[4].pk)]
    assert totals[1] == len(theirs), "neither a sensitive disease nor whom they know nor who is restricted"
    assert totals[2] == sum(1 for one in theirs if one.unit_id == units[0].pk) and totals[4] == 0
    assert totals[5] == sum(1 for one in waiting if one.unit_id == units[1].pk and one.disease == SENSITIVE)


def test_numbers_that_are_old_are_not_shown(units: tuple[Unit, Unit]) -> None:
    call(person(), units[0])
    for _ in range(2):
        count_waiting(at=NOON)
    assert waits(BY, ALL, viewer=None, at=NOON + timedelta(seconds=1)).at == NOON
    call(person(), units[0])
    soon, late = NOON + LATELY - timedelta(seconds=1), NOON + LATELY
    assert number(waits(BY, ALL, viewer=None, at=soon)) == 1, "as they were counted"
    found = waits(BY, ALL, viewer=None, at=late)
    assert (number(found), found.at) == (2, late), "nobody counted since: the tasks themselves"
    assert number(waits(BY, ALL, viewer=None, at=NOON - timedelta(seconds=1))) == 2, "nothing is told from later"


def test_two_who_count_at_once_double_nothing(units: tuple[Unit, Unit]) -> None:
    """The second's rows stand beside the first's until the next minute: the newest are read alone."""
    call(person(), units[0])
    count_waiting(at=NOON)
    for one in list(Waiting.objects.all()):
        one.pk, one.counted_at = uuid7(), NOON + timedelta(seconds=1)
        one.save(force_insert=True)
    assert number(waits(BY, ALL, viewer=None, at=NOON + timedelta(seconds=2))) == 1
    count_waiting(at=NOON + timedelta(minutes=1))
    assert Waiting.objects.count() == 1


def test_today_ends_where_the_unit_is(units: tuple[Unit, Unit]) -> None:
    midnight = NOON.replace(day=21, hour=5)  # in Hartford
    for unit in units:
        call(person(), unit, at=midnight)
    for _ in range(2):
        assert waits(("unit",), Q(today=True), viewer=None, at=NOON).numbers == {(units[1].pk,): 1}, "in Chicago it is eleven at night then"
        count_waiting(at=NOON)


def test_whoever_lends_calls_sees_it_at_once(units: tuple[Unit, Unit]) -> None:
    team = add_team(unit=state().pk, name="State", cap=25, by=FILING, at=NOON)
    UnitAncestor.objects.create(ancestor=state(), unit=units[0], depth=1)
    for _ in range(4):
        call(person(), units[0])
    count_waiting(at=NOON)
    at = NOON + timedelta(seconds=20)
    bulk.lend(unit=units[0].pk, team=team, percent=100, by=FILING, at=at)
    advance_all(at)
    assert waits(("team",), ALL, viewer=None, at=at).numbers == {(team.pk,): 4}
