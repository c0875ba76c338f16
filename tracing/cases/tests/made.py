"""Departments, and somebody whose positive result was filed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from tracing.base.ids import uuid7
from tracing.cases.actions import open_or_join
from tracing.cases.models import Case
from tracing.cases.news import CaseNews, Said
from tracing.diseases.rules import Positive
from tracing.journal.actor import Actor, job
from tracing.jurisdictions.models import Unit
from tracing.people.models import Person
from tracing.people.rules import FEED

NOON = datetime(2021, 1, 15, 17, tzinfo=UTC)
"""Friday noon in Connecticut, in the winter wave: every case is called."""
TODAY = date(2021, 1, 15)
BY: Actor = job("test")
STAFF = Actor("staff", uuid7())


def days(number: int) -> timedelta:
    return timedelta(days=number)


def unit(code: str) -> Unit:
    state, _ = Unit.objects.get_or_create(
        code="ct", defaults={"name": "Connecticut", "kind": "state", "time_zone": "America/New_York"}
    )
    made, _ = Unit.objects.get_or_create(
        code=code, defaults={"name": code, "kind": "department", "parent": state, "time_zone": "America/New_York"}
    )
    return made


def positive(on: date, key: str = "", **more: Any) -> Positive:
    return Positive(key or f"r-{on}", on, "molecular", **more)


def said(field: str, value: Any, key: str, *, at: datetime = NOON) -> Said:
    return Said(field, value, FEED, at, "feed", key)


def news(
    person: Person, *results: Positive, home: str = "bethel", known: bool = True, at: datetime = NOON, **more: Any
) -> CaseNews:
    where = unit(home)
    return CaseNews(
        person=person.pk, disease="covid19", sort_key=person.sort_key, birth_on=date(1980, 3, 4), birth_year=1980, results=results,
        unit=where.pk, unit_known=known, follow_unit=where.pk, town=None, received_at=at, **more,
    )  # fmt: skip


def somebody(family: str = "Rivera") -> Person:
    return Person.objects.create(family=family, given="Maria", sort_key=f"{family.lower()}  maria", added_at=NOON)


def file(*all_news: CaseNews, at: datetime = NOON) -> None:
    open_or_join(news=all_news, by=BY, at=at)


def open_case(*, on: date = TODAY - timedelta(days=2), person: Person | None = None, **more: Any) -> Case:
    """A case of COVID-19 in Bethel whose specimen was taken two days ago."""
    who = person or somebody()
    file(news(who, positive(on), **more))
    return Case.objects.select_related("task", "isolation", "unit", "follow_unit").get(person=who)


def fresh(case: Case) -> Case:
    return Case.objects.select_related("task", "isolation", "unit", "follow_unit", "closure").get(pk=case.pk)
