"""Signing in with a real browser: a passkey of a virtual authenticator, an app's codes, the certified provider, and axe on each page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from django.utils import timezone

from tests.browser import MISSING, chromium
from tests.journeys.pictures import a_browser
from tests.journeys.test_desk_in_a_browser import AXE, RULES
from tests.provider.fetch import present
from tests.provider.running import MISSING as NO_PROVIDER
from tests.provider.running import running
from tests.world import BY, PROFILE
from tracing.access.actions import add_user, grant_membership, load_roles
from tracing.access.factors import totp
from tracing.access.models import Factor, GroupMapping, Role, SignIn, User
from tracing.access.provider import wire
from tracing.jurisdictions.models import Unit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not chromium(), reason=MISSING),
    pytest.mark.skipif(not AXE.exists(), reason="The accessibility checker was not fetched: `make assets` does it."),
    pytest.mark.django_db(transaction=True),
]
WHO: Final = "dana@example.org"
PASSWORD: Final = "a long enough password"


@pytest.fixture
def dana(transactional_db: None, settings: Any) -> User:
    """An administrator of the state, where everybody needs a second factor."""
    import tomllib

    settings.DEMO = False
    at = timezone.now() - timedelta(days=2)
    unit = Unit.objects.create(code="ct", name="Connecticut", kind="state")
    load_roles(roles=tomllib.loads((PROFILE / "roles.toml").read_text())["role"], by=BY, at=at)
    user = add_user(email=WHO, name="Dana Whitlock", password=PASSWORD, by=BY, at=at)
    grant_membership(user=user, role=Role.objects.get(code="administrator"), unit=unit, since=at, by=BY, at=at)
    return user


@dataclass
class Visit:
    """A window, and what axe found on the pages that were looked at."""

    page: Any
    site: str
    wrong: list[str] = field(default_factory=list)

    def look(self, name: str) -> None:
        """Check the page that is shown."""
        self.page.wait_for_load_state("load")
        self.page.evaluate(Path(AXE).read_text())
        found = self.page.evaluate(
            "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}}).then(r => r.violations.map(v =>"
            " v.id + ': ' + v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(' | ')))",
            RULES,
        )
        self.wrong += [f"{name}: {one}" for one in found]
        across = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if across > 0:
            self.wrong.append(f"{name}: {across} pixels too wide")

    def password(self) -> None:
        self.page.goto(f"{self.site}/sign-in")
        self.page.get_by_label("E-mail address").fill(WHO)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in", exact=True).click()


@contextmanager
def visiting(site: str, *, passkeys: bool = True) -> Iterator[Visit]:
    """A narrow window with an authenticator of its own, in which nothing may go wrong unseen."""
    with a_browser() as browser:
        window = browser.new_context(viewport={"width": 390, "height": 844})
        page = window.new_page()
        troubles: list[str] = []
        page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        if passkeys:
            session = window.new_cdp_session(page)
            session.send("WebAuthn.enable")
            session.send(
                "WebAuthn.addVirtualAuthenticator",
                {
                    "options": {
                        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
                        "isUserVerified": True, "automaticPresenceSimulation": True,
                    }
                },
            )  # fmt: skip
        visit = Visit(page, site)
        yield visit
        window.close()
    # What is wrong is answered by 422, who is not let in by 403: the console tells both.
    assert not [one for one in troubles if "422" not in one and "403" not in one], troubles
    assert not visit.wrong, "\n".join(visit.wrong)


def test_a_passkey_is_made_and_then_opens_without_a_password(dana: User, live_server: Any) -> None:
    with visiting(live_server.url) as visit:
        page = visit.page
        page.goto(f"{visit.site}/sign-in")
        visit.look("sign-in")
        visit.password()
        page.get_by_role("heading", name="Add a second factor").wait_for()
        visit.look("led to a factor")
        page.get_by_role("link", name="Add a passkey").click()
        page.get_by_role("heading", name="Add a passkey").wait_for()
        visit.look("new passkey")
        page.get_by_role("button", name="Make the passkey").click()
        page.get_by_role("heading", name="Your recovery codes").wait_for()
        visit.look("codes")
        assert page.locator("ol code").count() == 10
        page.get_by_role("link", name="I have them: go on").click()
        page.wait_for_url(f"{visit.site}/")
        page.goto(f"{visit.site}/sign-in/factors")
        visit.look("factors")
        page.goto(f"{visit.site}/sign-in/mine")
        visit.look("my sign-ins")
        page.goto(f"{visit.site}/sign-in/watch")
        visit.look("watch")
        page.get_by_label("E-mail address").fill(WHO)
        page.get_by_role("button", name="Look up").click()
        page.get_by_text("Reset second factors").wait_for()
        visit.look("watch, one account")
        for step in ("alone", "after the password"):
            page.locator("details.who summary").click()
            page.get_by_role("button", name="Sign out").click()
            page.wait_for_url("**/sign-in")
            if step == "alone":
                page.get_by_role("button", name="Sign in with a passkey").click()
            else:
                visit.password()
                page.get_by_role("heading", name="Second factor").wait_for()
                visit.look("second, passkey")
                page.get_by_role("button", name="Use my passkey").click()
            page.wait_for_url(f"{visit.site}/")
    methods = list(SignIn.objects.filter(succeeded=True).order_by("at").values_list("method", "factor"))
    assert methods == [("password", "passkey"), ("passkey", "passkey"), ("password", "passkey")]
    assert Factor.objects.get().counter >= 2


def test_an_authenticator_app_through_its_pages(dana: User, live_server: Any) -> None:
    with visiting(live_server.url, passkeys=False) as visit:
        page = visit.page
        visit.password()
        page.get_by_role("link", name="Add an authenticator app").click()
        page.get_by_role("heading", name="Add an authenticator app").wait_for()
        visit.look("new app")
        assert page.evaluate("document.querySelector('main img').naturalWidth") > 100, "the square is drawn, past the page's policy"
        page.get_by_label("Code from your authenticator app").fill("000000")
        page.get_by_role("button", name="Add").click()
        page.get_by_role("alert").first.wait_for()
        visit.look("new app, wrong code")
        letters = page.locator("main code").inner_text().replace(" ", "")
        import base64

        secret = base64.b32decode(letters)
        page.get_by_label("Code from your authenticator app").fill(totp.code_of(secret, totp.step_at(timezone.now())))
        page.get_by_role("button", name="Add").click()
        page.get_by_role("heading", name="Your recovery codes").wait_for()
        code = page.locator("ol code").first.inner_text()
        page.get_by_role("link", name="I have them: go on").click()
        page.goto(f"{visit.site}/sign-in/factors")
        page.locator("details.who summary").click()
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url("**/sign-in")
        visit.password()
        page.get_by_role("heading", name="Second factor").wait_for()
        visit.look("second, app")
        page.get_by_text("I have neither at hand").click()
        page.get_by_label("Recovery code").fill(code)
        page.get_by_role("button", name="Use this code").click()
        page.wait_for_url(f"{visit.site}/")


@pytest.mark.skipif(not present(), reason=NO_PROVIDER)
def test_there_and_back_and_confirmed_at_the_provider(dana: User, live_server: Any, settings: Any) -> None:
    back = f"{live_server.url}/sign-in/provider/return"
    wire.forget()
    GroupMapping.objects.create(
        group="admins", role=Role.objects.get(code="auditor"), unit=Unit.objects.get(), since=timezone.now()
    )
    with running(back) as there:
        settings.PROVIDER = there.settings()
        person = {"email": WHO, "email_verified": True, "name": "Dana", "groups": ["admins", "unheard-of"]}
        there.set(sub="dana", claims=person, amr=["pwd", "mfa"])
        with visiting(live_server.url) as visit:
            page = visit.page
            page.goto(f"{visit.site}/sign-in/mine")
            page.get_by_role("heading", name="Sign in", exact=True).wait_for()
            visit.look("sign-in with a provider")
            page.get_by_role("link", name=re.compile("Sign in with State")).click()
            page.wait_for_url(f"{visit.site}/sign-in/mine")
            assert page.get_by_text("second factor at the provider").first.is_visible()
            page.goto(f"{visit.site}/sign-in/watch")
            assert page.get_by_text("unheard-of").is_visible()
            visit.look("watch, groups")
            page.context.clear_cookies(domain="127.0.0.1")  # the provider forgets how one came in there
            there.set(sub="dana", claims={**person, "email_verified": False}, amr=["pwd"])
            page.locator("details.who summary").click()
            page.get_by_role("button", name="Sign out").click()
            page.wait_for_url("**/sign-in")
            page.get_by_role("link", name=re.compile("Sign in with State")).click()
            page.get_by_role("heading", name="Add a second factor").wait_for()
            page.get_by_role("link", name="Add a passkey").click()
            page.get_by_role("button", name="Make the passkey").click()
            page.get_by_role("heading", name="Your recovery codes").wait_for()
            there.set(sub="stranger", claims={"email": "stranger@example.org"})
            page.goto(f"{visit.site}/sign-in/provider?confirm=1")
            page.get_by_text("Code CT414").wait_for()
            visit.look("a refusal")
            visit.page.goto("about:blank")
    wire.forget()
