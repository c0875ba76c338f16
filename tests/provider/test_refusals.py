"""Who comes back from the provider and is not let in: every refusal with its code."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from tests.provider.coming import BACK, BY, EMAIL, PASSWORD, account, come, is_in, person, refused
from tests.provider.fetch import present
from tests.provider.running import MISSING, Running, running
from tracing.access.actions import close_user
from tracing.access.models import (
    Identity,
    Membership,
    SignIn,
    UnknownGroup,
    User,
)
from tracing.access.provider import wire
from tracing.access.provider.actions import unlink

pytestmark = [pytest.mark.skipif(not present(), reason=MISSING), pytest.mark.django_db(transaction=True)]


def test_nobody_confirms_for_another(there: Running) -> None:
    client, _answer = come(there)
    person(there, "tracers", sub="ruth", email="ruth@example.org")
    _client, answer = come(there, client, to="/sign-in/factors", query="&confirm=1")
    refused(answer, "CT419")


def test_no_group_that_gives_a_role_and_none_by_hand(there: Running) -> None:
    person(there, "unheard-of")
    client, answer = come(there)
    refused(answer, "CT417")
    assert not is_in(client) and not User.objects.exists() and UnknownGroup.objects.count() == 1
    account()
    _client, answer = come(there)
    refused(answer, "CT417")
    assert SignIn.objects.filter(refused_for="no_role", succeeded=False).count() == 2


def test_no_address(there: Running) -> None:
    person(there, email=None, verified=None)
    refused(come(there)[1], "CT413")


@pytest.mark.parametrize("verified", [False, None])
def test_an_address_that_is_not_verified_never_links(there: Running, settings: Any, verified: bool | None) -> None:
    account(role="administrator")
    person(there, "tracers", verified=verified)
    refused(come(there)[1], "CT414")
    assert not Identity.objects.exists()
    settings.PROVIDER = replace(settings.PROVIDER, trusted_for_email=True)
    assert come(there)[1].status_code == 302


def test_two_accounts_there_with_one_address(there: Running) -> None:
    come(there)
    person(there, sub="another dana")
    refused(come(there)[1], "CT416")
    unlink(user=User.objects.get(), by=BY, at=timezone.now())
    assert come(there)[1].status_code == 302, "an administrator has unlinked the first"


def test_an_account_that_is_closed_here_and_alive_there(there: Running) -> None:
    come(there)
    close_user(user=User.objects.get(), by=BY, at=timezone.now())
    refused(come(there)[1], "CT415")
    close_user(user=account("ruth@example.org", role="tracer"), by=BY, at=timezone.now())
    person(there, sub="ruth", email="ruth@example.org")
    refused(come(there)[1], "CT415")


def test_groups_that_the_provider_left_out_end_nothing(there: Running) -> None:
    come(there)
    there.set(sub="dana", claims={"email": EMAIL, "email_verified": True, "_claim_names": {"groups": "src1"}})
    refused(come(there)[1], "CT412")
    assert Membership.objects.filter(valid_until=None).count() == 1


def test_a_token_that_has_ended(there: Running) -> None:
    person(there, lasts=60, aged=600)
    refused(come(there)[1], "CT407")
    assert SignIn.objects.get().refused_for == "expired"


def test_a_clock_that_is_wrong_is_named(there: Running) -> None:
    person(there, skew=3600)
    _client, answer = come(there)
    refused(answer, "CT408")
    assert "The clocks do not agree" in answer.content.decode()
    person(there, skew=60)
    assert come(there)[1].status_code == 302, "a minute is borne"


def test_who_says_no_there(there: Running) -> None:
    person(there, refuses=True)
    refused(come(there)[1], "CT418")


@pytest.mark.parametrize("change", ["state=invented", "", "state="])
def test_an_answer_to_something_that_was_not_begun_here(there: Running, change: str) -> None:
    client = Client()
    asked = client.get("/sign-in/provider")
    there.visit(asked["Location"], BACK)
    refused(client.get(f"/sign-in/provider/return?code=x&{change}"), "CT410")
    refused(Client().get(f"/sign-in/provider/return?code=x&{change}"), "CT410")
    assert not SignIn.objects.exists(), "anybody can call this address: it leaves no row"


def test_an_answer_that_comes_back_in_another_browser(there: Running) -> None:
    asked = Client().get("/sign-in/provider")
    path = there.visit(asked["Location"], BACK)
    other = Client()
    other.get("/sign-in/provider")
    refused(other.get(path), "CT410")


def test_a_nonce_of_another_sign_in(there: Running) -> None:
    client = Client()
    asked = client.get("/sign-in/provider")
    path = there.visit(asked["Location"], BACK)
    kept = signing.loads(client.cookies["contact-away"].value, salt="away")
    client.cookies["contact-away"] = signing.dumps(kept | {"nonce": "another"}, salt="away", compress=True)
    refused(client.get(path), "CT409")


def test_a_pass_is_good_once(there: Running) -> None:
    client = Client()
    asked = client.get("/sign-in/provider")
    client.get(there.visit(asked["Location"], BACK))
    kept = client.cookies["contact-pass"].value
    assert client.get("/sign-in/provider/finish").status_code == 302
    other = Client()
    other.cookies["contact-pass"] = kept
    refused(other.get("/sign-in/provider/finish"), "CT420")
    assert not is_in(other)
    refused(Client().get("/sign-in/provider/finish"), "CT420")


def test_a_provider_that_is_down_leaves_the_ways_that_are_configured(settings: Any) -> None:
    with running(BACK) as short:
        settings.PROVIDER = short.settings()
    wire.forget()
    settings.WITHOUT_PROVIDER = "administrators"
    answer = Client().get("/sign-in/provider")
    refused(answer, "CT401")
    assert answer.status_code == 503 and "Administrators of accounts" in answer.content.decode()
    settings.WITHOUT_PROVIDER = "nobody"
    assert "Password" not in Client().get("/sign-in/provider").content.decode()


def test_a_provider_that_is_slow_is_not_waited_for(there: Running, settings: Any) -> None:
    client = Client()
    path = there.visit(client.get("/sign-in/provider")["Location"], BACK)
    settings.PROVIDER = replace(settings.PROVIDER, seconds=1)
    person(there, slow=2)
    before = datetime.now()
    refused(client.get(path), "CT401")
    assert datetime.now() - before < timedelta(seconds=2)
    person(there)


@pytest.mark.parametrize(
    ("otherwise", "role", "source", "enters"),
    [("nobody", "administrator", "hand", False), ("administrators", "administrator", "hand", True),
     ("administrators", "administrator", "provider", False), ("administrators", "tracer", "hand", False), ("everybody", "tracer", "hand", True)],
)  # fmt: skip
def test_who_comes_in_without_the_provider(
    there: Running, settings: Any, otherwise: str, role: str, source: str, enters: bool
) -> None:
    account(role=role, password=PASSWORD)
    Membership.objects.update(source=source)
    settings.WITHOUT_PROVIDER = otherwise
    client = Client()
    client.post("/sign-in", {"email": EMAIL, "password": PASSWORD})
    assert is_in(client) is enters


def test_without_a_provider_its_addresses_say_so(settings: Any) -> None:
    assert settings.PROVIDER is None
    for path in ("/sign-in/provider", "/sign-in/provider/return"):
        refused(Client().get(path), "CT421")


def test_nothing_of_a_person_and_no_token_stands_in_the_log(there: Running, caplog: pytest.LogCaptureFixture) -> None:
    person(there, lasts=60, aged=600)
    come(there)
    assert "CT407" in caplog.text and EMAIL not in caplog.text and "code=" not in caplog.text and "eyJ" not in caplog.text


def test_on_the_way_there_and_back_the_database_is_asked_within_actions_alone(there: Running) -> None:
    from django.db import connection

    asked: list[tuple[str, str]] = []

    def watched(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((getattr(connection, "contact_role", ""), sql))
        return execute(sql, params, many, context)

    client = Client()
    with connection.execute_wrapper(watched):
        go = client.get("/sign-in/provider")
    assert not asked, "the way there asks nothing of the database"
    path = there.visit(go["Location"], BACK)
    with connection.execute_wrapper(watched):
        assert client.get(path).status_code == 302
    outside = [sql for role, sql in asked if role != "contact_act" and "set_config('role'" not in sql and sql != "RESET ROLE"]
    assert asked and not outside
    asked.clear()
    with connection.execute_wrapper(watched):
        refused(client.get("/sign-in/provider/return?state=invented"), "CT410")
    assert not asked, "what anybody can call asks nothing of the database"


def test_nothing_is_asked_of_the_provider_within_a_transaction(there: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connection

    within: list[bool] = []
    ask = wire._ask

    def watched(*args: Any, **kwargs: Any) -> wire.Answer:
        within.append(connection.in_atomic_block)
        return ask(*args, **kwargs)

    monkeypatch.setattr(wire, "_ask", watched)
    client, _answer = come(there)
    assert is_in(client) and len(within) >= 3 and not any(within)
