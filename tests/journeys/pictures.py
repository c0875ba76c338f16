"""The pages that are pictured, and how. Run by `python -m tests.screenshots`; the journeys visit the same pages with axe."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Final
from unittest.mock import patch

import pytest
from django.conf import settings
from django.db import connections

from tests.browser import chromium, open_browser
from tests.offices import SHEET
from tests.scene import NOW, Scene, morning
from tracing.access.models import AccessReview, Role, User
from tracing.cases.models import Case
from tracing.contacts.models import Unreached
from tracing.intake.models import Report
from tracing.journal.models import Disclosure
from tracing.people.models import EmergencyAccess, Match, Restriction, UnusualLook
from tracing.tasks.models import Task

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

WIDTHS: Final = {"wide": (1440, 900), "narrow": (390, 844)}


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: its name, who looks, at what, and what is done on the page first."""

    name: str
    who: str
    path: Callable[[], str] | str
    first: Callable[[Page], None] | None = None
    whole: bool = True
    """The whole page, or what the window shows: where something stays in view, the window tells more."""


def _case() -> str:
    return f"/cases/{Case.objects.filter(interviews__kind='partial').order_by('opened_at', 'id')[0].pk}"


def _closed() -> str:
    return f"/cases/{Case.objects.filter(closure__isnull=False)[0].pk}"


def _person() -> str:
    return f"/people/{Case.objects.filter(interviews__kind='partial').order_by('opened_at', 'id')[0].person_id}"


def _ended() -> str:
    return f"/call/{Task.objects.filter(state='open', attempts=1).order_by('id')[0].pk}/ended"


def _held() -> str:
    found = Report.objects.filter(state="held").first()
    return f"/review/held/{found.pk}" if found else "/review/held"


def _match() -> str:
    found = Match.objects.filter(outcome="possible").first()
    return f"/review/matches/{found.pk}" if found else "/review/matches"


def _next_call(page: Page) -> None:
    page.locator(".button--next").click()


def _search(page: Page) -> None:
    page.locator("#q").fill("riv")
    page.locator("main").get_by_role("button", name="Search").click()


def _wrong(page: Page) -> None:
    _next_call(page)
    page.get_by_label("Hour agreed for the next call").fill("2021-01-16T23:30")
    page.get_by_label("Note of this call").fill("Works at night")
    page.get_by_role("button", name="Call again").click()


def _user(code: str) -> str:
    return f"/users/{User.objects.get(email=f'{code}@health.example').pk}"


def _review() -> str:
    return f"/users/reviews/{AccessReview.objects.filter(unit__code='new-haven').latest('opened_at').pk}"


def _link(page: Page) -> None:
    page.get_by_role("button", name="Make a link").click()


def _read_list(page: Page) -> None:
    page.locator("input[type=file]").set_input_files({"name": "staff.csv", "mimeType": "text/csv", "buffer": SHEET.encode()})
    page.get_by_role("button", name="Read it").click()


def _send_list(page: Page) -> None:
    _read_list(page)
    page.get_by_role("button", name="Do this for").click()


def _refused(page: Page) -> None:
    page.get_by_label("Role", exact=True).select_option("director")
    page.get_by_label("In", exact=True).select_option("new-haven")
    page.get_by_label("Why").fill("Interim")
    page.get_by_role("button", name="Give this role").click()


USERS: Final = (
    Shot("users", "administrator", "/users"),
    Shot("users-local", "local_administrator", "/users?state=unused"),
    Shot("user", "administrator", lambda: _user("t1")),
    Shot("user-closed", "administrator", lambda: _user("t10")),
    Shot("user-volunteer", "local_administrator", lambda: _user("t5")),
    Shot("user-link", "administrator", lambda: _user("t9"), _link),
    Shot("user-grant", "local_administrator", lambda: f"{_user('t2')}/grant"),
    Shot("user-grant-refused", "local_administrator", lambda: f"{_user('t2')}/grant", _refused),
    Shot("user-new", "administrator", "/users/new"),
    Shot("users-list", "local_administrator", "/users/list"),
    Shot("users-list-read", "local_administrator", "/users/list", _read_list),
    Shot("users-list-done", "local_administrator", "/users/list", _send_list),
    Shot("users-waiting", "administrator", "/users/waiting"),
    Shot("users-waiting-empty", "local_administrator", "/users/waiting"),
    Shot("users-who", "local_administrator", "/users/who"),
    Shot("users-who-all", "administrator", "/users/who?unit=ct&below=1"),
    Shot("reviews", "administrator", "/users/reviews"),
    Shot("review", "local_administrator", _review),
    Shot("users-unused", "administrator", "/users/unused"),
    Shot("roles", "administrator", "/roles"),
    Shot("role", "administrator", lambda: f"/roles/{Role.objects.get(code='case_reviewer').pk}"),
    Shot("role-new", "administrator", "/roles/new"),
    Shot("welcome", "", "/welcome?key=any"),
    Shot("password", "tracer", "/password"),
    Shot("work-as", "supervisor", "/"),
)

