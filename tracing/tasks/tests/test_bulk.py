"""Teams, shares, calls kept for somebody: what Next call gives whom, and what bulk work changes, resumes and gives back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tracing.access.viewer import Viewer
from tracing.journal.actions import UNCHANGED
from tracing.jurisdictions.models import Unit, UnitAncestor
from tracing.tasks import bulk
from tracing.tasks.actions import next_call, release, take
from tracing.tasks.jobs import advance_all
from tracing.tasks.models import BulkWork, Caller, Share, Task, Team
from tracing.tasks.moving import move, return_in_hand
from tracing.tasks.teams import Can, TeamHasWork, TeamNameTaken, add_team, be_away, be_back, describe, end_team
from tracing.tasks.tests.made import FILING, NOON, call, department, fresh, person, staff, state, tracer
from tracing.tasks.workload import team_loads, to_spread, workload

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


def below(code: str) -> Unit:
    unit = department(code)
    UnitAncestor.objects.get_or_create(ancestor=state(), unit=unit, defaults={"depth": 1})
    return unit


def team_of(unit: Unit, *members: Viewer, cap: int = 25) -> Team:
    team = add_team(unit=unit.pk, name=f"Team {unit.code}", cap=cap, by=FILING, at=NOON)
    for one in members:
        describe(user=one.user, can=Can(team.pk), by=FILING, at=NOON)
    return team


def gets(viewer: Viewer) -> Task | None:
    return next_call(viewer=viewer, by=staff(viewer), at=NOON)


def leads(viewer: Viewer, *units: Unit) -> Viewer:
    from dataclasses import replace

    return replace(viewer, units={**viewer.units, "tasks.assign": frozenset(unit.pk for unit in units)})


def test_a_call_kept_for_somebody_is_offered_to_them_alone_while_they_are_there() -> None:
    unit = below("bethel")
    dana, luis = tracer("dana", unit), tracer("luis", unit)
    kept, other = call(person(), unit, 800), call(person(), unit, 300)
    work = bulk.assign(tasks=[kept.pk], to=luis.user, unit=unit.pk, by=FILING, at=NOON)
    bulk.advance(work=work, by=FILING, at=NOON)
    assert gets(dana) == other
    release(task=other, by=staff(dana), at=NOON)
    assert gets(luis) == kept
    release(task=kept, by=staff(luis), at=NOON)
    be_away(user=luis.user, from_on=TODAY, until_on=TODAY, today=TODAY, by=FILING, at=NOON)
    assert gets(dana) == kept, "Luis is away today"
    release(task=kept, by=staff(dana), at=NOON)
    be_back(user=luis.user, today=TODAY, by=FILING, at=NOON)
    assert gets(dana) == other


def test_what_was_kept_for_somebody_who_left_is_kept_for_nobody() -> None:
    from tracing.access.models import User

    unit = below("bethel")
    luis = tracer("luis", unit)
    kept = call(person(), unit)
    bulk.advance(work=bulk.assign(tasks=[kept.pk], to=luis.user, unit=unit.pk, by=FILING, at=NOON), by=FILING, at=NOON)
    User.objects.filter(pk=luis.user).update(is_active=False)
    return_in_hand(user=luis.user, by=FILING, at=NOON)
    assert fresh(kept).assigned_to is None


@pytest.fixture
def shared() -> tuple[Unit, Viewer, Viewer, Team, list[Task]]:
    unit = below("bethel")
    state_tracer = tracer("sam", state(), everywhere=True)
    dana = tracer("dana", unit)
    team = team_of(state(), state_tracer)
    return unit, dana, state_tracer, team, [call(person(), unit, 500 + n) for n in range(20)]


def test_a_share_is_the_teams_until_it_is_taken_back(shared: tuple[Unit, Viewer, Viewer, Team, list[Task]]) -> None:
    unit, dana, sam, team, tasks = shared
    assert gets(sam) is None, "of a team: the state's own list, and what is lent"
    work = bulk.lend(unit=unit.pk, team=team, percent=50, by=FILING, at=NOON)
    advance_all(NOON)
    lent = [task for task in tasks if fresh(task).team_id == team.pk]
    work.refresh_from_db()
    assert 0 < len(lent) < 20 and (work.state, work.done) == ("done", len(lent))
    first = max(lent, key=lambda task: task.priority)
    assert gets(sam) == first
    got = gets(dana)
    assert got is not None and got not in lent
    added = [call(person(), unit, 400) for _ in range(20)]
    assert 0 < sum(1 for task in added if task.team_id == team.pk) < 20, "those to come are shared as well"
    with pytest.raises(bulk.AlreadyShared):
        bulk.lend(unit=unit.pk, team=team, percent=10, by=FILING, at=NOON)
    with pytest.raises(TeamHasWork):
        end_team(team=team, by=FILING, at=NOON)
    bulk.take_back(share=Share.objects.get(), by=FILING, at=NOON)
    advance_all(NOON)
    assert list(Task.objects.filter(team=team)) == [first], "in Sam's hand: finished there"
    assert call(person(), unit).team_id is None


def test_a_share_goes_up_only(shared: tuple[Unit, Viewer, Viewer, Team, list[Task]]) -> None:
    unit = shared[0]
    other = team_of(below("danbury"))
    with pytest.raises(bulk.NotAbove):
        bulk.lend(unit=unit.pk, team=other, percent=50, by=FILING, at=NOON)
    own = team_of(unit)
    with pytest.raises(bulk.NotAbove):
        bulk.lend(unit=unit.pk, team=own, percent=50, by=FILING, at=NOON)


def test_work_goes_on_where_it_stopped_and_is_undone_as_far_as_nobody_has_changed_it(
    shared: tuple[Unit, Viewer, Viewer, Team, list[Task]],
) -> None:
    unit, dana, _sam, team, tasks = shared
    work = bulk.lend(unit=unit.pk, team=team, percent=100, by=FILING, at=NOON)
    take(task=tasks[0], viewer=dana, by=staff(dana), at=NOON)
    bulk.advance(work=work, by=FILING, at=NOON, limit=7)
    assert Task.objects.filter(team=team).count() in (6, 7)
    advance_all(NOON)  # another worker, later
    work.refresh_from_db()
    assert (work.state, work.done, work.refused) == ("done", 19, 1), "what is in Dana's hand stays with her"
    assert bulk.advance(work=work, by=FILING, at=NOON) is UNCHANGED
    move(tasks=[tasks[1]], unit=below("danbury").pk, by=FILING, at=NOON)
    bulk.undo(work=work, by=FILING, at=NOON)
    advance_all(NOON)
    work.refresh_from_db()
    assert (work.state, work.restored) == ("undone", 18)
    assert not Task.objects.filter(team=team).exists() and Share.objects.get().ended_at == NOON
    with pytest.raises(bulk.NotUndoable):
        bulk.undo(work=work, by=FILING, at=NOON)


def test_undone_before_it_was_done(shared: tuple[Unit, Viewer, Viewer, Team, list[Task]]) -> None:
    unit, _dana, _sam, team, _tasks = shared
    work = bulk.lend(unit=unit.pk, team=team, percent=100, by=FILING, at=NOON)
    bulk.advance(work=work, by=FILING, at=NOON, limit=5)
    bulk.undo(work=work, by=FILING, at=NOON)
    advance_all(NOON)
    assert not Task.objects.filter(team=team).exists()
    assert BulkWork.objects.get().state == "undone"


def test_taking_back_is_undone_as_well(shared: tuple[Unit, Viewer, Viewer, Team, list[Task]]) -> None:
    unit, _dana, _sam, team, _tasks = shared
    bulk.lend(unit=unit.pk, team=team, percent=100, by=FILING, at=NOON)
    advance_all(NOON)
    back = bulk.take_back(share=Share.objects.get(), by=FILING, at=NOON)
    advance_all(NOON)
    assert not Task.objects.filter(team=team).exists()
    bulk.undo(work=back, by=FILING, at=NOON)
    advance_all(NOON)
    assert Task.objects.filter(team=team).count() == 20 and Share.objects.get().ended_at is None


def test_what_will_not_be_done_today_is_seen_in_the_morning() -> None:
    unit = below("bethel")
    dana, luis = tracer("dana", unit), tracer("luis", unit)
    team = team_of(unit, dana, luis, cap=3)
    for _ in range(10):
        call(person(), unit)
    call(person(), unit, at=NOON + timedelta(days=1))
    boss = leads(tracer("ruth", unit), unit)
    found = workload(boss, at=NOON - timedelta(hours=3))
    assert [(one.unit, one.due, one.room, one.left) for one in found.units] == [(unit, 10, 6, 4)]
    be_away(user=luis.user, from_on=TODAY, until_on=TODAY + timedelta(days=3), today=TODAY, by=FILING, at=NOON)
    assert [one.left for one in workload(boss, at=NOON).units] == [8], "Luis is away, and of Dana's three two fit into what is left of the day"
    taken = gets(dana)
    assert taken is not None
    members = {one.name: one for one in team_loads([team], at=NOON)[0].members}
    assert members["dana"].at_work and members["luis"].away_until == TODAY + timedelta(days=3) and members["luis"].room == 0


def test_calls_are_spread_over_who_is_there() -> None:
    from tracing.tasks import loads

    unit = below("bethel")
    dana, luis = tracer("dana", unit), tracer("luis", unit)
    team = team_of(unit, dana, luis, cap=3)
    tasks = [call(person(), unit, 500 - n) for n in range(8)]
    given = loads.spread(to_spread(team, at=NOON), [one.hands for one in team_loads([team], at=NOON)[0].members])
    work = bulk.assign_each(given=given, unit=unit.pk, by=FILING, at=NOON)
    advance_all(NOON)
    work.refresh_from_db()
    assert work.done == 4, "a third of their day is over"
    assert sorted(Task.objects.filter(assigned_to=dana.user).count() for dana in (dana, luis)) == [2, 2]
    assert [fresh(task).assigned_to_id for task in tasks[4:]] == [None] * 4, "the least urgent stay with everybody"


def test_teams() -> None:
    unit = below("bethel")
    dana = tracer("dana", unit)
    team = team_of(unit, dana)
    with pytest.raises(TeamNameTaken):
        add_team(unit=unit.pk, name=team.name, cap=9, by=FILING, at=NOON)
    assert describe(user=dana.user, can=Can(team.pk), by=FILING, at=NOON) is UNCHANGED
    describe(user=dana.user, can=Can(team.pk, ("es", "en"), False, ("measles",), 12), by=FILING, at=NOON)
    row = Caller.objects.get(user=dana.user)
    assert (row.languages, row.interpreter, row.skills, row.cap) == (["es"], False, ["measles"], 12)
    end_team(team=team, by=FILING, at=NOON)
    assert Caller.objects.get(user=dana.user).team is None
    assert end_team(team=team, by=FILING, at=NOON) is UNCHANGED
