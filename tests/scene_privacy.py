"""What a privacy officer finds in the morning: emergency access, unusual looks, what left the agency."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.world import BY
from tracing.access.models import User
from tracing.access.viewer import viewer
from tracing.cases.models import Case
from tracing.journal.actions import Actor, action, disclose, look
from tracing.journal.origin import Origin, came_from
from tracing.people.emergency import Exactly, break_glass
from tracing.people.models import Standing, WayToReach
from tracing.people.restricting import restrict
from tracing.people.watching import find_unusual_looks

ZONE = ZoneInfo("America/New_York")
HOUR = timedelta(hours=1)


@action
def _give(*, case: Case, by: Actor, at: datetime) -> None:
    disclose(
        by=by, at=at, way="transfer", recipient="New York State Department of Health", purpose="public_health", ground="reportable",
        fields=["name", "birth_on", "address", "result"], disease=case.disease, persons=[case.person_id],
    )  # fmt: skip


def watched(staff: Mapping[str, User], now: datetime) -> None:
    """Yesterday and this morning, seen by who watches over it."""
    tracer, supervisor = staff["tracer"], staff["supervisor"]
    cases = list(Case.objects.filter(unit__code="new-haven").select_related("person").order_by("opened_at", "id")[:40])
    other = Case.objects.exclude(unit__code="new-haven").select_related("person").order_by("opened_at", "id").first()
    last = now.replace(minute=0, second=0, microsecond=0)
    Standing.objects.filter(person__in=[case.person_id for case in cases]).update(since=now - timedelta(days=9))
    name = tracer.name.split()[-1]
    User.objects.filter(pk=tracer.pk).update(name=f"{tracer.name.split()[0]} {cases[0].person.family}")
    restrict(person=cases[1].person_id, kind="staff", unit=cases[1].unit_id, why="Nurse of the department", by=BY, at=now - timedelta(days=2))
    WayToReach.objects.get_or_create(
        person_id=cases[2].person_id, kind="email", value=supervisor.email.lower(), defaults={"source": "lab", "as_of": now}
    )
    for hours in (30, 26, 21, 3, 2, 1):
        at = last - hours * HOUR + timedelta(minutes=11)
        with came_from(Origin("192.0.2.17", "1f0c4d9a88aa0b1c")):
            look(actor=tracer.pk, at=at, page="person", purpose="work", persons=[cases[0].person_id])
            look(actor=supervisor.pk, at=at, page="case_list", purpose="work", persons=[case.person_id for case in cases])
            look(actor=staff["state_epidemiologist"].pk, at=at, page="case", purpose="work", persons=[cases[1].person_id])
        find_unusual_looks(since=last - hours * HOUR, until=last - (hours - 1) * HOUR, zone=ZONE, by=BY, at=now)
    User.objects.filter(pk=tracer.pk).update(name=f"{tracer.name.split()[0]} {name}")
    _give(case=cases[3], by=Actor("staff", supervisor.pk), at=now - timedelta(days=1))
    seen = viewer(tracer, at=now)
    if other is not None and seen.home is not None and other.person.birth_on is not None:
        asked = Exactly(family=other.person.family, given=other.person.given, birth_on=other.person.birth_on)
        why = "Their sister called: they cannot breathe, and nobody knows where they were taken."
        break_glass(asked=asked, reason=why, viewer=seen, unit=seen.home, by=seen.actor, at=now - timedelta(minutes=25))
    if seen.home is not None:
        nobody = Exactly(family="Nobody", given="Known", birth_on=now.date())
        why = "The hospital asks about a patient who was brought in without papers."
        break_glass(asked=nobody, reason=why, viewer=seen, unit=seen.home, by=seen.actor, at=now - timedelta(hours=2))
