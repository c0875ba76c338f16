"""What is said with force: advice given, a refusal, an order that waits for the director, one in force, a death with its next of kin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


def seed(*, at: datetime, say: Callable[[str], None]) -> str:
    from django.db.models import Q

    from tracing.access.models import User
    from tracing.cases.models import Case
    from tracing.journal.actor import Actor
    from tracing.jurisdictions.models import Unit
    from tracing.monitoring import actions
    from tracing.monitoring.models import Order
    from tracing.monitoring.queries import holding, to_advise, whereabouts
    from tracing.people.death import record_death
    from tracing.people.kin import name_kin

    if Order.objects.exists():
        return "nothing new"
    home = Unit.objects.get(code="new-haven")
    ours = Actor("staff", User.objects.get(email="supervisor@demo.example").pk)
    director = Actor("staff", User.objects.get(email="director@demo.example").pk)
    today = at.astimezone(ZoneInfo(home.time_zone)).date()
    staying = Case.objects.filter(unit=home, closure=None, merged_into=None, person__given__gt="").filter(
        Q(isolation__ends_on=None, isolation__isnull=False) | Q(isolation__ends_on__gte=today)
    )
    cases = list(staying.select_related("person").order_by("-opened_at", "id")[:6])
    for case in cases[:3]:
        actions.give_advice(person=case.person_id, disease=case.disease, said=to_advise(holding(case.person_id, case.disease), on=today),
                            language=case.person.language or "en", channel="call", by=ours, at=at)  # fmt: skip
    drafted = []
    for case in cases[:2]:
        actions.refuse(person=case.person_id, disease=case.disease, scopes=["contacts"], note="That is my business.", by=ours, at=at)
        drafted.append(actions.draft_order(
            person=case.person, disease=case.disease, unit=home, starts_on=today, ends_on=today + timedelta(days=5),
            basis="A positive test; seen at work on two days of the isolation that was asked of them.",
            place=whereabouts(case.person_id)[0] or "At home", terms="Groceries are brought on request.", on=today, by=ours, at=at,
        ))  # fmt: skip
    for order in drafted[1:]:
        signed = actions.sign_order(order=order, signer="Joan Pratt, MD, MPH", by=director, at=at)
        actions.serve_order(order=signed, how="in_person", by=ours, at=at)
    for case in cases[5:6]:
        record_death(person=case.person_id, died_on=today - timedelta(days=1), source="staff", by=ours, at=at)
        name_kin(person=case.person_id, name="Elena " + case.person.family, relation="spouse", phone="+12035550188", language="es", by=ours, at=at)
    return f"{len(drafted)} orders"
