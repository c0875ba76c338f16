"""One request, one transaction: a page that fails half-way leaves nothing, and nothing leaks into the next."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from tests.world import NOW
from tracing.access.actions import add_user
from tracing.access.models import Session, User
from tracing.journal.actor import job
from tracing.journal.models import Entry

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.faults.views")]


@pytest.fixture
def client() -> Client:
    user = add_user(email="tracer@example.org", name="Dana", password=None, by=job("test"), at=NOW)
    made = Client(raise_request_exception=False)
    made.force_login(user)
    return made


def _settings() -> tuple[str, str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, session_user, coalesce(current_setting('app.session', true), '')")
        role, login, session = cursor.fetchone()
    return role, login, session


def _stored() -> dict[str, Any]:
    """What is kept, a session by what it says: it is signed anew with the second of each request."""
    return {
        "users": sorted(User.objects.values_list("email", flat=True)), "entries": Entry.objects.count(),
        "sessions": [(row.session_key, row.get_decoded(), row.user_id) for row in Session.objects.all()],
    }  # fmt: skip


@pytest.mark.parametrize("page", ["changes-then-breaks", "changes-then-answers-500"])
def test_a_page_that_fails_half_way_leaves_nothing(client: Client, page: str) -> None:
    before = _stored()
    assert client.get(f"/{page}").status_code >= 500
    assert _stored() == before
    assert client.get("/says-who").status_code == 200
    assert _stored() == before, "the session is as it was"


def test_a_page_that_ends_well_leaves_all_of_it(client: Client) -> None:
    before = _stored()
    assert client.get("/changes").status_code == 200
    after = _stored()
    assert after["users"] == sorted([*before["users"], "half@example.org"])
    assert after["entries"] == before["entries"] + 1


@pytest.mark.parametrize(
    "page", ["says-who", "changes", "changes-then-breaks", "changes-then-answers-500", "is-refused-and-says-who"]
)
def test_nothing_leaks_out_of_a_request(client: Client, page: str) -> None:
    owner = connection.settings_dict["USER"]
    assert _settings() == (owner, owner, "")
    backend = _backend()
    client.get(f"/{page}")
    assert _settings() == (owner, owner, "")
    assert getattr(connection, "contact_role", "") == "" and not connection.in_atomic_block
    assert _backend() == backend, "the same connection: it was given back as it was taken"
    anonymous = Client().get("/says-who").json()
    assert anonymous == {"role": "contact_web", "session": ""}, "the next request on it is nobody's"


def test_a_page_reads_as_the_reading_role_also_after_an_action_has_refused(client: Client) -> None:
    said = client.get("/is-refused-and-says-who").json()
    assert said == {"role": "contact_web", "session": client.session.session_key}


def test_a_session_that_is_no_key_is_nobodys(client: Client) -> None:
    stranger = Client()
    stranger.cookies[settings.SESSION_COOKIE_NAME] = "x' OR true --" + "y" * 200
    assert stranger.get("/says-who").json()["role"] == "contact_web"


def _backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])
