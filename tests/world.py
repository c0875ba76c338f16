"""A small Connecticut for tests that cross rooms: the profile, roles, one laboratory, and reports made on purpose."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from django.db import connection

from config.demo.lab.formats import make_message
from config.demo.lab.invented import Invented, person
from config.demo.lab.orders import CHARTER_OAK, CLINICS, NEGATIVE, PCR, POSITIVE, Answer, Finding, Order
from tracing.access.actions import load_roles
from tracing.cases.models import Case
from tracing.intake.actions.filing import file_waiting
from tracing.intake.actions.reading import read_delivery
from tracing.intake.actions.receiving import receive
from tracing.intake.actions.sources import add_source
from tracing.intake.models import Delivery, LabResult, Source
from tracing.journal.actor import Actor, job
from tracing.jurisdictions.actions import load_profile
from tracing.jurisdictions.models import Unit
from tracing.people.models import Person

NOW = datetime(2021, 1, 15, 15, 0, tzinfo=UTC)
"""A Friday in the winter wave, ten in the morning in Connecticut: every case is called."""
BY: Actor = job("test")
PROFILE = Path(__file__).parents[1] / "profiles" / "connecticut"

_numbers = itertools.count(1)


def settled() -> None:
    """What was made for all tests of a file is checked and counted once: what is left for later would be checked at the end of each test,
    and tables that nobody has counted are read by plans for other sizes."""
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def connecticut() -> Source:
    """Load the profile and the roles; returns one laboratory."""
    import tomllib

    load_profile(profile=PROFILE, by=BY, at=NOW)
    load_roles(roles=tomllib.loads((PROFILE / "roles.toml").read_text())["role"], by=BY, at=NOW)
    state = Unit.objects.get(kind="state")
    return add_source(code="charter-oak", name="Charter Oak Reference Laboratory", unit=state, by=BY, at=NOW)


def somebody(seed: int, **changes: Any) -> Invented:
    """An invented person, the same for the same seed."""
    return replace(person(Random(seed), seed, today=NOW.date()), **changes)


def order(
    who: Invented,
    *,
    on: date = date(2021, 1, 13),
    result: tuple[str, str] = POSITIVE,
    test: tuple[str, str] = PCR,
    status: str = "F",
    accession: str = "",
    sent: datetime | None = None,
    answers: tuple[Answer, ...] = (),
    **changes: Any,
) -> Order:
    """One report about `who`. `sent` is the instant of this version; the accession names the result across versions."""
    number = next(_numbers)
    collected = datetime(on.year, on.month, on.day, 14, 0, tzinfo=UTC)
    return Order(
        person=who, findings=(Finding(test[0], test[1], result[0], result[1], status),), collected=collected,
        resulted=sent or collected + timedelta(days=1), accession=accession or f"T{number:06}", control_id=f"M{number:06}",
        lab=CHARTER_OAK, facility=CLINICS[0], answers=answers, **changes,
    )  # fmt: skip


def send(source: Source, *orders: Order, at: datetime = NOW) -> None:
    """Receive and read the reports, each as a delivery of its own."""
    for one in orders:
        deliver(source, make_message(one), at=at)


def deliver(source: Source, content: bytes, *, at: datetime = NOW) -> Delivery:
    """Receive and read some bytes."""
    receipt = receive(source=source, chunks=[content], channel="command", name="test", by=BY, at=at)
    delivery = Delivery.objects.get(pk=receipt.id)
    if delivery.state == Delivery.State.WAITING:
        read_delivery(delivery=delivery, by=BY, at=at)
    return delivery


def file_all(at: datetime = NOW, limit: int = 100) -> int:
    """File until nothing waits."""
    total = 0
    while filed := file_waiting(limit=limit, by=BY, at=at):
        total += filed
    return total


def snapshot() -> dict[str, Any]:
    """People, cases, classes and dates, without keys and instants: what must not depend on the order of arrival."""
    people: dict[UUID | None, tuple[str, ...]] = {
        p.pk: (p.family, p.given, str(p.birth_on), p.sex) for p in Person.objects.all()
    }
    cases = sorted(
        (
            people[c.person_id], c.disease, str(c.first_positive_on), str(c.last_positive_on), c.classification, c.needs_review,
            str(c.onset_on), c.symptomatic, c.scope, c.closure.reason if c.closure else "",
            (str(c.isolation.starts_on), str(c.isolation.ends_on), c.isolation.rule) if c.isolation else None,
        )
        for c in Case.objects.select_related("isolation", "closure")
    )  # fmt: skip
    results = sorted(
        (r.key, r.result, str(r.version_at), r.current, people.get(r.person_id, ("",)) if r.result == "positive" else None)
        for r in LabResult.objects.all()
    )
    return {"people": sorted(people.values()), "cases": cases, "results": results}


__all__ = ["BY", "NEGATIVE", "NOW", "POSITIVE", "connecticut", "deliver", "file_all", "order", "send", "snapshot", "somebody"]
