"""Families, a foster child, somebody who must be reached confidentially, and people of whom no number is known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta


def seed(*, at: datetime, say: Callable[[str], None]) -> str:
    from django.db.models import Q

    from tracing.access.models import User
    from tracing.cases.models import Case
    from tracing.contacts.models import Unreached
    from tracing.contacts.unreached import ask_source, settle_unreached
    from tracing.journal.actor import Actor
    from tracing.people.actions import record_said
    from tracing.people.facts import PersonFacts
    from tracing.people.household.actions import answers_for, keep_confidential, live_together
    from tracing.people.models import Guardianship, Person, WayToReach
    from tracing.people.ways.actions import add_way, mark_way
    from tracing.tasks.actions import refresh_hold_keys

    if Guardianship.objects.exists():
        return "nothing new"
    by = Actor("staff", User.objects.get(email="supervisor@demo.example").pk)
    open_cases = Case.objects.filter(closure=None, unit__code="new-haven", person__given__gt="").select_related("person", "task")
    adults = open_cases.filter(Q(person__birth_on__lt=date(at.year - 25, 1, 1))).order_by("-task__priority", "id")[:60]
    # Those to be called first: how many there are depends on the hour.
    grown = [one.person for one in sorted(adults, key=lambda one: one.task is None or one.task.state != "open")]
    if len(grown) < 12:
        return "too few people"
    mother, father, son, girl, teenager, carer, *others = grown[min(3, len(grown) - 12) :]
    _child(girl, mother.family, "Lucia", at.year - 8, record_said, PersonFacts, by, at)
    _child(son, mother.family, "Mateo", at.year - 12, record_said, PersonFacts, by, at)
    _child(teenager, teenager.family, teenager.given, at.year - 15, record_said, PersonFacts, by, at)
    foster = others.pop(0)
    _child(foster, foster.family, "Jaylen", at.year - 6, record_said, PersonFacts, by, at)

    # Separated parents: the children belong to both homes, the father answers too, and one order keeps a former partner away.
    live_together(persons=[mother.pk, girl.pk, son.pk], source="said", by=by, at=at)
    live_together(persons=[father.pk, girl.pk, son.pk], source="said", by=by, at=at)
    day = date(at.year - 2, 5, 1)
    for child in (girl, son):
        answers_for(ward=child.pk, guardian=mother.pk, name="", kind="parent", since=day, by=by, at=at)
        answers_for(ward=child.pk, guardian=father.pk, name="", kind="parent", since=day, by=by, at=at)
    answers_for(ward=son.pk, guardian=None, name="Rick Dalton", kind="relative", keep_away=True, basis="Protective order of the Superior Court",
                since=day, by=by, at=at)  # fmt: skip
    answers_for(ward=foster.pk, guardian=carer.pk, name="", kind="foster", since=date(at.year, 1, 10), by=by, at=at)
    answers_for(ward=foster.pk, guardian=None, name="Department of Children and Families, intake desk", phone="860-555-0166", kind="agency",
                decides=True, basis="Placement agreement", since=date(at.year, 1, 10), by=by, at=at)  # fmt: skip
    own = add_way(person=teenager.pk, kind="phone", typed="203-555-0187", source="said", whose="own", hours="after 3 pm", by=by, at=at)
    keep_confidential(person=teenager.pk, kind="own_consent", said="Only my cell, after school. Mom does not know.",
                      safe=[own.pk] if own else [], by=by, at=at)  # fmt: skip
    old = others.pop(0)
    answers_for(ward=old.pk, guardian=None, name="Grace Whitfield", phone="203-555-0159", kind="court", basis="Probate Court",
                since=day, by=by, at=at)  # fmt: skip

    # Nobody answers at the only number of these.
    lost = others[:6]
    for person in lost:
        for way in WayToReach.objects.filter(person=person, kind="phone"):
            mark_way(way=way, works=False, by=by, at=at - timedelta(hours=3))
    touched = [one.pk for one in (mother, father, son, girl, teenager, carer, foster, old, *lost)]
    refresh_hold_keys(persons=touched, by=by, at=at)
    settle_unreached(persons=[*touched, *Person.objects.order_by("id").values_list("pk", flat=True)[:5000]], by=by, at=at)
    for number, row in enumerate(Unreached.objects.filter(person__in=[one.pk for one in lost], state="open")[:2]):
        ask_source(unreached=row, source="provider", outcome=("waiting", "nothing")[number], note="Asked the front desk.", by=by, at=at)
    return f"2 families, {Unreached.objects.filter(state='open').count()} people whom nothing known reaches"


def _child(person: object, family: str, given: str, year: int, record_said: Callable[..., object], facts: type, by: object, at: datetime) -> None:
    """Made up like everybody here: their age as they say it themselves."""
    said = facts(family=family, given=given, birth_on=date(year, 6, 12), birth_year=year)
    record_said(person=person, facts=said, by=by, at=at)
