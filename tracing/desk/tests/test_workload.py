"""The page of the workload: who leads the work sees what is due and who is there, and moves calls."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from tracing.desk.tests.world import BY, World, add_case, noon_of_today
from tracing.desk.tests.world import world as make
from tracing.jurisdictions.models import UnitAncestor
from tracing.tasks.jobs import advance_all
from tracing.tasks.models import Absence, BulkWork, Caller, Share, Task, Team
from tracing.tasks.teams import add_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> World:
    state = make(noon_of_today())
    for number in range(3):
        add_case(state, f"Waits{number}", "Ana", phone=f"+1203555010{number}")
    return state


def url(name: str, *args: object) -> str:
    return reverse(f"desk:workload{name}", args=args)


def test_a_team_is_made_its_members_told_and_the_day_planned(made: World) -> None:
    boss, tracer = made.client("supervisor"), made.staff["tracer"]
    haven = made.units["new-haven"]
    page = boss.get(url(""))
    assert "has calls and no team here" in page.content.decode()
    assert boss.post(url("_team_new"), {"unit": haven.pk, "name": "Days", "cap": "none"}).status_code == 422
    assert boss.post(url("_team_new"), {"unit": haven.pk, "name": "Days", "cap": "2"}).status_code == 302
    team = Team.objects.get()
    said = {"team": team.pk, "languages": ["es"], "interpreter": "yes", "skills": "measles, children", "cap": ""}
    assert boss.post(url("_member", tracer.pk), {**said, "skills": "Not A Code!"}).status_code == 422
    assert boss.post(url("_member", tracer.pk), said).status_code == 302
    assert Caller.objects.get().skills == ["children", "measles"]
    due = Task.objects.filter(unit=haven, state="open", no_phone=False).count()
    words = boss.get(url("")).content.decode()
    assert f"{due - 2} call" in words and "will not be done today" in words
    today = datetime.now(ZoneInfo("America/New_York")).date()
    away = {"from_on": today, "until_on": today}
    assert boss.post(url("_away", tracer.pk), {**away, "until_on": "2020-01-01"}).status_code == 422
    assert boss.post(url("_away", tracer.pk), away).status_code == 302
    assert "away until" in boss.get(url("")).content.decode()
    boss.post(url("_back", tracer.pk))
    assert Absence.objects.get().ended_at is not None


def test_chosen_calls_are_kept_spread_and_given_back(made: World) -> None:
    boss, tracer, haven = made.client("supervisor"), made.staff["tracer"], made.units["new-haven"]
    calls = list(Task.objects.filter(unit=haven, state="open", no_phone=False, kind="first_call").order_by("-priority", "id"))
    assert boss.post(url("_unit", haven.pk), {"to": tracer.pk}).status_code == 422
    assert boss.post(url("_unit", haven.pk), {"to": tracer.pk, "task": [calls[0].pk]}).status_code == 302
    assert Task.objects.get(assigned_to=tracer) == calls[0]
    assert str(calls[0].pk) not in boss.get(url("_unit", haven.pk)).content.decode()
    team = add_team(unit=haven.pk, name="Days", cap=9, by=BY, at=made.at)
    boss.post(url("_member", tracer.pk), {"team": team.pk, "interpreter": "yes"})
    boss.post(url("_spread", team.pk))
    advance_all(made.at)
    assert Task.objects.filter(assigned_to=tracer).count() == len(calls)
    spread = BulkWork.objects.get(kind="spread")
    assert "Undo" in boss.get(url("")).content.decode()
    boss.post(url("_undo", spread.pk))
    advance_all(made.at)
    assert Task.objects.get(assigned_to=tracer) == calls[0]


def test_a_share_is_lent_up_and_taken_back(made: World) -> None:
    boss, haven = made.client("supervisor"), made.units["new-haven"]
    state = UnitAncestor.objects.filter(unit=haven, ancestor__kind="state").get().ancestor
    surge = add_team(unit=state.pk, name="Surge", cap=40, by=BY, at=made.at)
    assert boss.post(url("_share", haven.pk), {"team": surge.pk, "percent": "0"}).status_code == 422
    assert boss.post(url("_share", haven.pk), {"team": surge.pk, "percent": "100"}).status_code == 302
    advance_all(made.at)
    assert Task.objects.filter(unit=haven, team=surge).exists()
    assert boss.post(url("_share", haven.pk), {"team": surge.pk, "percent": "10"}).status_code == 422
    assert "100 % to Surge" in boss.get(url("")).content.decode()
    assert boss.post(url("_team_end", surge.pk)).status_code == 404, "the state's team is not theirs"
    boss.post(url("_take_back", Share.objects.get().pk))
    advance_all(made.at)
    assert not Task.objects.filter(team=surge).exists()


def test_a_tracer_leads_nothing(made: World) -> None:
    assert made.client("tracer").get(url("")).status_code == 403
