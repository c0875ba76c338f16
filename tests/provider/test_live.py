"""Signing in at a server of its own under the application's login, which may do nothing without a role: provider, app, password."""

from __future__ import annotations

import base64
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from config.embedded import free_port
from tests.provider.fetch import present
from tests.provider.running import CLIENT, MISSING, SECRET, running
from tracing.access.actions import add_user, grant_membership, load_roles
from tracing.access.factors import totp
from tracing.access.models import GroupMapping, Role, SignIn
from tracing.journal.actor import job
from tracing.jurisdictions.models import Unit

pytestmark = [pytest.mark.skipif(not present(), reason=MISSING), pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).parents[2]
BY = job("test")
PASSWORD = "a long enough password"


class Window:
    """A browser without a window: cookies, redirections, forms."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.page = ""
        self.url = ""
        self.anew()

    def anew(self) -> None:
        """Another browser, that nobody knows: neither we nor the provider."""
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> str:
        return self._open(urllib.request.Request(self.site + path))

    def post(self, path: str, **fields: str) -> str:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.page)
        assert token, self.page[:2000]
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": token[1], **fields}).encode()
        return self._open(urllib.request.Request(self.site + path, data=body))

    def _open(self, request: urllib.request.Request) -> str:
        try:
            with self.opener.open(request, timeout=30) as answer:
                self.page, self.url = answer.read().decode(), answer.url
        except urllib.error.HTTPError as refused:
            with refused:
                self.page, self.url = refused.read().decode(), str(refused.url)
        return self.page


@contextmanager
def serving(database: str, port: int, **settings: str) -> Iterator[Window]:
    """As a deployment has it, but for TLS."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("CONTACT_", "DATABASE_", "DJANGO_"))},
        "DATABASE_URL": database, "CONTACT_DEMO": "1", "CONTACT_SECRET_KEY": "only-for-tests-" + "x" * 40, **settings,
    }  # fmt: skip
    command = [sys.executable, "-m", "config", "serve", "--port", str(port), "--workers", "1", "--threads", "2"]
    server = subprocess.Popen(command, env=environment, cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL)
    window = Window(f"http://127.0.0.1:{port}")
    try:
        until = time.monotonic() + 30
        while time.monotonic() < until and server.poll() is None:
            with suppress(OSError):
                window.opener.open(f"{window.site}/health", timeout=5).close()
                break
            time.sleep(0.1)
        yield window
    finally:
        with suppress(ProcessLookupError):
            os.killpg(server.pid, 9)
        server.wait(10)


def test_from_the_provider_to_a_second_factor_and_back_in(database_server: Callable[[str, str], str], settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]  # the server reads what is made here
    at = timezone.now() - timedelta(hours=1)
    load_roles(roles=[{"code": "clerk", "name": "Clerk", "description": "-", "permissions": ["users.administer"]}], by=BY, at=at)
    unit = Unit.objects.create(code="ct", name="State", kind="state")
    GroupMapping.objects.create(group="clerks", role=Role.objects.get(), unit=unit, since=at)
    ruth = add_user(email="ruth@example.org", name="Ruth", password=PASSWORD, by=BY, at=at)
    grant_membership(user=ruth, role=Role.objects.get(), unit=unit, since=at, by=BY, at=at)
    port = free_port()
    database = database_server("contact_app", connection.settings_dict["NAME"])
    with (
        running(f"http://127.0.0.1:{port}/sign-in/provider/return") as there,
        serving(
            database, port, CONTACT_OIDC_ISSUER=there.issuer, CONTACT_OIDC_CLIENT_ID=CLIENT, CONTACT_OIDC_CLIENT_SECRET=SECRET,
            CONTACT_OIDC_NAME="the State", CONTACT_OIDC_OTHERWISE="administrators",
        ) as window,
    ):  # fmt: skip
        assert "Sign in with the State" in window.get("/sign-in")
        there.set(sub="x", claims={"email": "dana@example.org", "email_verified": True, "name": "Dana", "groups": ["others"]})
        assert "Code CT417" in window.get("/sign-in/provider")
        window.anew()
        there.set(
            sub="x", claims={"email": "dana@example.org", "email_verified": True, "name": "Dana", "groups": ["clerks"]}, amr=["mfa"]
        )
        page = window.get("/sign-in/provider?next=/sign-in/mine")
        assert window.url.endswith("/sign-in/mine") and "Dana" in page and "second factor at the provider" in page
        letters = re.search(r"<code>([A-Z2-7 ]{32,50})</code>", window.get("/sign-in/factors/app"))
        assert letters
        secret = base64.b32decode(letters[1].replace(" ", ""))
        done = window.post("/sign-in/factors/app", code=totp.code_of(secret, totp.step_at(timezone.now())), name="Phone")
        assert "Your recovery codes" in done
        code = re.findall(r"<code>([A-Z2-7-]{19})</code>", done)[0]
        assert "others" in window.get("/sign-in/watch"), "groups that give nothing are shown"
        window.post("/sign-out")
        there.set(sub="x", claims={"email": "dana@example.org", "email_verified": True, "groups": ["clerks"]}, amr=["pwd"])
        window.anew()
        assert "Your first step was right" in window.get("/sign-in/provider?next=/sign-in/mine")
        assert "not one of your codes" in window.post("/sign-in/second", recovery="AAAA-AAAA-AAAA-AAAA")
        window.post("/sign-in/second", recovery=code)
        assert window.url.endswith("/sign-in/mine") and "recovery code" in window.page
        window.post("/sign-out")
        window.get("/sign-in")
        window.post("/sign-in", email="ruth@example.org", password="wrong", next="/sign-in/mine")
        assert "do not belong together" in window.page
        window.post("/sign-in", email="ruth@example.org", password=PASSWORD, next="/sign-in/mine")
        assert window.url.endswith("/sign-in/mine") and "Ruth" in window.page
    assert list(SignIn.objects.filter(succeeded=True).order_by("at").values_list("method", "factor")) == [
        ("provider", "provider"), ("provider", "recovery"), ("password", ""),
    ]  # fmt: skip
