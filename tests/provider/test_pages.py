"""Signing in at the certified provider through our pages: accounts, groups, second factor."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.provider.coming import EMAIL, account, come, is_in, person, refused
from tests.provider.fetch import present
from tests.provider.running import MISSING, Running
from tracing.access.models import (
    Factor,
    GrantProposal,
    GroupMapping,
    Identity,
    Membership,
    Role,
    Session,
    SignIn,
    UnknownGroup,
    User,
)
from tracing.journal.models import Entry

pytestmark = [pytest.mark.skipif(not present(), reason=MISSING), pytest.mark.django_db(transaction=True)]


def test_the_button_stands_on_the_one_entry(there: Running) -> None:
    page = Client().get("/sign-in?next=/lists/cases").content.decode()
    assert "Sign in with State Sign-in" in page and "/sign-in/provider?next=/lists/cases" in page and "Password" not in page


def test_a_new_account_gets_the_roles_of_its_groups(there: Running) -> None:
    person(there, "tracers", "unheard-of", amr=["pwd", "mfa"])
    client, answer = come(there, to="/lists/cases")
    assert answer["Location"] == "/lists/cases" and is_in(client)
    user = User.objects.get()
    assert (user.email, user.name, user.has_usable_password()) == (EMAIL, "Dana Okafor", False)
    held = Membership.objects.get()
    assert (held.source, held.group, held.role.code) == ("provider", "tracers", "tracer")
    assert UnknownGroup.objects.get().group == "unheard-of"
    row = SignIn.objects.get()
    assert (row.succeeded, row.method, row.factor) == (True, "provider", "provider")
    verbs = set(Entry.objects.values_list("verb", flat=True))
    assert {
        "user.added",
        "user.linked",
        "membership.granted",
        "group.unknown",
        "user.came_from_provider",
        "user.signed_in",
    } <= verbs
    assert Session.objects.get().user == user


def test_groups_are_followed_at_each_sign_in_and_what_was_given_by_hand_stays(there: Running) -> None:
    user = account(role="administrator")
    held = Membership.objects.filter(source="provider", valid_until=None).order_by("group").values_list("group", flat=True)
    person(there, "tracers", "Callers", amr=["mfa"])
    come(there)
    assert list(held.all()) == ["callers", "tracers"]
    person(there, "callers", "admins", amr=["mfa"])
    client, _answer = come(there)
    assert list(held.all()) == ["callers"], "what is held by hand is not given twice"
    person(there, "nothing", amr=["mfa"])
    _client, answer = come(there)
    assert answer.status_code == 302, "the role that was granted by hand still lets in"
    assert not Membership.objects.filter(source="provider", valid_until=None).exists()
    assert Membership.objects.filter(user=user, source="hand", valid_until=None).count() == 1
    GroupMapping.objects.update(ended_at=timezone.now())
    assert is_in(client)


def test_a_role_that_two_people_grant_is_proposed_and_opens_nothing_before(there: Running) -> None:
    mapped_by = account("ruth@example.org", role="administrator")
    Role.objects.filter(code="caller").update(powerful=True)
    GroupMapping.objects.update(by=mapped_by.pk)
    person(there, "callers", amr=["mfa"])
    for _ in range(2):
        refused(come(there)[1], "CT417")
    proposal = GrantProposal.objects.get()
    assert (proposal.role.code, proposal.asked_by, proposal.answer) == ("caller", mapped_by.pk, "")
    assert not Membership.objects.filter(source="provider").exists()


def test_an_account_is_found_by_a_verified_address_and_from_then_on_by_its_subject(there: Running) -> None:
    user = account(role="tracer")
    person(there, "x", amr=["mfa"])
    come(there)
    assert Identity.objects.get().user == user
    person(there, "x", email="new.name@example.org", verified=False, amr=["mfa"])
    client, _answer = come(there)
    assert is_in(client) and User.objects.count() == 1


def test_where_the_provider_does_not_vouch_a_second_factor_is_asked_here(there: Running, settings: Any) -> None:
    settings.DEMO = False
    client, answer = come(there, to="/lists/cases")
    assert answer["Location"] == "/sign-in/factors" and not is_in(client)
    assert client.get("/sign-in/factors/app").status_code == 200, "an account without a password can make one"
    settings.PROVIDER = replace(settings.PROVIDER, trusted_for_factor=True)
    client, answer = come(there, to="/lists/cases")
    assert answer["Location"] == "/lists/cases" and is_in(client)


def test_who_confirms_is_sent_to_the_provider_once_more(there: Running) -> None:
    client, _answer = come(there)
    session = client.session
    session["confirmed"] = (timezone.now() - timedelta(hours=1)).isoformat()
    session.save()
    page = client.get(client.get("/sign-in/factors/app")["Location"]).content.decode()
    assert "/sign-in/provider?confirm=1&amp;next=/sign-in/factors/app" in page and 'name="password"' not in page
    _client, answer = come(there, client, to="/sign-in/factors/app", query="&confirm=1")
    assert answer["Location"] == "/sign-in/factors/app" and client.get("/sign-in/factors/app").status_code == 200
    assert is_in(client) and not Factor.objects.exists()