def _take_out(page: Page) -> None:
    page.get_by_role("button", name="Take out as CSV").click()


def _look_up(page: Page) -> None:
    page.get_by_label("Number that is calling").fill("203-555-0142")
    page.get_by_label("Birth date, as the caller says it").fill("1980-05-05")
    page.get_by_label("First name, as the caller says it").fill("Luis")
    page.get_by_role("button", name="Look up").click()


LIMITS: Final = (
    Shot("cases-masked", "help_desk", "/lists/cases"),
    Shot("case-masked", "help_desk", _case),
    Shot("person-masked", "help_desk", _person),
    Shot("my-day-help-desk", "help_desk", "/"),
    Shot("export", "supervisor", "/lists/cases", _take_out),
    Shot("taken-out", "director", "/taken-out"),
    Shot("counts", "state_epidemiologist", "/counts?weeks=8"),
    Shot("counts-small-hidden", "analyst_counts", "/counts?weeks=8"),
    Shot("my-day-hotline", "hotline", "/"),
    Shot("who-called", "hotline", "/who-called"),
    Shot("no-way", "supervisor", "/no-way"),
    Shot("no-way-one", "supervisor", lambda: f"/no-way/{Unreached.objects.filter(state='open').order_by('id')[0].pk}"),
    Shot("ways", "supervisor", lambda: f"{_person()}/ways"),
    Shot("who-called-nobody", "hotline", "/who-called", _look_up),
)

def _covered(page: Page) -> None:
    if page.get_by_text("Nobody covers it.").count():
        page.get_by_text("Let another unit cover it").click()
        page.locator("#id_by_unit").select_option("hartford")
        page.locator("#id_why").fill("Winter wave")
        page.get_by_role("button", name="Let it cover").click()


def _unit_wrong(page: Page) -> None:
    page.locator("#id_name").fill("Elm College")
    page.get_by_role("button", name="Add it").click()


def _close(page: Page) -> None:
    if page.get_by_role("button", name="It ends on that day").count():
        page.locator("#id_on").fill("2021-01-20")
        page.locator("#id_successor").select_option("hartford")
        page.get_by_role("button", name="It ends on that day").click()


def _connect(page: Page) -> None:
    page.locator("#key_unit").select_option(index=3)
    page.locator("#key_name").fill("Entra of the city")
    page.get_by_role("button", name="Make a key").click()


def _emergency(page: Page) -> None:
    page.get_by_text("Full name and birth date").click()
    page.get_by_label("Family name").fill("Hart")
    page.get_by_role("button", name="Record this and open").click()


