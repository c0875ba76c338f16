"""What departments share and hand over: a case shared with Hartford, one that Hartford offers, a pupil, somebody who needs food."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


def seed(*, at: datetime, say: Callable[[str], None]) -> str:
    from tracing.access.models import User
    from tracing.cases.affiliation import affiliate
    from tracing.cases.handing import offer_transfer
    from tracing.cases.models import Case, Transfer
    from tracing.cases.sharing import share_case
    from tracing.journal.actor import Actor
    from tracing.jurisdictions.models import Unit
    from tracing.places.actions import add_place, connect_place
    from tracing.places.models import Place
    from tracing.referrals.actions import refer

    if Transfer.objects.exists():
        return "nothing new"
    units = {unit.code: unit for unit in Unit.objects.all()}
    here, there = units["new-haven"], units["hartford"]
    ours = Actor("staff", User.objects.get(email="supervisor@demo.example").pk)
    theirs = Actor("staff", User.objects.get(email="hartford@demo.example").pk)
    today = at.astimezone(ZoneInfo(here.time_zone)).date()
    add_place(kind="school", name="Harbor High School", street="100 Harbor Ave", city="New Haven", state="CT", zip="06519", phone="",
              by=ours, at=at, on=today)  # fmt: skip
    school = Place.objects.get(name="Harbor High School")
    connect_place(place=school, organisation=units["harbor-high-school"], by=ours, at=at)
    named = Case.objects.filter(closure=None, person__given__gt="").exclude(task=None).select_related("person").order_by("opened_at", "id")
    mine = list(named.filter(unit=here)[:40])
    made = 0
    if mine:
        share_case(case=mine[0], unit=there, purpose="investigation", until=at + timedelta(days=21), why="Two weddings, the same band.",
                   by=ours, at=at)  # fmt: skip
        young = [case for case in mine if case.person.birth_on and 5 <= (today - case.person.birth_on).days // 365 <= 18]
        affiliate(case=(young or mine)[-1], place=school, how="attends", source="staff", by=ours, at=at)
        made += 2
    for case in mine[1:3]:
        refer(person=case.person, unit=units["fair-haven-neighbors"], from_unit=here.pk, needs=["food", "medicine"],
              until_on=today + timedelta(days=3 + made), agreed_by=str(case.person), note="Ring twice.", by=ours, at=at)  # fmt: skip
        made += 1
    for case in named.filter(unit=there)[:1]:
        offer_transfer(case=case, unit=here, kind="follow_up", why="Stays with his sister in New Haven.", by=theirs, at=at)
        made += 1
    return f"{made} cases in more than one hand"
