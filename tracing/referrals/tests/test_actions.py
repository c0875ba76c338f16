"""Referred with consent, seen without a disease, and over when it is over."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tracing.access.models import Membership, Role, User
from tracing.access.viewer import Viewer, viewer
from tracing.access.visibility import visible_to
from tracing.base.ids import uuid7
from tracing.journal.actor import Actor
from tracing.journal.models import Disclosure, Entry
from tracing.jurisdictions.models import Unit
from tracing.people.actions import NewStanding, give_standings
from tracing.people.models import Address, Person, Standing, WayToReach
from tracing.referrals.actions import (
    CannotRefer,
    ReferralAnswered,
    accept_referral,
    decline_referral,
    end_referral,
    refer,
    withdraw_referral,
)
from tracing.referrals.models import Referral
from tracing.referrals.queries import listed, number_asked, people_at_home
from tracing.referrals.rules import household, seen_until

NOW = datetime.now(UTC).replace(microsecond=0)
TODAY = NOW.astimezone(ZoneInfo("America/New_York")).date()
STAFF = Actor("staff", uuid7())


def unit(code: str, kind: str = "department") -> Unit:
    state, _ = Unit.objects.get_or_create(code="ct", defaults={"name": "CT", "kind": "state", "time_zone": "America/New_York"})
    made, _ = Unit.objects.get_or_create(
        code=code, defaults={"name": code.title(), "kind": kind, "parent": state, "time_zone": "America/New_York"}
    )
    from tracing.jurisdictions.models import UnitAncestor

    UnitAncestor.objects.get_or_create(unit=made, ancestor=made, defaults={"depth": 0})
    return made


def coordinator(where: Unit) -> Viewer:
    role, _ = Role.objects.get_or_create(
        code="coordinator", defaults={"name": "x", "permissions": ["people.see", "referrals.see"], "sight": "contact"}
    )
    user = User.objects.create(email=f"{uuid7()}@example.org", name="Coordinator")
    Membership.objects.create(user=user, role=role, unit=where, valid_from=NOW - timedelta(days=1))
    return viewer(user, at=NOW)


def somebody(home: Unit, family: str = "Rivera") -> Person:
    person = Person.objects.create(family=family, given="Ana", language="es", birth_on=date(1950, 5, 5), added_at=NOW)
    WayToReach.objects.create(person=person, kind="phone", value="+12035550142", source="lab", as_of=NOW)
    Address.objects.create(person=person, kind="residence", street="14 Elm St", city="New Haven", key="14 elm st|06511", unit=home,
                           source="lab", as_of=NOW)  # fmt: skip
    give_standings(standings=[NewStanding(person.pk, home.pk, "residence", "covid19")], by=STAFF, at=NOW - timedelta(hours=1))
    return person


def ask(person: Person, to: Unit, home: Unit, **more: Any) -> Referral:
    values: dict[str, Any] = {"needs": ["food", "medicine"], "until_on": TODAY + timedelta(days=5), "agreed_by": "Ana herself"} | more
    return refer(person=person, unit=to, from_unit=home.pk, by=STAFF, at=NOW, **values)


@pytest.mark.django_db
def test_the_organisation_sees_whom_to_help_and_nothing_of_why() -> None:
    home, helpers, others = unit("home"), unit("helpers", "community"), unit("others", "community")
    who, stranger = coordinator(helpers), coordinator(others)
    person = somebody(home)
    somebody(home, "Rivera Soto")
    assert people_at_home(person.pk) == 2
    assert not visible_to(Person.objects.all(), who).exists()
    row = ask(person, helpers, home, note="Ring twice.")
    assert (row.household_size, row.language, row.needs) == (2, "es", ["food", "medicine"])
    assert list(visible_to(Person.objects.all(), who)) == [person] and visible_to(WayToReach.objects.all(), who).count() == 1
    assert visible_to(Address.objects.all(), who).count() == 1
    assert listed(who) == ([row], False) and number_asked(who) == 1
    assert listed(stranger) == ([], False) and not visible_to(Person.objects.all(), stranger).exists()
    standing = Standing.objects.get(unit=helpers)
    assert (standing.why, standing.disease) == ("referred", "") and standing.until == seen_until(row.until_on, ZoneInfo("America/New_York"))
    entry = Entry.objects.get(verb="referral.made")
    assert entry.disease == "" and "Ring" not in str(entry.codes)
    disclosed = Disclosure.objects.get()
    assert (disclosed.way, disclosed.ground, disclosed.persons, disclosed.disease) == ("referral", "consent", [person.pk], "")


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["end", "decline", "withdraw"])
def test_over_is_over(how: str) -> None:
    home, helpers = unit("home"), unit("helpers", "community")
    who = coordinator(helpers)
    person = somebody(home)
    row = ask(person, helpers, home)
    if how == "end":
        accept_referral(referral=row, by=STAFF, at=NOW)
        end_referral(referral=row, outcome="met", note="Twice.", by=STAFF, at=NOW)
    elif how == "decline":
        decline_referral(referral=row, note="No driver.", by=STAFF, at=NOW)
    else:
        withdraw_referral(referral=row, by=STAFF, at=NOW)
    row.refresh_from_db()
    assert row.state == {"end": "ended", "decline": "declined", "withdraw": "withdrawn"}[how]
    assert not visible_to(Person.objects.all(), who).exists(), "seen no longer"
    assert listed(who, over=True)[0] == [row], "that there was one is known"
    for again in (
        lambda: accept_referral(referral=row, by=STAFF, at=NOW), lambda: end_referral(referral=row, outcome="met", by=STAFF, at=NOW),
        lambda: withdraw_referral(referral=row, by=STAFF, at=NOW),
    ):  # fmt: skip
        with pytest.raises(ReferralAnswered):
            again()
    ask(person, helpers, home), "and can be asked again"


REFUSED = [
    ("not_agreed", {"agreed_by": "  "}), ("no_need", {"needs": []}), ("no_need", {"needs": ["pony"]}),
    ("past", {"until_on": TODAY - timedelta(days=1)}), ("too_long", {"until_on": TODAY + timedelta(days=91)}),
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("code", "more"), REFUSED)
def test_what_is_refused(code: str, more: dict[str, Any]) -> None:
    home, helpers = unit("home"), unit("helpers", "community")
    coordinator(helpers)
    with pytest.raises(CannotRefer, match=code):
        ask(somebody(home), helpers, home, **more)
    assert not Standing.objects.filter(unit=helpers).exists() and not Disclosure.objects.exists()


@pytest.mark.django_db
def test_only_an_organisation_that_is_there_and_once() -> None:
    home, helpers, empty, closed = unit("home"), unit("helpers", "community"), unit("empty", "community"), unit("closed", "community")
    coordinator(helpers)
    coordinator(closed)
    Unit.objects.filter(pk=closed.pk).update(active_until=TODAY)
    person = somebody(home)
    for code, where in (("no_organisation", unit("danbury")), ("nobody_there", empty), ("unit_closed", closed)):
        with pytest.raises(CannotRefer, match=code):
            ask(person, where, home)
    row = ask(person, helpers, home)
    with pytest.raises(CannotRefer, match="referred_already"):
        ask(person, helpers, home)
    with pytest.raises(CannotRefer, match="no_outcome"):
        end_referral(referral=row, outcome="magic", by=STAFF, at=NOW)


@pytest.mark.parametrize(("people", "size"), [(0, None), (1, 1), (12, 12), (13, None), (900, None)])
def test_a_hall_is_no_household(people: int, size: int | None) -> None:
    assert household(people) == size


def test_until_when_it_is_seen() -> None:
    zone = ZoneInfo("America/New_York")
    assert seen_until(date(2021, 3, 1), zone) == datetime(2021, 3, 16, tzinfo=zone)
