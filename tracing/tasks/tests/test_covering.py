"""What a cover means for *Next call*, teams that keep their hours, days off."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tracing.access.viewer import Viewer
from tracing.journal.actions import UNCHANGED
from tracing.jurisdictions.models import Unit, UnitAncestor
from tracing.tasks import bulk
from tracing.tasks.actions import NewTask, add, next_call, record_attempt, release
from tracing.tasks.covering import actions as covering
from tracing.tasks.covering.queries import covers_of
from tracing.tasks.covering.rules import When
from tracing.tasks.models import Attempt, Caller, Task, Team
from tracing.tasks.queries import hold_keys
from tracing.tasks.rules import AGREED_PRIORITY
from tracing.tasks.teams import Can, Hours, HoursWrong, TeamCovers, TeamNameTaken, add_team, change_team, describe, end_team
from tracing.tasks.tests.made import FILING, NOON, call, department, person, staff, state, tracer
from tracing.tasks.workload import team_loads, workload

pytestmark = pytest.mark.django_db
FRIDAY = date(2026, 11, 20)
EVENING = NOON + timedelta(hours=6)
"""Friday, six in the afternoon in Hartford."""


def ask(viewer: Viewer, at: datetime = NOON) -> Task | None:
    return next_call(viewer=viewer, by=staff(viewer), at=at)


def team_of(unit: Unit, *members: Viewer, hours: Hours | None = None, name: str = "Days") -> Team:
    team = add_team(unit=unit.pk, name=name, cap=24, hours=hours, by=FILING, at=NOON)
    for one in members:
        describe(user=one.user, can=Can(team.pk), by=FILING, at=NOON)
    return team


def contact_call(unit: Unit, priority: int = 400) -> Task:
    """A call to a contact; whoever it is has a number."""
    first = call(person(), unit)
    who = first.person_id
    assert who is not None
    new = NewTask("contact_call", unit.pk, who, "covid19", {}, NOON, priority=priority, hold_keys=hold_keys([who])[who])
    Task.objects.filter(pk=first.pk).delete()
    return add(tasks=[new], by=FILING, at=NOON)[0]


@pytest.fixture
def bethel() -> Unit:
    unit = department("bethel")
    UnitAncestor.objects.create(ancestor=state(), unit=unit, depth=1)
    return unit


@pytest.fixture
def sam() -> Viewer:
    return tracer("sam", state(), everywhere=True)


@pytest.fixture
def night_team(sam: Viewer) -> Team:
    return team_of(state(), sam, hours=Hours(time(8), time(21)))


NIGHTS = When(FRIDAY, nights=True)


def test_the_team_gets_the_calls_at_the_hours_agreed_and_at_no_other(bethel: Unit, sam: Viewer, night_team: Team) -> None:
    task = call(person(), bethel)
    covering.arrange(unit=bethel, team=night_team, work=["cases"], when=NIGHTS, by=FILING, at=NOON)
    assert ask(sam, NOON) is None
    assert ask(sam, EVENING) == task
    assert Task.objects.get(pk=task.pk).team_id is None, "it stays its unit's"


def test_both_may_work_on_it_and_nobody_is_called_twice(bethel: Unit, sam: Viewer, night_team: Team) -> None:
    first, second = call(person(), bethel, 800), call(person(), bethel, 300)
    covering.arrange(unit=bethel, team=night_team, work=["cases"], when=NIGHTS, by=FILING, at=NOON)
    assert (ask(sam, EVENING), ask(tracer("dana", bethel), EVENING)) == (first, second)


def test_a_part_of_the_work_alone(bethel: Unit, sam: Viewer, night_team: Team) -> None:
    case, contact = call(person(), bethel, 800), contact_call(bethel)
    covering.arrange(unit=bethel, team=night_team, work=["contacts"], when=When(FRIDAY), alone=True, by=FILING, at=NOON)
    dana = tracer("dana", bethel)
    assert ask(sam) == contact
    release(task=contact, by=staff(sam), at=NOON)
    assert ask(dana) == case
    record_attempt(task=case, outcome="no_answer", by=staff(dana), at=NOON)
    assert ask(dana) is None, "contacts are the team's alone"
    everywhere = tracer("ruth", state(), everywhere=True)
    assert ask(everywhere) is None, "and not of who takes calls of all units without being in a team"
    Task.objects.filter(pk=contact.pk).update(assigned_to=dana.user)
    assert ask(dana) == contact, "but what is kept for her is hers"


def test_above_a_load(bethel: Unit, sam: Viewer, night_team: Team) -> None:
    tasks = [call(person(), bethel, 500 - n) for n in range(3)]
    covering.arrange(unit=bethel, team=night_team, work=["cases"], when=When(FRIDAY), above=2, by=FILING, at=NOON)
    assert ask(sam) == tasks[0]
    assert ask(tracer("ruth", state())) is None, "of another list"
    record_attempt(task=tasks[0], outcome="no_answer", by=staff(sam), at=NOON)
    assert ask(sam) is None, "two wait by now: no more than agreed"
    (shown,) = covers_of([bethel.pk], at=NOON)
    assert (shown.now, shown.at_work, shown.waiting) == (True, False, 2)


def test_who_lives_in_another_zone_is_covered_too(bethel: Unit, sam: Viewer, night_team: Team) -> None:
    at = datetime(2026, 11, 20, 23, tzinfo=ZoneInfo("America/New_York"))
    far = call(person(), bethel)
    Task.objects.filter(pk=far.pk).update(zones=["America/Los_Angeles"])
    change_team(team=night_team, name="Late", cap=24, hours=Hours(time(8), time(23, 59)), by=FILING, at=NOON)
    assert ask(sam, at) is None
    covering.arrange(unit=bethel, team=night_team, work=["cases"], when=NIGHTS, by=FILING, at=NOON)
    assert ask(sam, at) == far, "night in Bethel, eight in the evening where they are"


def test_what_is_lent_to_others_is_not_covered(bethel: Unit, sam: Viewer, night_team: Team) -> None:
    call(person(), bethel)
    others = team_of(state(), name="Others")
    bulk.advance(work=bulk.lend(unit=bethel.pk, team=others, percent=100, by=FILING, at=NOON), by=FILING, at=NOON)
    covering.arrange(unit=bethel, team=night_team, work=["cases"], when=When(FRIDAY), by=FILING, at=NOON)
    assert ask(sam) is None


def test_arranged_once_and_ended_once(bethel: Unit, sam: Viewer, night_team: Team) -> None:
    task = call(person(), bethel)
    cover = covering.arrange(unit=bethel, team=night_team, work=["cases", "contacts"], when=When(FRIDAY), why=" Flu  at home ", by=FILING, at=NOON)
    assert (cover.work, cover.why) == (["cases", "contacts"], "Flu at home")
    with pytest.raises(covering.CoveredAlready):
        covering.arrange(unit=bethel, team=night_team, work=["cases"], when=NIGHTS, by=FILING, at=NOON)
    with pytest.raises(TeamCovers):
        end_team(team=night_team, by=FILING, at=NOON)
    assert covering.end(cover=cover, by=FILING, at=NOON) == cover and covering.end(cover=cover, by=FILING, at=NOON) is UNCHANGED
    assert ask(sam) is None and ask(tracer("dana", bethel)) == task
    end_team(team=night_team, by=FILING, at=NOON)
    with pytest.raises(covering.TeamIsOver):
        covering.arrange(unit=bethel, team=night_team, work=["cases"], when=NIGHTS, by=FILING, at=NOON)


def test_what_cannot_be_arranged(bethel: Unit, night_team: Team) -> None:
    with pytest.raises(covering.CoversItself):
        covering.arrange(unit=state(), team=night_team, work=["cases"], when=NIGHTS, by=FILING, at=NOON)
    with pytest.raises(covering.NotAlone):
        covering.arrange(unit=bethel, team=night_team, work=["cases"], when=NIGHTS, above=9, alone=True, by=FILING, at=NOON)
    for when in (When(FRIDAY, FRIDAY - timedelta(days=1)), When(FRIDAY - timedelta(days=9), FRIDAY - timedelta(days=1))):
        with pytest.raises(covering.CoverOver):
            covering.arrange(unit=bethel, team=night_team, work=["cases"], when=when, by=FILING, at=NOON)


def test_covers_of_a_page_say_when_they_come(bethel: Unit, night_team: Team) -> None:
    covering.arrange(unit=bethel, team=night_team, work=["cases"], when=NIGHTS, by=FILING, at=NOON)
    for unit in (bethel, state()):
        (shown,) = covers_of([unit.pk], at=NOON)
        assert (shown.now, shown.comes) == (False, datetime(2026, 11, 20, 17, tzinfo=ZoneInfo("America/New_York")))
    assert covers_of([unit.pk], at=EVENING)[0].at_work
    assert covers_of([department("danbury").pk], at=NOON) == []


def test_outside_of_its_hours_a_team_gets_only_what_was_agreed(bethel: Unit) -> None:
    dana = tracer("dana", bethel)
    team = team_of(bethel, dana, hours=Hours(time(8), time(16), (0, 1, 2, 3, 4), holidays=False))
    call(person(), bethel, 800)
    assert ask(dana, EVENING) is None
    promised = call(person(), bethel, AGREED_PRIORITY)
    assert ask(dana, EVENING) == promised
    thanksgiving = NOON + timedelta(days=6)
    release(task=promised, by=staff(dana), at=EVENING)
    assert ask(dana, thanksgiving) == promised and team_loads([team], at=thanksgiving)[0].room == 0
    Task.objects.filter(pk=promised.pk).delete()
    assert ask(dana, thanksgiving) is None


@pytest.mark.parametrize(
    ("can", "hours", "free"),
    [
        (Can(days_off=(4,)), Hours(), True),
        (Can(days_off=(3, 5)), Hours(), False),
        (Can(), Hours(days=(0, 1, 2, 3)), True),
    ],
)
def test_on_a_day_off_what_was_kept_for_somebody_is_anybodys(bethel: Unit, can: Can, hours: Hours, free: bool) -> None:
    dana, luis = tracer("dana", bethel), tracer("luis", bethel)
    team = team_of(bethel, hours=hours)
    describe(user=luis.user, can=Can(team.pk, days_off=can.days_off), by=FILING, at=NOON)
    kept = call(person(), bethel)
    bulk.advance(work=bulk.assign(tasks=[kept.pk], to=luis.user, unit=bethel.pk, by=FILING, at=NOON), by=FILING, at=NOON)
    assert (ask(dana) == kept) is free
    assert Task.objects.get(pk=kept.pk).assigned_to_id == luis.user, "theirs again tomorrow"
    assert (team_loads([team], at=NOON - timedelta(hours=4))[0].room == 0) is free


def test_the_room_of_a_team_shrinks_with_its_day(bethel: Unit) -> None:
    team = team_of(bethel, tracer("dana", bethel), hours=Hours(time(8), time(20)))
    assert [team_loads([team], at=NOON + timedelta(hours=n))[0].room for n in (-5, -4, 2, 7, 8)] == [24, 24, 12, 2, 0]


def test_hours_of_a_team(bethel: Unit) -> None:
    team = team_of(bethel)
    team_of(bethel, name="Nights")
    for wrong in (Hours(time(12), time(12)), Hours(days=()), Hours(days=(7,))):
        with pytest.raises(HoursWrong):
            change_team(team=team, name="Days", cap=9, hours=wrong, by=FILING, at=NOON)
    with pytest.raises(TeamNameTaken):
        change_team(team=team, name="Nights", cap=9, hours=Hours(), by=FILING, at=NOON)
    changed = change_team(team=team, name="Week", cap=9, hours=Hours(days=(4, 0, 0)), by=FILING, at=NOON)
    assert isinstance(changed, Team) and changed.days == [0, 4]
    assert change_team(team=team, name="Week", cap=9, hours=Hours(days=(0, 4)), by=FILING, at=NOON) is UNCHANGED


def test_a_try_keeps_the_team_of_who_made_it(bethel: Unit) -> None:
    dana, luis = tracer("dana", bethel), tracer("luis", bethel)
    team = team_of(bethel, dana)
    for viewer, expected in ((dana, team.pk), (luis, None)):
        made = record_attempt(task=call(person(), bethel), outcome="no_answer", by=staff(viewer), at=NOON)
        assert made.team_id == expected
    describe(user=dana.user, can=Can(), by=FILING, at=NOON)
    assert Attempt.objects.filter(team=team).count() == 1 and Caller.objects.get(user=dana.user).team is None


def test_the_plan_of_the_day_counts_on_who_covers(bethel: Unit, sam: Viewer, night_team: Team) -> None:
    boss = tracer("ruth", bethel)
    boss = replace(boss, units={**boss.units, "tasks.assign": frozenset([bethel.pk])})
    for _ in range(30):
        call(person(), bethel)
    contact_call(bethel)
    morning = NOON - timedelta(hours=4)
    (alone,) = workload(boss, at=morning).units
    assert (alone.staffed, alone.made_by_others) == (False, 0)
    covering.arrange(unit=bethel, team=night_team, work=["cases"], when=NIGHTS, by=FILING, at=NOON)
    (helped,) = workload(boss, at=morning).units
    assert (helped.staffed, helped.due, helped.made_by_others, helped.left) == (True, 31, 24, 7), "a team of 24 tries, in the evening"
    call(person(), state())
    (helped,) = workload(boss, at=morning).units
    assert helped.made_by_others == 23, "its own calls come first"
    assert [cover.team for cover in helped.covers] == [night_team]
