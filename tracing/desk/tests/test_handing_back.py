"""What was done on covered calls: counted once when the time is over, told on the morning page, read once."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from tracing.desk.tests.world import BY, World
from tracing.journal.models import Entry, Look
from tracing.jurisdictions.models import UnitAncestor
from tracing.reporting.handing_back import hand_back, to_hand_back
from tracing.reporting.jobs import hand_back_all
from tracing.reporting.models import HandBack
from tracing.tasks.actions import record_attempt
from tracing.tasks.covering import actions as covering
from tracing.tasks.covering.rules import When
from tracing.tasks.models import Cover, Task
from tracing.tasks.teams import Can, add_team, describe

pytestmark = pytest.mark.django_db
THERE = ZoneInfo("America/New_York")


def at(made: World, days: int, hour: int) -> datetime:
    return datetime.combine(made.at.astimezone(THERE).date() + timedelta(days=days), time(hour), THERE)


@pytest.fixture
def cover(made: World) -> Cover:
    """The state's Surge makes New Haven's calls at night, since the day before yesterday at noon."""
    haven = made.units["new-haven"]
    state = UnitAncestor.objects.filter(unit=haven, ancestor__kind="state").get().ancestor
    surge = add_team(unit=state.pk, name="Surge", cap=40, by=BY, at=at(made, -3, 9))
    describe(user=made.staff["state_epidemiologist"].pk, can=Can(surge.pk), by=BY, at=at(made, -3, 9))
    when = When(at(made, -2, 12).date(), nights=True)
    return covering.arrange(unit=haven, team=surge, work=["cases"], when=when, by=BY, at=at(made, -2, 12))


def tried(made: World, name: str, outcome: str, when: datetime, *, who: str = "state_epidemiologist", again: datetime | None = None) -> None:
    case = made.cases[name]
    assert case.task is not None
    task = Task.objects.get(pk=case.task.pk)
    record_attempt(task=task, outcome=outcome, again_at=again, by=made.actor(who), at=when)


def test_counted_once_for_each_night(made: World, cover: Cover) -> None:
    evening = at(made, -2, 19)
    tried(made, "Ana Rivera", "no_answer", evening)
    tried(made, "Ana Rivera", "partial", evening + timedelta(minutes=30), again=at(made, 0, 19))
    tried(made, "Ngozi Okafor", "no_answer", evening)
    tried(made, "Ngozi Okafor", "no_answer", at(made, -2, 14))  # by day: nobody's night
    tried(made, "Ford Hart", "no_answer", evening)  # of Hartford
    tried(made, "Ngozi Okafor", "voicemail", evening + timedelta(hours=1), who="tracer")  # of no team
    assert to_hand_back(at(made, -1, 7)) == [], "the night is not over"
    assert hand_back_all(at(made, -1, 8)) == 1
    row = HandBack.objects.get()
    assert (row.since.astimezone(THERE), row.until.astimezone(THERE)) == (at(made, -2, 17), at(made, -1, 8))
    assert (row.tries, row.tried, row.reached, row.interviewed, row.agreed, row.callers) == (3, 2, 1, 0, 1, 1)
    waits = Task.objects.filter(unit=cover.unit, kind__in=("first_call", "callback"), state="open").count()
    assert row.left == waits > 0
    assert hand_back_all(at(made, -1, 9)) == 0
    assert hand_back(cover=cover, since=row.since, until=row.until, by=BY, at=at(made, -1, 9)) is not row and HandBack.objects.count() == 1
    assert hand_back_all(at(made, 0, 8)) == 1 and HandBack.objects.latest("until").tries == 0, "a night without a try is told as well"
    assert Entry.objects.filter(verb="cover.handed_back").count() == 2


def test_ended_in_the_middle_of_a_night(made: World, cover: Cover) -> None:
    tried(made, "Ana Rivera", "no_answer", at(made, -2, 19))
    covering.end(cover=cover, by=BY, at=at(made, -2, 20))
    assert hand_back_all(at(made, -2, 20)) == 1
    row = HandBack.objects.get()
    assert (row.until.astimezone(THERE), row.tries) == (at(made, -2, 20), 1)
    assert hand_back_all(at(made, 0, 12)) == 0


def test_what_was_lent_to_the_team_is_its_own_and_no_cover(made: World, cover: Cover) -> None:
    tried(made, "Ana Rivera", "no_answer", at(made, -2, 19))
    tried(made, "Ngozi Okafor", "no_answer", at(made, -2, 19))
    assert Task.objects.filter(person=made.cases["Ngozi Okafor"].person).update(team=cover.team) == 1
    assert hand_back_all(at(made, -1, 8)) == 1
    assert (HandBack.objects.get().tries, HandBack.objects.get().tried) == (1, 1)


def test_one_that_lasts_comes_back_weekly_and_misses_nothing_when_it_is_ended_early(made: World) -> None:
    haven = made.units["new-haven"]
    state = UnitAncestor.objects.filter(unit=haven, ancestor__kind="state").get().ancestor
    surge = add_team(unit=state.pk, name="Surge", cap=40, by=BY, at=made.at)
    begins = datetime(2026, 9, 2, 12, tzinfo=THERE)  # a Wednesday
    cover = covering.arrange(unit=haven, team=surge, work=["cases"], when=When(begins.date()), by=BY, at=begins)
    day = begins
    while day < begins + timedelta(days=60):
        day += timedelta(days=1)
        if day.date().isoformat() == "2026-10-27":
            covering.end(cover=cover, by=BY, at=day)
        hand_back_all(day)
    rows = list(HandBack.objects.order_by("since"))
    assert rows[0].since == begins and rows[-1].until == datetime(2026, 10, 27, 12, tzinfo=THERE)
    assert all(one.until == other.since for one, other in zip(rows, rows[1:], strict=False)), "no gap, nothing twice"
    assert len(rows) == 8 and {row.until.astimezone(THERE).weekday() for row in rows[:-1]} == {0}


def test_a_worker_that_stood_still_makes_up_for_it(made: World, cover: Cover) -> None:
    assert hand_back_all(at(made, 7, 12)) == 9


def test_the_department_reads_it_on_its_morning_page(made: World, cover: Cover) -> None:
    tried(made, "Ana Rivera", "no_answer", at(made, -2, 19))
    hand_back_all(at(made, -1, 8))
    row = HandBack.objects.get()
    lead = made.client("supervisor")
    page, read = (reverse(f"desk:morning_hand_back{end}", args=[row.pk]) for end in ("", "_read"))
    words = lead.get(reverse("desk:morning")).content.decode()
    assert "Worked for you" in words and "1 tried, 0 reached, 0 interviewed" in words
    found = lead.get(page)
    assert "Rivera" in found.content.decode() and "No answer" in found.content.decode()
    assert Look.objects.get(page="hand_back").persons == [made.cases["Ana Rivera"].person_id]
    assert "Worked for you" not in made.client("state_epidemiologist").get(reverse("desk:morning")).content.decode()
    assert made.client("state_epidemiologist").get(page).status_code == 200
    assert made.client("tracer").get(page).status_code == 403
    assert lead.post(read).status_code == 302
    assert "Worked for you" not in lead.get(reverse("desk:morning")).content.decode()
    assert "Read by" in lead.get(page).content.decode()
    assert HandBack.objects.get().read_by == made.staff["supervisor"].pk


def test_another_department_finds_nothing(made: World, cover: Cover) -> None:
    Cover.objects.filter(pk=cover.pk).update(unit=made.units["hartford"])
    hand_back_all(at(made, -1, 8))
    row = HandBack.objects.get()
    for name in ("desk:morning_hand_back", "desk:morning_hand_back_read"):
        client = made.client("supervisor")
        ask = client.post if name.endswith("read") else client.get
        assert ask(reverse(name, args=[row.pk])).status_code == 404
