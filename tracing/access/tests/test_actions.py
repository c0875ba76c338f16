"""Accounts, roles and memberships: who may what, where, and until when."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tracing.access.actions import (
    EmailTaken,
    SignInRefused,
    UnknownPermission,
    add_user,
    close_user,
    end_membership,
    grant_membership,
    load_roles,
    sign_in,
)
from tracing.access.entry.rules import PAIR_PAUSE
from tracing.access.models import Membership, Role, Session, SignIn, User
from tracing.access.viewer import NOBODY, viewer
from tracing.journal.actions import Unchanged
from tracing.journal.actor import Actor, job
from tracing.journal.models import Entry
from tracing.jurisdictions.models import Unit, UnitAncestor

pytestmark = pytest.mark.django_db

NOON = datetime(2021, 1, 15, 17, tzinfo=UTC)
BY: Actor = job("test")
PASSWORD = "a long enough password"
HERE, THERE = "192.0.2.1", "192.0.2.2"
ROLES: list[dict[str, Any]] = [
    {"code": "tracer", "name": "Tracer", "description": "Calls.", "permissions": ["people.see", "cases.see"]},
    {"code": "reviewer", "name": "Reviewer", "description": "Reviews.", "permissions": ["intake.review"]},
]


def unit(code: str, kind: str = "department", parent: Unit | None = None) -> Unit:
    made, new = Unit.objects.get_or_create(
        code=code, defaults={"name": code, "kind": kind, "parent": parent, "time_zone": "America/New_York"}
    )
    if new:
        above, depth = made, 0
        while above is not None:
            UnitAncestor.objects.create(ancestor=above, unit=made, depth=depth)
            above, depth = above.parent, depth + 1  # type: ignore[assignment]
    return made


@pytest.fixture
def dana() -> User:
    load_roles(roles=ROLES, by=BY, at=NOON)
    return add_user(email=" Dana@Example.org ", name="Dana Whitlock", password=PASSWORD, by=BY, at=NOON)


def grant(user: User, role: str, where: Unit, *, since: timedelta = timedelta(0), until: timedelta | None = None) -> Membership:
    made = grant_membership(
        user=user, role=Role.objects.get(code=role), unit=where, since=NOON + since,
        until=None if until is None else NOON + until, by=BY, at=NOON,
    )  # fmt: skip
    assert not isinstance(made, Unchanged)
    return made


# ── roles ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_roles_are_what_the_profile_says_and_repeating_changes_nothing() -> None:
    roles = tomllib.loads((Path(settings.PROFILES) / "connecticut" / "roles.toml").read_text())["role"]
    load_roles(roles=roles, by=BY, at=NOON)
    assert set(Role.objects.values_list("code", flat=True)) == {role["code"] for role in roles}
    assert isinstance(load_roles(roles=roles, by=BY, at=NOON), Unchanged)
    load_roles(roles=[{**roles[0], "permissions": ["people.see"]}], by=BY, at=NOON)
    assert Role.objects.get(code=roles[0]["code"]).permissions == ["people.see"] and Role.objects.count() == len(roles)
    assert Entry.objects.filter(verb="roles.loaded").count() == 2


def test_a_role_with_a_permission_that_does_not_exist_is_refused_and_named() -> None:
    with pytest.raises(UnknownPermission, match=r"role tracer: cases\.seee\. Known: people\.see"):
        load_roles(roles=[{**ROLES[0], "permissions": ["cases.seee"]}], by=BY, at=NOON)
    assert not Role.objects.exists()


# ── accounts ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_address_has_one_account_however_it_is_written(dana: User) -> None:
    assert dana.email == "dana@example.org"
    with pytest.raises(EmailTaken):
        add_user(email="DANA@example.ORG", name="Another", password=None, by=BY, at=NOON)


def test_an_account_is_closed_once(dana: User) -> None:
    assert close_user(user=dana, by=BY, at=NOON)
    assert isinstance(close_user(user=dana, by=BY, at=NOON), Unchanged)
    assert Entry.objects.filter(verb="user.closed").count() == 1


# ── memberships, and who is looking ─────────────────────────────────────────────────────────────────────────────────


def test_a_role_reaches_the_unit_and_all_below_it(dana: User) -> None:
    state = unit("ct", "state")
    region = unit("region-1", "region", state)
    bethel, danbury, team = unit("bethel", parent=region), unit("danbury", parent=state), unit("team", "team", unit("bethel"))
    grant(dana, "tracer", region)
    who = viewer(dana, at=NOON)
    assert who.units["cases.see"] == {region.pk, bethel.pk, team.pk} and who.home == region.pk
    assert who.may("cases.see") and who.may("cases.see", team.pk) and not who.may("cases.see", danbury.pk)
    assert not who.may("intake.review") and not who.may("cases.see", state.pk) and who.everywhere == frozenset()


def test_a_role_in_the_state_reaches_units_that_are_added_later(dana: User) -> None:
    state = unit("ct", "state")
    grant(dana, "tracer", state)
    who = viewer(dana, at=NOON)
    later = unit("added-later", parent=state)
    assert (
        who.everywhere == {"people.see", "cases.see"} and who.may("cases.see", later.pk) and not who.may("intake.review", later.pk)
    )


def test_roles_in_two_units_are_not_mixed(dana: User) -> None:
    state = unit("ct", "state")
    bethel, danbury = unit("bethel", parent=state), unit("danbury", parent=state)
    grant(dana, "tracer", bethel, since=-timedelta(days=2))
    grant(dana, "reviewer", danbury, since=-timedelta(days=1))
    who = viewer(dana, at=NOON)
    assert who.may("cases.see", bethel.pk) and not who.may("cases.see", danbury.pk)
    assert who.may("intake.review", danbury.pk) and not who.may("intake.review", bethel.pk)
    assert (who.home, who.roles) == (bethel.pk, ("tracer", "reviewer"))


@pytest.mark.parametrize(
    ("after", "may"),
    [(timedelta(days=-1, seconds=-1), False), (timedelta(days=-1), True), (timedelta(0), True), (timedelta(days=1), False)],
)
def test_a_membership_lasts_from_one_instant_until_another(dana: User, after: timedelta, may: bool) -> None:
    """The first instant counts, the last one does not."""
    grant(dana, "tracer", unit("ct", "state"), since=-timedelta(days=1), until=timedelta(days=1))
    assert viewer(dana, at=NOON + after).may("cases.see") is may


def test_a_membership_is_granted_once_and_ended_once(dana: User) -> None:
    state = unit("ct", "state")
    membership = grant(dana, "tracer", state, since=-timedelta(days=1))
    again = grant_membership(user=dana, role=Role.objects.get(code="tracer"), unit=state, since=NOON, by=BY, at=NOON)
    assert isinstance(again, Unchanged)
    assert end_membership(membership=membership, by=BY, at=NOON)
    assert isinstance(end_membership(membership=membership, by=BY, at=NOON + timedelta(days=1)), Unchanged)
    assert viewer(dana, at=NOON - timedelta(seconds=1)).may("cases.see") and not viewer(dana, at=NOON).may("cases.see")
    assert list(Entry.objects.filter(verb__startswith="membership.").values_list("verb", flat=True).order_by("verb")) == [
        "membership.ended", "membership.granted",
    ]  # fmt: skip


def test_a_closed_account_is_nobody(dana: User) -> None:
    grant(dana, "tracer", unit("ct", "state"))
    close_user(user=dana, by=BY, at=NOON)
    who = viewer(User.objects.get(pk=dana.pk), at=NOON)
    assert not who.may("cases.see") and who.everywhere == frozenset() and who.units == {}
    assert not NOBODY.may("people.see")


# ── signing in ──────────────────────────────────────────────────────────────────────────────────────────────────────


def attempt(
    password: str = PASSWORD, *, email: str = "dana@example.org", address: str | None = HERE, minutes: float = 0
) -> User | SignInRefused:
    return sign_in(email=email, password=password, address=address, by=BY, at=NOON + timedelta(minutes=minutes))


def test_the_right_password_opens_and_the_attempt_is_kept(dana: User) -> None:
    assert attempt(email=" DANA@example.org ") == dana
    row = SignIn.objects.get()
    assert (row.user, row.succeeded, row.address) == (dana, True, HERE) and "dana" not in row.account_digest


@pytest.mark.parametrize(
    ("email", "password"), [("dana@example.org", "wrong"), ("stranger@example.org", PASSWORD), ("dana@example.org", ""), ("", "")]
)
def test_every_refusal_is_the_same(dana: User, email: str, password: str) -> None:
    assert attempt(password, email=email) == SignInRefused(pause=False)
    assert SignIn.objects.get().succeeded is False and Entry.objects.get(verb="user.sign_in_refused")


def test_an_account_without_a_password_and_a_closed_one_do_not_open(dana: User) -> None:
    add_user(email="sso@example.org", name="Only through a provider", password=None, by=BY, at=NOON)
    assert attempt("", email="sso@example.org") == attempt("None", email="sso@example.org") == SignInRefused(pause=False)
    close_user(user=dana, by=BY, at=NOON)
    assert attempt() == SignInRefused(pause=False)


def test_who_guesses_pauses_and_nobody_else_does(dana: User) -> None:
    add_user(email="ruth@example.org", name="Ruth", password=PASSWORD, by=BY, at=NOON)
    for _ in range(5):
        assert attempt("wrong") == SignInRefused(pause=False)
    assert attempt() == SignInRefused(pause=True), "not even with the right one"
    assert attempt(email="Dana@Example.ORG") == SignInRefused(pause=True), "however it is written"
    assert attempt(address=THERE) == dana, "a stranger elsewhere does not keep her out"
    assert isinstance(attempt(email="ruth@example.org"), User), "nor her colleague at the same address"


def test_the_pause_ends_by_itself(dana: User) -> None:
    for _ in range(5):
        attempt("wrong")
    minutes = PAIR_PAUSE.total_seconds() / 60
    assert attempt(minutes=minutes - 0.1) == SignInRefused(pause=True)
    assert attempt(minutes=minutes) == dana


def test_an_account_that_does_not_exist_pauses_alike(dana: User) -> None:
    """Otherwise the pause would tell which addresses have accounts."""
    for _ in range(5):
        attempt("wrong", email="stranger@example.org")
    assert attempt("wrong", email="stranger@example.org") == SignInRefused(pause=True)


# ── leaving ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def signed_in(dana: User) -> Client:
    grant(dana, "tracer", unit("ct", "state"))
    client = Client()
    client.force_login(dana)
    assert Session.objects.get().user == dana
    assert client.get("/search").status_code != 302
    return client


def test_a_leaver_is_nobody_on_the_next_request(dana: User, signed_in: Client) -> None:
    close_user(user=dana, by=BY, at=NOON)
    assert signed_in.get("/search").status_code == 302


def test_whose_role_has_ended_may_nothing_on_the_next_request(dana: User, signed_in: Client) -> None:
    end_membership(membership=Membership.objects.get(), by=BY, at=NOON + timedelta(seconds=1))
    assert signed_in.get("/search").status_code == 403
