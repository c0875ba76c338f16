"""Somebody comes from the provider through our pages: what these tests share."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from tests.provider.running import Running
from tracing.access.actions import add_user, grant_membership
from tracing.access.models import (
    Role,
    User,
)
from tracing.journal.actor import job
from tracing.jurisdictions.models import Unit

BACK = "http://testserver/sign-in/provider/return"
BY = job("test")
EMAIL = "dana@example.org"
PASSWORD = "a long enough password"


def person(
    started: Running, *groups: str, sub: str = "dana", email: str | None = EMAIL, verified: bool | None = True, **more: Any
) -> None:
    claims = {"email": email, "email_verified": verified, "name": "Dana Okafor", "groups": list(groups or ("tracers",))}
    started.set(sub=sub, claims={name: value for name, value in claims.items() if value is not None}, **more)


def account(email: str = EMAIL, *, role: str = "", password: str | None = None) -> User:
    at = timezone.now() - timedelta(hours=1)
    user = add_user(email=email, name="Dana", password=password, by=BY, at=at)
    if role:
        grant_membership(user=user, role=Role.objects.get(code=role), unit=Unit.objects.get(), since=at, by=BY, at=at)
    return user


def come(there: Running, client: Client | None = None, *, to: str = "", query: str = "") -> tuple[Client, Any]:
    """To the provider and back. The answer to the browser's last step of ours that was not a redirection between our pages."""
    client = client or Client()
    asked = client.get(f"/sign-in/provider?next={to}{query}")
    if asked.status_code != 302:
        return client, asked
    answer = client.get(there.visit(asked["Location"], BACK))
    if answer.status_code == 302 and answer["Location"] == "/sign-in/provider/finish":
        answer = client.get("/sign-in/provider/finish")
    return client, answer


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def refused(answer: Any, code: str) -> None:
    page = answer.content.decode()
    assert answer.status_code >= 400 and f"Code {code}" in page and "Sign in" in page
    assert EMAIL not in page and "eyJ" not in page, "no personal data and no token on the page"
