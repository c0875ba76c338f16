"""A small believable state for the tests of pages: the real profile, staff of each role, people with cases in two departments."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.test import Client

from tracing.access.actions import add_user, grant_membership, load_roles
from tracing.access.models import Role, User
from tracing.base.ids import uuid7
from tracing.base.text import sort_key
from tracing.cases.models import Case
from tracing.cases.news import CaseNews
from tracing.contacts.actions import record_cases
from tracing.diseases.rules import Positive
from tracing.journal.actor import Actor, job
from tracing.jurisdictions.actions import load_profile
from tracing.jurisdictions.models import Town, Unit
from tracing.people.actions import Wanted, match_or_add, settle_match
from tracing.people.facts import AddressFacts, PersonFacts
from tracing.people.models import Match, Person
from tracing.people.rules import FEED

BY = job("test")
PASSWORD = "a long enough password"
ROLES = ("tracer", "supervisor", "state_epidemiologist", "interface_manager", "administrator")


@dataclass
class World:
    at: datetime
    units: dict[str, Unit]
    staff: dict[str, User] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)

    def client(self, who: str) -> Client:
        client = Client()
        client.force_login(self.staff[who])
        return client

    def actor(self, who: str) -> Actor:
        return Actor("staff", self.staff[who].pk)


def world(at: datetime) -> World:
    """Staff of every role at New Haven or the state (key: role), and a tracer of Hartford (key: "elsewhere")."""
    profile = Path(settings.PROFILES) / "connecticut"
    load_profile(profile=profile, by=BY, at=at)
    load_roles(roles=tomllib.loads((profile / "roles.toml").read_text())["role"], by=BY, at=at)
    made = World(at, {unit.code: unit for unit in Unit.objects.all()})
    roles = {role.code: role for role in Role.objects.all()}
    for role in ROLES:
        home = "new-haven" if role in ("tracer", "supervisor") else "ct"
        made.staff[role] = _staff(made, role, roles[role], made.units[home], at)
    made.staff["elsewhere"] = _staff(made, "elsewhere", roles["tracer"], made.units["hartford"], at)
    made.staff["nobody"] = add_user(email="nobody@example.org", name="No Role", password=PASSWORD, by=BY, at=at)
    return made


def _staff(made: World, name: str, role: Role, unit: Unit, at: datetime) -> User:
    user = add_user(email=f"{name}@example.org", name=f"{name.replace('_', ' ').title()} One", password=PASSWORD, by=BY, at=at)
    grant_membership(user=user, role=role, unit=unit, since=at - timedelta(days=1), by=BY, at=at)
    return user


def add_case(
    made: World, family: str, given: str, *, town: str = "new-haven", unit: str = "new-haven", phone: str = "", days_ago: int = 1,
    born: date | None = date(1950, 5, 5), language: str = "", street: str = "", disease: str = "covid19", **more: Any,
) -> Case:  # fmt: skip
    """Somebody whose positive specimen was taken so many days ago, filed as a report files them."""
    at, place = made.at, Town.objects.get(code=town)
    home = made.units[unit]
    address = AddressFacts("residence", street, place.name, "CT", "06511", f"{street.lower()}|06511" if street else f"{place.name} ct",
                           place.pk, home.pk, False, ("exact_town",))  # fmt: skip
    facts = PersonFacts(family=family, given=given, birth_on=born, birth_year=born.year if born else None, language=language,
                        phones=(phone,) if phone else (), addresses=(address,), sex=more.pop("sex", "F"))  # fmt: skip
    wanted = Wanted(report=uuid7(), facts=facts, as_of=at, unit=home.pk, possible_until=at)
    person = match_or_add(wanted=[wanted], rank=FEED, source="lab", by=BY, at=at)[0].person
    if person is None:
        # Names that differ by a number, born on one day: somebody has decided that they are two.
        match = settle_match(match=Match.objects.get(report_id=wanted.report), person=None, by=BY, at=at)
        person = match_or_add(wanted=[replace(wanted, match=match)], rank=FEED, source="lab", by=BY, at=at)[0].person
    assert person is not None
    specimen = at.date() - timedelta(days=days_ago)
    news = CaseNews(
        person=person, disease=disease, sort_key=sort_key(family, given), birth_on=born, birth_year=born.year if born else None,
        results=(Positive(f"key-{uuid7()}", specimen, "molecular"),), unit=home.pk, unit_known=True, follow_unit=home.pk,
        town=place.pk, received_at=at, **more,
    )  # fmt: skip
    case = next(iter(record_cases(news=[news], by=BY, at=at).values()))
    found = Case.objects.select_related("person", "task", "isolation").get(pk=case)
    made.cases[f"{given} {family}"] = found
    return found


def person_of(case: Case) -> Person:
    return Person.objects.get(pk=case.person_id)


@lru_cache(maxsize=1)
def noon_of_today() -> datetime:
    """The last noon of Connecticut that has passed: calls may be made then, and what began then holds by now."""
    noon = datetime.now(UTC).replace(hour=17, minute=0, second=0, microsecond=0)
    return noon if noon < datetime.now(UTC) else noon - timedelta(days=1)


def keys(cases: list[Case]) -> list[UUID]:
    return [case.pk for case in cases]
