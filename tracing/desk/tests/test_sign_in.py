"""In and out."""

from __future__ import annotations

import pytest
from django.test import Client

from tracing.desk.tests.world import PASSWORD, World

pytestmark = pytest.mark.django_db


def sign_in(client: Client, email: str = "tracer@example.org", password: str = PASSWORD, to: str = "") -> object:
    return client.post("/sign-in", {"email": email, "password": password, "next": to})


def test_the_way_in_leads_to_the_page_asked_for(made: World) -> None:
    client = Client()
    asked = client.get("/lists/cases")
    assert asked["Location"] == "/sign-in?next=/lists/cases"
    assert sign_in(client, to="/lists/cases")["Location"] == "/lists/cases"  # type: ignore[index]
    assert client.get("/lists/cases").status_code == 200
    assert client.post("/sign-out").status_code == 302
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"])
def test_nobody_is_led_elsewhere(made: World, to: str) -> None:
    assert sign_in(Client(), to=to)["Location"] == "/"  # type: ignore[index]


def test_a_refusal_tells_nothing_and_many_pause(made: World) -> None:
    client = Client()
    unknown = sign_in(client, email="stranger@example.org")
    wrong = sign_in(client, password="wrong")
    assert unknown.status_code == wrong.status_code == 422  # type: ignore[attr-defined]
    same = "This address and password do not belong together."
    assert same in unknown.content.decode() and same in wrong.content.decode()  # type: ignore[attr-defined]
    for _ in range(5):
        last = sign_in(client, password="wrong")
    assert "Too many attempts" in last.content.decode()  # type: ignore[attr-defined]
    assert "Too many attempts" in sign_in(client).content.decode()  # type: ignore[attr-defined]


def test_signing_out_needs_a_button(made: World) -> None:
    client = made.client("tracer")
    assert client.get("/sign-out").status_code == 405


def test_without_a_role_nothing_is_seen(made: World) -> None:
    client = made.client("nobody")
    assert client.get("/").status_code == 200
    assert client.get("/lists/cases").status_code == 403