SHOTS: Final = (
    Shot("sign-in", "", "/sign-in"),
    Shot("second-factor", "tracer", "/sign-in/factors"),
    Shot("my-sign-ins", "tracer", "/sign-in/mine"),
    Shot("signing-in", "administrator", "/sign-in/watch"),
    Shot("confirm", "tracer", "/sign-in/confirm"),
    Shot("my-day", "tracer", "/"),
    Shot("my-day-administrator", "administrator", "/"),
    Shot("call", "tracer", "/", _next_call, whole=False),
    Shot("call-whole", "tracer", "/", _next_call),
    Shot("call-errors", "tracer", "/", _wrong),
    Shot("call-ended", "supervisor", _ended),
    Shot("case", "supervisor", _case),
    Shot("case-closed", "state_epidemiologist", _closed),
    Shot("case-results", "supervisor", lambda: f"{_case()}/results"),
    Shot("case-contacts", "supervisor", lambda: f"{_case()}/contacts"),
    Shot("case-tasks", "supervisor", lambda: f"{_case()}/tasks"),
    Shot("case-messages", "supervisor", lambda: f"{_case()}/messages"),
    Shot("case-timeline", "supervisor", lambda: f"{_case()}/timeline"),
    Shot("case-access", "state_epidemiologist", lambda: f"{_case()}/access"),
    Shot("case-interview", "supervisor", lambda: f"{_case()}/interview"),
    Shot("person", "supervisor", _person),
    Shot("cases", "state_epidemiologist", "/lists/cases"),
    Shot("cases-empty", "tracer", "/lists/cases?state=closed&scope=facility"),
    Shot("calls", "supervisor", "/lists/tasks"),
    Shot("search", "supervisor", "/search", _search),
    Shot("held", "supervisor", "/review/held"),
    Shot("held-report", "state_epidemiologist", _held),
    Shot("matches", "supervisor", "/review/matches"),
    Shot("match", "state_epidemiologist", _match),
    Shot("proposals", "supervisor", "/review/proposals"),
    Shot("facilities", "supervisor", "/facilities"),
    Shot("sources", "interface_manager", "/sources"),
    Shot("source", "interface_manager", "/sources/charter-oak"),
    Shot("source-new", "interface_manager", "/sources/new"),
    Shot("units", "administrator", "/units"),
    Shot("unit", "administrator", "/units/new-haven", _covered),
    Shot("unit-new-wrong", "administrator", "/units/new", _unit_wrong),
    Shot("unit-close", "administrator", "/units/new-haven/close"),
    Shot("unit-closing", "administrator", "/units/new-haven/close", _close),
    Shot("units-closing", "administrator", "/units"),
    Shot("coverage", "administrator", "/units/coverage"),
    Shot("directories", "administrator", "/directories", _connect),
    Shot("unlisted", "interface_manager", "/unlisted"),
    Shot("emergency", "tracer", "/emergency"),
    Shot("emergency-errors", "tracer", "/emergency", _emergency),
    Shot("aside", "tracer", lambda: f"{_person()}/aside"),
    Shot("restrict", "supervisor", lambda: f"{_person()}/restrict"),
    Shot("privacy", "privacy_officer", "/privacy"),
    Shot("privacy-emergency", "privacy_officer", lambda: f"/privacy/emergencies/{EmergencyAccess.objects.exclude(person=None)[0].pk}"),
    Shot("privacy-unusual", "privacy_officer", "/privacy/unusual?state=all"),
    Shot("privacy-look", "privacy_officer", lambda: f"/privacy/unusual/{UnusualLook.objects.order_by('-looks', 'id')[0].pk}"),
    Shot("privacy-user", "privacy_officer", lambda: f"/privacy/staff/{UnusualLook.objects.order_by('-looks', 'id')[0].user_id}"),
    Shot("privacy-person", "privacy_officer", lambda: f"/privacy/people/{Disclosure.objects.order_by('-at')[0].persons[0]}"),
    Shot("privacy-given-out", "privacy_officer", "/privacy/given-out"),
    Shot("privacy-staff", "privacy_officer", "/privacy/staff"),
    Shot("person-restricted", "privacy_officer", lambda: f"/people/{Restriction.objects.filter(ended_at=None)[0].person_id}"),
    Shot("audit", "auditor", "/audit"),
    Shot("gallery", "tracer", "/gallery"),
    *LIMITS,
    *USERS,
)


@pytest.fixture
def scene(transactional_db: None) -> Iterator[Scene]:
    """The morning, filled; pages see its hour."""
    with patch("tracing.access.middleware.timezone", SimpleNamespace(now=lambda: NOW)):
        yield morning()


@contextmanager
def a_browser() -> Iterator[Browser]:
    """Inside it the thread counts as asynchronous, so what is asked of the database has a connection of its own, closed here."""
    with open_browser() as browser:
        try:
            yield browser
        finally:
            connections.close_all()


def context_of(browser: object, scene: Scene, site: str, who: str, width: str) -> BrowserContext:
    """A window of that width in which somebody is signed in; "" for nobody."""
    wide, tall = WIDTHS[width]
    made: BrowserContext = browser.new_context(  # type: ignore[attr-defined]
        viewport={"width": wide, "height": tall}, reduced_motion="reduce", locale="en-US", timezone_id="America/New_York"
    )
    if who:
        made.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": scene.cookie(who), "url": site}])
    return made


def visit(page: Page, site: str, shot: Shot) -> None:
    path = shot.path if isinstance(shot.path, str) else shot.path()
    page.goto(f"{site}{path}", wait_until="load")
    if shot.first is not None:
        shot.first(page)
        page.wait_for_load_state("load")


def test_pictures(scene: Scene, live_server: object) -> None:
    if not chromium():
        pytest.skip("no Chromium")
    folder = Path(os.environ["CONTACT_SCREENSHOTS"])
    folder.mkdir(parents=True, exist_ok=True)
    only = os.environ.get("CONTACT_SHOTS", "").split()
    site = str(live_server.url)  # type: ignore[attr-defined]
    with a_browser() as browser:
        for shot in SHOTS:
            if only and shot.name not in only:
                continue
            for width in WIDTHS:
                window = context_of(browser, scene, site, shot.who, width)
                page = window.new_page()
                visit(page, site, shot)
                page.screenshot(path=folder / f"{shot.name}-{width}.png", full_page=shot.whole)
                window.close()
