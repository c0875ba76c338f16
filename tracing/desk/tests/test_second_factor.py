"""The second factor through its pages: led to it, made, asked for, lost, taken away."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tracing.access.actions import add_user
from tracing.access.entry import actions as entry
from tracing.access.factors import actions as factors
from tracing.access.factors import totp
from tracing.access.models import Factor, RecoveryCode, Session, SignIn, User
from tracing.desk.tests.world import BY, PASSWORD, World
from tracing.journal.models import Entry

pytestmark = pytest.mark.django_db
WHO = "tracer@example.org"
SECRET = b"12345678901234567890"
KEYS = ["only-for-tests-" + "x" * 40]


@pytest.fixture
def now() -> datetime:
    """The hour that it is: codes of an app, and sessions, go by the clock."""
    return timezone.now()


@pytest.fixture
def demanded(settings: Any) -> None:
    """As it is everywhere but in the demonstration."""
    settings.DEMO = False


def password(client: Client, email: str = WHO, **more: str) -> Any:
    return client.post("/sign-in", {"email": email, "password": PASSWORD, **more})


def code(minutes: float = 0) -> str:
    return totp.code_of(SECRET, totp.step_at(timezone.now() + timedelta(minutes=minutes)))


def with_app(user: User) -> Factor:
    at = timezone.now() - timedelta(minutes=10)
    made = factors.add_app(
        user=user, secret=SECRET, code=totp.code_of(SECRET, totp.step_at(at)), name="My phone", keys=KEYS, by=BY, at=at
    )
    assert isinstance(made, Factor)
    return made


def secret_on(page: str) -> bytes:
    import base64

    found = re.search(r"<code>([A-Z2-7 ]{32,50})</code>", page)
    assert found
    return base64.b32decode(found[1].replace(" ", ""))


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


# ── led to the first one ─────────────────────────────────────────────────────────────────────────────────────────────


def test_who_has_none_is_led_to_make_one_and_sees_nothing_before(made: World, demanded: None) -> None:
    client = Client()
    assert password(client, next="/lists/cases")["Location"] == "/sign-in/factors"
    assert not is_in(client) and client.get("/lists/cases").status_code == 302
    assert not Session.objects.filter(user__isnull=False).exists(), "the session names nobody yet"
    assert "Everybody who works here needs one" in client.get("/sign-in/factors").content.decode()
    assert client.get("/sign-in/second")["Location"] == "/sign-in/factors"
    assert client.get("/sign-in/mine").status_code == 302
    secret = secret_on(client.get("/sign-in/factors/app").content.decode())
    wrong = client.post("/sign-in/factors/app", {"code": "000000", "name": "Phone"})
    assert wrong.status_code == 422 and "This code is not right" in wrong.content.decode() and not is_in(client)
    assert secret_on(wrong.content.decode()) == secret, "the same square, so that it need not be read again"
    done = client.post("/sign-in/factors/app", {"code": totp.code_of(secret, totp.step_at(timezone.now())), "name": "Phone"})
    codes = re.findall(r"<code>([A-Z2-7]{4}(?:-[A-Z2-7]{4}){3})</code>", done.content.decode())
    assert len(codes) == 10 and 'href="/lists/cases"' in done.content.decode()
    assert is_in(client)
    row = SignIn.objects.get()
    assert (row.succeeded, row.method, row.factor, row.refused_for) == (True, "password", "app", "")
    assert bytes(Factor.objects.get().data).find(secret) < 0, "kept sealed"
    assert not RecoveryCode.objects.filter(digest__in=codes).exists(), "kept as digests"


def test_the_password_alone_leaves_its_trace(made: World, demanded: None) -> None:
    password(Client())
    row = SignIn.objects.get()
    assert (row.succeeded, row.refused_for) == (False, "unfinished")
    assert Entry.objects.filter(verb="user.password_right").count() == 1
    assert not Entry.objects.filter(verb="user.signed_in").exists()


def test_in_the_demonstration_it_is_offered(made: World) -> None:
    client = Client()
    assert password(client)["Location"] == "/" and is_in(client)
    assert "offered" in client.get("/sign-in/factors").content.decode()


def test_in_the_demonstration_too_it_is_asked_of_who_has_one(made: World) -> None:
    with_app(made.staff["tracer"])
    client = Client()
    assert password(client)["Location"] == "/sign-in/second" and not is_in(client)


def test_a_session_is_opened_in_one_place_alone() -> None:
    """Behind the second factor. Any other door would go round it."""
    from tests.guards.house import ROOT, name, python_files

    doors = [
        name(path)
        for folder in ("tracing", "config")
        for path in python_files(ROOT / folder)
        if re.search(r"\bauth\.login\(|auth import .*\blogin\b|BACKEND_SESSION_KEY|\[SESSION_KEY\]", path.read_text())
    ]
    assert doors == ["tracing/desk/sign_in/entry.py"]


# ── asked for ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_code_opens_once(made: World, demanded: None) -> None:
    with_app(made.staff["tracer"])
    one, other = Client(), Client()
    for client in (one, other):
        assert password(client, next="/lists/cases")["Location"] == "/sign-in/second"
    now = code()
    assert one.post("/sign-in/second", {"code": now})["Location"] == "/lists/cases" and is_in(one)
    again = other.post("/sign-in/second", {"code": now})
    assert again.status_code == 422 and "was used before" in again.content.decode() and not is_in(other)


def test_a_recovery_code_opens_once(made: World, demanded: None) -> None:
    user = made.staff["tracer"]
    with_app(user)
    codes = factors.make_codes(user=user, by=BY, at=timezone.now())
    for expected in (302, 422):
        client = Client()
        password(client)
        assert client.post("/sign-in/second", {"recovery": codes[0].lower()}).status_code == expected
    assert RecoveryCode.objects.filter(used_at=None).count() == 9


def test_too_many_wrong_codes_wait_here_and_not_elsewhere(made: World, demanded: None) -> None:
    with_app(made.staff["tracer"])
    client = Client()
    password(client)
    for _ in range(5):
        assert "was used before" in client.post("/sign-in/second", {"code": "000000"}).content.decode()
    assert "Too many that were not right" in client.post("/sign-in/second", {"code": code()}).content.decode()
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    password(elsewhere)
    assert elsewhere.post("/sign-in/second", {"code": code()}).status_code == 302


def test_codes_guessed_from_everywhere_wait_and_other_factors_open(made: World, demanded: None) -> None:
    user = made.staff["tracer"]
    with_app(user)
    codes = factors.make_codes(user=user, by=BY, at=timezone.now())
    for number in range(30):
        entry.keep_refusal(
            user=user,
            account="",
            method="password",
            reason="factor",
            factor="app",
            address=f"203.0.113.{number}",
            by=BY,
            at=timezone.now(),
        )
    client = Client()
    password(client)
    assert "Too many that were not right" in client.post("/sign-in/second", {"code": code()}).content.decode()
    assert client.post("/sign-in/second", {"recovery": codes[0]}).status_code == 302


def test_the_second_step_needs_the_first_and_does_not_wait_for_ever(made: World, demanded: None) -> None:
    with_app(made.staff["tracer"])
    assert Client().get("/sign-in/second")["Location"] == "/sign-in"
    client = Client()
    password(client)
    session = client.session
    kept = session["pending"]
    session["pending"] = kept | {"at": (timezone.now() - timedelta(minutes=16)).isoformat()}
    session.save()
    assert client.post("/sign-in/second", {"code": code()})["Location"] == "/sign-in" and not is_in(client)


def test_a_closed_account_does_not_get_past_the_second_step(made: World, demanded: None) -> None:
    from tracing.access.actions import close_user

    with_app(made.staff["tracer"])
    client = Client()
    password(client)
    close_user(user=made.staff["tracer"], by=BY, at=timezone.now())
    assert client.post("/sign-in/second", {"code": code()})["Location"] == "/sign-in"


def test_a_secret_sealed_under_an_old_key_is_sealed_anew(made: World, settings: Any, demanded: None) -> None:
    factor = with_app(made.staff["tracer"])
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key of the program, long enough to be one"
    client = Client()
    password(client)
    assert client.post("/sign-in/second", {"code": code()}).status_code == 302
    factor.refresh_from_db()
    from tracing.access.factors.sealing import unseal

    assert unseal(bytes(factor.data), row=factor.pk, keys=[settings.SECRET_KEY]) == SECRET


# ── changed ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_changing_asks_once_more_who_it_is(made: World) -> None:
    client = made.client("tracer")
    assert client.get("/sign-in/factors/app")["Location"] == "/sign-in/confirm?next=%2Fsign-in%2Ffactors%2Fapp"
    wrong = client.post("/sign-in/confirm", {"password": "wrong", "next": "/sign-in/factors/app"})
    assert wrong.status_code == 422 and "This is not your password" in wrong.content.decode()
    right = client.post("/sign-in/confirm", {"password": PASSWORD, "next": "/sign-in/factors/app"})
    assert right["Location"] == "/sign-in/factors/app"
    assert client.get("/sign-in/factors/app").status_code == 200


def test_who_has_a_factor_confirms_with_it_and_not_with_the_password(made: World) -> None:
    with_app(made.staff["tracer"])
    client = made.client("tracer")
    assert 'name="password"' not in client.get("/sign-in/confirm").content.decode()
    assert client.post("/sign-in/confirm", {"password": PASSWORD}).status_code == 422
    assert client.post("/sign-in/confirm", {"code": code(), "next": "/sign-in/factors"}).status_code == 302
    assert client.get("/sign-in/factors/app").status_code == 200


def test_an_account_without_a_password_confirms_with_its_factor(made: World) -> None:
    user = add_user(email="sso@example.org", name="Only Provider", password=None, by=BY, at=made.at)
    client = Client()
    client.force_login(user)
    assert client.get("/sign-in/factors/app").status_code == 302
    with_app(user)
    assert client.post("/sign-in/confirm", {"code": code(), "next": "/sign-in/factors"}).status_code == 302
    assert client.post("/sign-in/factors/codes").status_code == 200


def confirmed(made: World) -> Client:
    client = made.client("tracer")
    session = client.session
    session["confirmed"] = timezone.now().isoformat()
    session.save()
    return client


def test_the_only_one_stays_where_everybody_needs_one(made: World, demanded: None) -> None:
    factor = with_app(made.staff["tracer"])
    client = confirmed(made)
    assert "Remove" not in client.get("/sign-in/factors").content.decode()
    assert client.post(f"/sign-in/factors/{factor.pk}/remove").status_code == 302
    assert Factor.objects.filter(pk=factor.pk).exists()


def test_one_is_taken_away_and_codes_go_with_the_last(made: World) -> None:
    user = made.staff["tracer"]
    factor = with_app(user)
    factors.make_codes(user=user, by=BY, at=timezone.now())
    other = with_app(made.staff["supervisor"])
    client = confirmed(made)
    client.post(f"/sign-in/factors/{other.pk}/remove")
    assert Factor.objects.filter(pk=other.pk).exists(), "nobody takes another's"
    client.post(f"/sign-in/factors/{factor.pk}/remove")
    assert not Factor.objects.filter(user=user).exists() and not RecoveryCode.objects.exists()
    assert Entry.objects.filter(verb="factor.removed").count() == 1


def test_who_lost_everything_is_helped_by_an_administrator(made: World, demanded: None) -> None:
    user = made.staff["tracer"]
    with_app(user)
    there = made.client("tracer")
    admin = made.client("administrator")
    assert admin.post(f"/sign-in/watch/{user.pk}/reset").status_code == 302
    assert not Factor.objects.filter(user=user).exists() and not is_in(there)
    client = Client()
    assert password(client)["Location"] == "/sign-in/factors"
    own = made.staff["administrator"]
    with_app(own)
    admin.post(f"/sign-in/watch/{own.pk}/reset")
    assert Factor.objects.filter(user=own).exists(), "not one's own"
