"""Own sign-ins, the end of sessions, and who waits after refusals."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tracing.access.actions import add_user, grant_membership
from tracing.access.models import Role, Session, SignIn, User
from tracing.desk.tests.test_second_factor import WHO, is_in, password, with_app
from tracing.desk.tests.world import BY, PASSWORD, World
from tracing.journal.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    """The hour that it is: sessions and waits go by the clock."""
    return timezone.now()


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
