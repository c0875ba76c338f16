"""Teams: New Haven's days, one of the state that helps out, somebody who is away, a share of Hartford's calls that the state makes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


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
    describe(user=users["tracer2@demo.example"].pk, can=Can(days.pk, ("es",), skills=("children",)), by=lead, at=at)
    describe(user=users["contract@demo.example"].pk, can=Can(cap=15), by=lead, at=at)
    today = at.astimezone(ZoneInfo(units["new-haven"].time_zone)).date()
    be_away(user=users["tracer2@demo.example"].pk, from_on=today + timedelta(days=2), until_on=today + timedelta(days=4), today=today,
            by=lead, at=at)  # fmt: skip
    waiting = list(Task.objects.filter(unit=units["new-haven"], kind="first_call", state="open", no_phone=False).order_by("-priority", "id")[:12])
    restate(said=[Restated(task.pk, language="es") for task in waiting[::4]], by=lead, at=at)
    bulk.assign(tasks=[task.pk for task in waiting[1:4]], to=users["tracer2@demo.example"].pk, unit=units["new-haven"].pk, by=lead, at=at)
    bulk.lend(unit=units["hartford"].pk, team=surge, percent=30, by=Actor("staff", users["hartford@demo.example"].pk), at=at)
    advance_all(at)
    return "2 teams, and a share of Hartford's calls lent to the state"
