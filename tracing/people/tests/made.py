"""A state with two departments, and people as reports describe them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from tracing.base.ids import uuid7
from tracing.journal.actor import Actor, job
from tracing.jurisdictions.models import Unit
from tracing.people.actions import Found, Wanted, match_or_add
from tracing.people.facts import PersonFacts
from tracing.people.models import Match, Person
from tracing.people.rules import FEED

NOON = datetime(2021, 1, 15, 17, tzinfo=UTC)
BY: Actor = job("test")
HOME, MOBILE = "+12035550101", "+12035550102"
STAFF = Actor("staff", uuid7())


def unit(code: str = "ct") -> Unit:
    state, _ = Unit.objects.get_or_create(
        code="ct", defaults={"name": "Connecticut", "kind": "state", "time_zone": "America/New_York"}
    )
    if code == "ct":
        return state
    made, _ = Unit.objects.get_or_create(
        code=code, defaults={"name": code, "kind": "department", "parent": state, "time_zone": "America/New_York"}
    )
    return made


def maria(**changes: Any) -> PersonFacts:
    values: dict[str, Any] = {"family": "Rivera", "given": "Maria", "birth_on": date(1980, 3, 4), "sex": "F", "phones": (HOME,)}
    return PersonFacts(**{**values, **changes})


def wanted(facts: PersonFacts, *, as_of: datetime = NOON, **more: Any) -> Wanted:
    return Wanted(
        **{
            "report": uuid7(), "facts": facts, "as_of": as_of, "unit": unit().pk, "possible_until": NOON + timedelta(hours=2), **more,
        }
    )  # fmt: skip


def find(*facts: PersonFacts | Wanted, at: datetime = NOON, rank: int = FEED) -> list[Found]:
    """Match or add them as one set."""
    all_wanted = [one if isinstance(one, Wanted) else wanted(one) for one in facts]
    return match_or_add(wanted=all_wanted, rank=rank, source="feed", by=BY, at=at)


def add(facts: PersonFacts) -> Person:
    found = find(facts)[0]
    assert found.outcome == "new" and found.person is not None
    return Person.objects.get(pk=found.person)


def match_of(found: Found) -> Match:
    return Match.objects.get(report_id=found.report)
