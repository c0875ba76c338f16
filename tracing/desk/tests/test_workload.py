"""The page of the workload: who leads the work sees what is due and who is there, and moves calls."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from tracing.desk.tests.world import BY, World, add_case
from tracing.desk.tests.world import world as make
from tracing.jurisdictions.models import UnitAncestor
from tracing.tasks.jobs import advance_all
from tracing.tasks.models import Absence, BulkWork, Caller, Cover, Share, Task, Team
from tracing.tasks.teams import Can, Hours, add_team, describe

pytestmark = pytest.mark.django_db
HERE = ZoneInfo("America/New_York")
HOURS = {"opens": "06:00", "closes": "22:30", "days": ["0", "1", "2", "3", "4"], "holidays": "no"}


@pytest.fixture
def made(now: datetime) -> World:
    state = make(now)
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
    assert boss.post(url("_team_new"), {"unit": haven.pk, "name": "Days", "cap": "none", **HOURS}).status_code == 422
    assert boss.post(url("_team_new"), {"unit": haven.pk, "name": "Days", "cap": "2", **HOURS}).status_code == 302
    team = Team.objects.get()
    said = {"team": team.pk, "languages": ["es"], "interpreter": "yes", "skills": "measles, children", "cap": ""}
    assert boss.post(url("_member", tracer.pk), {**said, "skills": "Not A Code!"}).status_code == 422
    assert boss.post(url("_member", tracer.pk), said).status_code == 302
    assert Caller.objects.get().skills == ["children", "measles"]
    due = Task.objects.filter(unit=haven, state="open", no_phone=False).count()
    page = boss.get(url(""))
    (load,) = [one for one in page.context["found"].units if one.unit == haven]
    assert load.room <= 2 and load.left == due - load.room, "as much as the rest of the day has time for"
    words = page.content.decode()
    assert f"{load.left} call" in words and "will not be done today" in words and "Mon to Fri, 6:00 AM to 10:30 PM, not on holidays" in words
    today = made.at.astimezone(HERE).date()
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


def test_a_team_gets_other_hours(made: World) -> None:
    boss, haven = made.client("supervisor"), made.units["new-haven"]
    team = add_team(unit=haven.pk, name="Days", cap=9, by=BY, at=made.at)
    add_team(unit=haven.pk, name="Nights", cap=9, by=BY, at=made.at)
    said = {"name": "Days", "cap": "12", **HOURS}
    assert 'value="08:00" selected' in boss.get(url("_team", team.pk)).content.decode()
    assert boss.post(url("_team", team.pk), {**said, "closes": "06:00"}).status_code == 422
    assert boss.post(url("_team", team.pk), {**said, "name": "Nights"}).status_code == 422
    assert boss.post(url("_team", team.pk), said).status_code == 302
    team.refresh_from_db()
    assert (team.cap, team.opens, team.days, team.holidays) == (12, time(6), [0, 1, 2, 3, 4], False)
    foreign = add_team(unit=made.units["hartford"].pk, name="Theirs", cap=9, by=BY, at=made.at)
    assert boss.get(url("_team", foreign.pk)).status_code == 404


def test_a_cover_is_arranged_seen_by_both_and_ended(made: World) -> None:
    boss, haven = made.client("supervisor"), made.units["new-haven"]
    state = UnitAncestor.objects.filter(unit=haven, ancestor__kind="state").get().ancestor
    surge = add_team(unit=state.pk, name="Surge", cap=40, by=BY, at=made.at)
    own = add_team(unit=haven.pk, name="Days", cap=2, by=BY, at=made.at)
    theirs = add_team(unit=made.units["hartford"].pk, name="Theirs", cap=9, by=BY, at=made.at)
    today = made.at.astimezone(HERE).date()
    said = {
        "of": haven.pk, "by": surge.pk, "work": ["cases"], "times": [], "evening": "17:00", "morning": "08:00", "from_on": today,
        "until_on": "", "above": "", "share": "both", "why": "Flu at home",
    }  # fmt: skip
    wrongs: tuple[dict[str, object], ...] = (
        {"work": []}, {"by": theirs.pk}, {"by": own.pk}, {"until_on": "2020-01-01"}, {"above": "none"}, {"evening": "08:00"},
        {"above": "9", "share": "alone"}, {"of": made.units["hartford"].pk},
    )  # fmt: skip
    for wrong in wrongs:
        assert boss.post(url("_covers"), {**said, **wrong}).status_code == 422, wrong
    assert not Cover.objects.exists()
    assert boss.post(url("_covers"), {**said, "times": ["nights", "holidays"]}).status_code == 302
    assert boss.post(url("_covers"), said).status_code == 422, "covered already"
    words = boss.get(url("_covers")).content.decode()
    assert "nights, 5:00 PM to 8:00 AM, holidays" in words and "Flu at home" in words and "Thanksgiving Day" in words
    assert "Covered by Surge" in boss.get(url("")).content.decode()
    epi = made.client("state_epidemiologist")
    assert "Flu at home" in epi.get(url("_covers")).content.decode()
    assert boss.post(url("_team_end", own.pk)).status_code == 302
    epi.post(url("_team_end", surge.pk))
    assert Team.objects.get(pk=surge.pk).ended_at is None, "it covers somebody"
    assert boss.post(url("_cover_end", Cover.objects.get().pk)).status_code == 302
    assert Cover.objects.get().ended_at is not None
    assert "Nobody covers anybody" in boss.get(url("_covers")).content.decode()


def test_who_leads_both_lets_one_department_help_the_other(made: World) -> None:
    epi, haven, hartford = made.client("state_epidemiologist"), made.units["new-haven"], made.units["hartford"]
    theirs = add_team(unit=hartford.pk, name="Theirs", cap=9, by=BY, at=made.at)
    said = {
        "of": haven.pk, "by": theirs.pk, "work": ["contacts", "monitoring"], "evening": "17:00", "morning": "08:00",
        "from_on": made.at.astimezone(HERE).date(), "share": "alone",
    }  # fmt: skip
    assert epi.post(url("_covers"), said).status_code == 302
    words = made.client("supervisor").get(url("")).content.decode()
    assert "Covered by Theirs" in words and "Contacts, Monitoring: at all hours" in words and "the team alone" in words


def test_outside_of_their_teams_hours_a_tracer_is_told_why_nobody_comes_up(made: World) -> None:
    tracer, haven = made.staff["tracer"], made.units["new-haven"]
    # A team whose day is another one: whenever this runs, it does not work now.
    other = (made.at.astimezone(HERE).weekday() + 3) % 7
    team = add_team(unit=haven.pk, name="Once", cap=9, hours=Hours(days=(other,)), by=BY, at=made.at)
    describe(user=tracer.pk, can=Can(team.pk), by=BY, at=made.at)
    words = made.client("tracer").post(reverse("desk:next_call"), follow=True).content.decode()
    assert "8:00 AM to 8:00 PM: at other times only calls whose hour was agreed come up." in words


def test_days_off_are_kept(made: World) -> None:
    boss, tracer = made.client("supervisor"), made.staff["tracer"]
    team = add_team(unit=made.units["new-haven"].pk, name="Days", cap=9, by=BY, at=made.at)
    said = {"team": team.pk, "interpreter": "yes", "days_off": [str(day) for day in range(7)]}
    assert boss.post(url("_member", tracer.pk), said).status_code == 302
    assert Caller.objects.get().days_off == list(range(7))
    assert "day off" in boss.get(url("")).content.decode()
    assert boss.get(url("_member", tracer.pk)).content.decode().count(" checked") >= 7


def test_a_tracer_leads_nothing(made: World) -> None:
    assert made.client("tracer").get(url("")).status_code == 403
