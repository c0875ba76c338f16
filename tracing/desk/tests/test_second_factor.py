"""The second factor through its pages: led to it, made, asked for, lost, taken away."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tracing.access.actions import add_user, grant_membership
from tracing.access.entry import actions as entry
from tracing.access.factors import actions as factors
from tracing.access.factors import totp
from tracing.access.models import Factor, RecoveryCode, Role, Session, SignIn, User
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


# ── sessions and waits ───────────────────────────────────────────────────────────────────────────────────────────────


def test_my_sign_ins_lists_browsers_and_ends_the_others(made: World) -> None:
    firefox = Client(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0")
    phone = Client(
        HTTP_USER_AGENT="Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Mobile Safari/604.1", REMOTE_ADDR="203.0.113.7"
    )
    for client in (firefox, phone):
        password(client)
    page = firefox.get("/sign-in/mine").content.decode()
    assert "Firefox, Windows" in page and "Safari, iPhone" in page and "203.0.113.7" in page and page.count("Signed in</td>") == 2
    key = phone.session.session_key
    assert key and key not in page, "no key of another session stands on a page"
    mark = re.search(r'name="mark" value="(\w+)"', page)
    assert mark
    elsewhere = made.client("supervisor")
    elsewhere.post("/sign-in/mine/end", {"mark": mark[1]})
    assert is_in(phone), "nobody ends another's"
    firefox.post("/sign-in/mine/end", {"mark": mark[1]})
    assert is_in(firefox) and not is_in(phone)


def test_a_session_ends_at_the_end_of_the_day_however_busy(made: World, settings: Any) -> None:
    settings.SESSION_HOURS = 12
    client = Client()
    password(client)
    session = client.session
    session["started"] = (timezone.now() - timedelta(hours=11, minutes=50)).isoformat()
    session.save()
    assert is_in(client)
    left = Session.objects.get(session_key=session.session_key).expire_date - timezone.now()
    assert timedelta(minutes=9) < left < timedelta(minutes=11)
    assert int(client.cookies["contact"]["max-age"]) <= 660
    session["started"] = (timezone.now() - timedelta(hours=12, seconds=1)).isoformat()
    session.save()
    assert not is_in(client)


def test_an_administrator_sees_who_waits_and_ends_it(made: World) -> None:
    user = made.staff["tracer"]
    client = Client()
    for _ in range(5):
        client.post("/sign-in", {"email": WHO, "password": "wrong"})
    assert "Too many attempts" in password(client).content.decode()
    admin = made.client("administrator")
    assert user.name in admin.get("/sign-in/watch").content.decode()
    admin.post(f"/sign-in/watch/{user.pk}/lift")
    assert user.name not in admin.get("/sign-in/watch").content.decode().replace("can try again", "")[-2000:]
    assert password(client).status_code == 302
    assert Entry.objects.filter(verb="user.pause_lifted", actor_id=made.staff["administrator"].pk).count() == 1


def test_a_supervisor_helps_their_own_unit_alone(made: World) -> None:
    for email in (WHO, "elsewhere@example.org"):
        for _ in range(5):
            Client().post("/sign-in", {"email": email, "password": "wrong"})
    supervisor = made.client("supervisor")
    page = supervisor.get("/sign-in/watch").content.decode()
    assert WHO in page and "elsewhere@example.org" not in page and "Look up" not in page
    assert supervisor.post(f"/sign-in/watch/{made.staff['elsewhere'].pk}/lift").status_code == 404
    assert supervisor.post(f"/sign-in/watch/{made.staff['tracer'].pk}/lift").status_code == 302
    assert password(Client()).status_code == 302
    assert supervisor.post(f"/sign-in/watch/{made.staff['tracer'].pk}/reset").status_code == 403


def test_who_administers_one_unit_resets_nobody_who_also_works_elsewhere(made: World) -> None:
    def give(user: User, role: str, unit: str) -> None:
        grant_membership(
            user=user, role=Role.objects.get(code=role), unit=made.units[unit], since=made.at - timedelta(days=1), by=BY, at=made.at
        )

    local = add_user(email="local@example.org", name="Local", password=PASSWORD, by=BY, at=made.at)
    give(local, "department_administrator", "new-haven")
    both = made.staff["supervisor"]
    give(both, "state_epidemiologist", "ct")
    for user in (both, made.staff["tracer"], made.staff["elsewhere"]):
        with_app(user)
    client = Client()
    client.force_login(local)
    for user, expected in ((both, 404), (made.staff["elsewhere"], 404), (made.staff["tracer"], 302)):
        assert client.post(f"/sign-in/watch/{user.pk}/reset").status_code == expected
        assert client.post(f"/sign-in/watch/{user.pk}/unlink").status_code == expected
    page = made.client("administrator").get(f"/users/{both.pk}").content.decode()
    assert "Reset second factors" in page and "1 second factor," in page


def test_an_account_is_looked_up_without_its_address_in_any_address(made: World) -> None:
    admin = made.client("administrator")
    with_app(made.staff["tracer"])
    assert "Reset second factors" in admin.post("/sign-in/watch", {"email": WHO.upper()}).content.decode()
    missing = admin.post("/sign-in/watch", {"email": "stranger@example.org"})
    assert missing.status_code == 422 and "no open account" in missing.content.decode()


def test_one_address_over_many_accounts_is_slowed_and_its_regulars_are_not(made: World) -> None:
    office = "203.0.113.50"
    assert password(Client(REMOTE_ADDR=office)).status_code == 302
    stranger = Client(REMOTE_ADDR=office)
    for number in range(20):
        stranger.post("/sign-in", {"email": f"guess{number}@example.org", "password": "Winter2021!"})
    slowed = password(stranger, email="supervisor@example.org")
    assert slowed.status_code == 429 and int(slowed["Retry-After"]) <= 2 and "from your network" in slowed.content.decode()
    assert password(Client(REMOTE_ADDR=office)).status_code == 302, "who has been here before is let in"
    assert password(Client(REMOTE_ADDR="203.0.113.51"), email="supervisor@example.org").status_code == 302
    SignIn.objects.filter(address=office, succeeded=False).update(at=timezone.now() - timedelta(seconds=3))
    assert password(stranger, email="supervisor@example.org").status_code == 302, "after a few seconds the next attempt is heard"
