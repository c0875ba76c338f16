"""Teams: New Haven's days, one of the state that helps out, somebody who is away, a share of Hartford's calls that the state makes, covers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from tracing.access.models import User
    from tracing.jurisdictions.models import Unit
    from tracing.tasks.models import Team


def seed(*, at: datetime, say: Callable[[str], None]) -> str:
    from tracing.access.models import User
    from tracing.journal.actor import Actor
    from tracing.jurisdictions.models import Unit
    from tracing.tasks import bulk
    from tracing.tasks.actions import Restated, restate
    from tracing.tasks.jobs import advance_all
    from tracing.tasks.models import Task, Team
    from tracing.tasks.teams import Can, add_team, be_away, describe

    if Team.objects.exists():
        return "nothing new"
    units = {unit.code: unit for unit in Unit.objects.all()}
    users = {user.email: user for user in User.objects.filter(email__endswith="@demo.example")}
    lead = Actor("staff", users["supervisor@demo.example"].pk)
    days = add_team(unit=units["new-haven"].pk, name="Days", cap=20, by=lead, at=at)
    surge = add_team(unit=units["ct"].pk, name="Surge", cap=40, by=Actor("staff", users["state@demo.example"].pk), at=at)
    describe(user=users["tracer@demo.example"].pk, can=Can(days.pk), by=lead, at=at)
    describe(user=users["tracer2@demo.example"].pk, can=Can(days.pk, ("es",), skills=("children",), days_off=(5, 6)), by=lead, at=at)
    describe(user=users["contract@demo.example"].pk, can=Can(cap=15), by=lead, at=at)
    today = at.astimezone(ZoneInfo(units["new-haven"].time_zone)).date()
    be_away(user=users["tracer2@demo.example"].pk, from_on=today + timedelta(days=2), until_on=today + timedelta(days=4), today=today,
            by=lead, at=at)  # fmt: skip
    waiting = list(Task.objects.filter(unit=units["new-haven"], kind="first_call", state="open", no_phone=False).order_by("-priority", "id")[:12])
    restate(said=[Restated(task.pk, language="es") for task in waiting[::4]], by=lead, at=at)
    bulk.assign(tasks=[task.pk for task in waiting[1:4]], to=users["tracer2@demo.example"].pk, unit=units["new-haven"].pk, by=lead, at=at)
    bulk.lend(unit=units["hartford"].pk, team=surge, percent=30, by=Actor("staff", users["hartford@demo.example"].pk), at=at)
    advance_all(at)
    _covers(at, units, users, days, surge)
    return "2 teams, a share of Hartford's calls lent to the state, and nights and contacts covered"


def _covers(at: datetime, units: dict[str, Unit], users: dict[str, User], days: Team, surge: Team) -> None:
    """The state's team makes Hartford's contacts alone and New Haven's calls at night and on weekends; last week's nights were handed back."""
    from tracing.journal.actor import Actor
    from tracing.reporting.jobs import hand_back_all
    from tracing.tasks.actions import record_attempt
    from tracing.tasks.covering.actions import arrange
    from tracing.tasks.covering.rules import When
    from tracing.tasks.models import Attempt, Task

    lead, hartford = (Actor("staff", users[f"{name}@demo.example"].pk) for name in ("supervisor", "hartford"))
    before = at - timedelta(days=3)
    nights = When(before.date(), nights=True, weekends=True, holidays=True)
    arrange(unit=units["new-haven"], team=surge, work=["cases", "contacts"], when=nights, why="Evenings and weekends", by=lead, at=before)
    month = When(at.date(), at.date() + timedelta(days=30))
    arrange(unit=units["hartford"], team=surge, work=["contacts"], when=month, alone=True, why="Until the new staff is trained", by=hartford, at=at)
    # One of the state's team tried three people of New Haven yesterday evening.
    zone = ZoneInfo(units["new-haven"].time_zone)
    evening = datetime.combine(at.astimezone(zone).date() - timedelta(days=1), time(18, 30), zone)
    waits = Task.objects.filter(unit=units["new-haven"], kind="first_call", state="open", no_phone=False, assigned_to=None, added_at__lt=evening)
    for minutes, (task, outcome) in enumerate(zip(waits.order_by("priority", "id")[:3], ("no_answer", "voicemail", "no_answer"), strict=False)):
        by = Actor("staff", users["state@demo.example"].pk)
        record_attempt(task=task, outcome=outcome, by=by, at=evening + timedelta(minutes=10 * minutes))
    for team, emails in ((surge, ("state@demo.example",)), (days, ("tracer@demo.example", "tracer2@demo.example"))):
        Attempt.objects.filter(by__in=[users[email].pk for email in emails], team__isnull=True).update(team=team)
    hand_back_all(at)
