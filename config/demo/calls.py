"""Yesterday afternoon at the health department: calls that reached somebody and calls that did not, interviews, contacts named.

Through the same actions as on the page, so that timelines, contacts and the journal have something to show.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from django.utils import timezone

if TYPE_CHECKING:
    from tracing.cases.actions import Answers
    from tracing.cases.models import Case
    from tracing.contacts.actions import Named

ZONE: Final = ZoneInfo("America/New_York")
CALLERS: Final = ("tracer2@demo.example", "supervisor@demo.example")
# How each call went, in turn.
OUTCOMES: Final = ("reached", "no_answer", "reached", "voicemail", "partial", "reached", "refused", "no_answer", "reached", "busy")
GIVEN: Final = "Marta Luis Irene Pedro Clara Hugo Nina Bruno Vera Saul Tess Omar".split()
NOTES: Final = (
    "Lives with two others. Has a thermometer and enough food until Monday.",
    "Asked whether the grandchildren may visit; explained why not yet.",
    "Hard of hearing: call slowly. A daughter helps on weekends.",
    "",
)


def seed(*, at: datetime, say: Callable[[str], None]) -> str:
    from tracing.access.models import User
    from tracing.access.viewer import viewer
    from tracing.cases.models import Case
    from tracing.contacts.interview import Ended, record_call
    from tracing.journal.actor import Actor
    from tracing.people.models import WayToReach
    from tracing.tasks.next_call import next_call

    rng = Random(1)
    yesterday = timezone.localtime(at, ZONE).date() - timedelta(days=1)
    hour = datetime.combine(yesterday, time(13, 10), tzinfo=ZONE)
    calls = contacts = 0
    for number, outcome in enumerate(OUTCOMES):
        user = User.objects.get(email=CALLERS[number % len(CALLERS)])
        by = Actor("staff", user.pk)
        then = hour + timedelta(minutes=14 * number)
        task = next_call(viewer=viewer(user, at=then), by=by, at=then)
        case = Case.objects.filter(task=task).first() if task else None
        if task is None or case is None:
            continue
        way = WayToReach.objects.filter(person=task.person_id, kind="phone").first()
        talked = outcome in ("reached", "partial")
        named = _named(case, rng, yesterday_number=number) if talked else ()
        record_call(
            task=task,
            case=case,
            answers=_answers(case, rng, complete=outcome == "reached") if talked else None,
            named=named,
            ended=Ended(outcome, way, agreed_hour(at) if outcome == "partial" else None),
            by=by,
            at=then + timedelta(minutes=11 if talked else 2),
        )
        calls += 1
        contacts += len(named)
    return f"{calls} calls, {contacts} contacts named"


def agreed_hour(at: datetime) -> datetime:
    """An hour that is still to come and at which people are called, whenever the demo is started."""
    local = timezone.localtime(at, ZONE)
    if 5 <= local.hour < 17:
        return (local + timedelta(hours=3)).replace(minute=30, second=0, microsecond=0)
    day = local.date() + timedelta(days=0 if local.hour < 5 else 1)
    return datetime.combine(day, time(10, 30), tzinfo=ZONE)


def _answers(case: Case, rng: Random, *, complete: bool) -> Answers:
    from tracing.cases.actions import Answers

    ill = rng.random() < 0.8
    onset = case.first_positive_on - timedelta(days=rng.randint(1, 3)) if ill and case.first_positive_on else None
    symptoms = tuple(rng.sample(["fever", "cough", "fatigue", "headache", "sore_throat"], 3)) if ill else ()
    return Answers(
        symptomatic=ill,
        symptoms=symptoms,
        onset_on=onset,
        hospitalised=False,
        setting="home",
        note=rng.choice(NOTES),
        complete=complete,
    )


def _named(case: Case, rng: Random, *, yesterday_number: int) -> tuple[Named, ...]:
    from tracing.contacts.actions import Named
    from tracing.people.facts import PersonFacts
    from tracing.people.models import Person

    family = Person.objects.get(pk=case.person_id).family or "Otero"
    last = (case.first_positive_on or case.opened_at.date()) - timedelta(days=1)
    home = [PersonFacts(family=family, given=GIVEN[(yesterday_number * 2 + i) % len(GIVEN)]) for i in range(rng.randint(1, 2))]
    friend = PersonFacts(family="Delgado", given=GIVEN[-1 - yesterday_number % len(GIVEN)])
    return (*(Named(facts, "household", last) for facts in home), Named(friend, rng.choice(["social", "work"]), last))
