"""A case in more than one hand, in a real browser: shared and seen, handed over and given back, referred and met."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.browser import MISSING, chromium
from tests.journeys.pictures import WIDTHS, a_browser, context_of, scene  # noqa: F401
from tests.journeys.test_desk_in_a_browser import AXE, RULES
from tests.scene import NOW, PASSWORD, Scene
from tests.world import BY
from tracing.access.actions import add_user, grant_membership
from tracing.access.models import Role
from tracing.cases.handing import offer_transfer
from tracing.cases.models import Case, Share, Transfer
from tracing.intake.leaving import prepare_package
from tracing.jurisdictions.models import Unit, UnitAncestor
from tracing.people.models import Restriction
from tracing.places.models import Place
from tracing.referrals.models import Referral

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not chromium(), reason=MISSING),
    pytest.mark.skipif(not AXE.exists(), reason="The accessibility checker was not fetched: `make assets` does it."),
]

PICTURES: Final = "CONTACT_SCREENSHOTS"
"""Folder for pictures of these pages; without it none are made."""


def _others(made: Scene) -> None:
    """Hartford's supervisor, an organisation with its coordinator, a college with its liaison."""
    state = Unit.objects.get(kind="state")
    for code, kind, name in (("elm-city-helpers", "community", "Elm City Helpers"), ("oak-college", "college", "Oak State College")):
        unit = Unit.objects.create(code=code, kind=kind, name=name, parent=state, time_zone=state.time_zone, sort_key=name.lower())
        UnitAncestor.objects.create(unit=unit, ancestor=unit, depth=0)
        UnitAncestor.objects.create(unit=unit, ancestor=state, depth=1)
    for who, role, unit_code in (
        ("hartford", "supervisor", "hartford"), ("coordinator", "community_resource_coordinator", "elm-city-helpers"),
        ("liaison", "institution_liaison", "oak-college"),
    ):  # fmt: skip
        user = add_user(email=f"{who}@example.org", name=who.title(), password=PASSWORD, by=BY, at=NOW)
        grant_membership(
            user=user, role=Role.objects.get(code=role), unit=Unit.objects.get(code=unit_code), since=NOW - timedelta(days=1),
            by=BY, at=NOW,
        )  # fmt: skip
        made.staff[who] = user
    college = Unit.objects.get(code="oak-college")
    Place.objects.create(
        kind="college", name="Oak State College", name_key="oak state college", unit=Unit.objects.get(code="new-haven"), organisation=college
    )


def _case() -> Case:
    found = Case.objects.filter(closure=None, unit__code="new-haven", person__given__gt="", task__state="open").order_by("opened_at", "id")
    found = found.exclude(person__in=Restriction.objects.values("person"))  # some are, for the pictures of privacy
    return found.select_related("person")[0]


def _open(page: Page, words: str) -> None:
    page.locator("summary", has_text=words).first.click()


def test_shared_handed_over_and_referred(scene: Scene, live_server: Any) -> None:  # noqa: F811
    _others(scene)
    case, site = _case(), str(live_server.url)
    hartford, name = Unit.objects.get(code="hartford"), str(case.person)
    with a_browser() as browser:
        pages: dict[str, Page] = {}
        troubles: list[str] = []
        for who in ("supervisor", "hartford", "coordinator", "liaison"):
            pages[who] = context_of(browser, scene, site, who, "wide").new_page()
            pages[who].on("pageerror", lambda error: troubles.append(str(error)))
        ours, theirs, helpers = pages["supervisor"], pages["hartford"], pages["coordinator"]
        # Shared: seen there.
        ours.goto(f"{site}/cases/{case.pk}/shared")
        _open(ours, "Share this case")
        ours.locator("#share_unit").select_option(str(hartford.pk))
        ours.locator("#share_purpose").select_option("investigation")
        ours.locator("#share_why").fill("Went to a wedding in Hartford.")
        ours.get_by_role("button", name="Share", exact=True).click()
        ours.get_by_text("They see it and cannot change it.").wait_for()
        _last()
        theirs.goto(f"{site}/cases/{case.pk}")
        assert name in theirs.locator("h1").inner_text() and theirs.get_by_role("link", name="Interview").count() == 0
        assert Share.objects.filter(case=case, unit=hartford, ended_at=None).count() == 1
        # Handed over: offered, accepted, given back.
        _open(ours, "Hand this case over")
        ours.get_by_text("Somebody else follows them from now on").click()
        ours.locator("#offer_unit").select_option(str(hartford.pk))
        ours.locator("#offer_why").fill("Stays with a brother there.")
        ours.get_by_role("button", name="Offer it").click()
        ours.get_by_text("Your department answers for it until they accept.").wait_for()
        theirs.goto(f"{site}/transfers")
        assert theirs.locator("nav summary .count").inner_text() == "1", "what waits is told on the menu, shut as it is"
        theirs.get_by_role("button", name="Accept for", exact=False).click()
        theirs.get_by_text("You answer for this case from now on.").wait_for()
        assert theirs.get_by_role("link", name="Interview").count() == 1
        theirs.goto(f"{site}/cases/{case.pk}/shared")
        _open(theirs, "Give it back")
        theirs.locator("form[action$=return] [name=note]").fill("Went home again.")
        theirs.get_by_role("button", name="Give it back to", exact=False).click()
        theirs.get_by_text("answers for this case again").wait_for()
        # Referred: the organisation sees whom to help.
        ours.goto(f"{site}/cases/{case.pk}/shared")
        _open(ours, "Refer them to an organisation")
        ours.locator("#refer_unit").select_option(label="Elm City Helpers")
        ours.get_by_text("Food", exact=True).click()
        ours.locator("#refer_until_on").fill("2021-01-25")
        ours.locator("form[action$=refer]").get_by_text("Yes", exact=True).click()
        ours.locator("#refer_agreed_by").fill("The person")
        ours.get_by_role("button", name="Refer", exact=True).click()
        ours.get_by_text("They are told nothing of an illness.").wait_for()
        _last()
        helpers.goto(f"{site}/referrals")
        helpers.get_by_role("link", name=name).click()
        assert "covid" not in helpers.locator("main").inner_text().lower()
        helpers.get_by_role("button", name="Take it on").click()
        helpers.get_by_text("Taken on.").wait_for()
        _open(helpers, "It is done")
        helpers.get_by_text("All was given").click()
        helpers.get_by_role("button", name="End the referral").click()
        helpers.get_by_text("You see this person no longer.").wait_for()
        assert name not in helpers.locator("main").inner_text()
    assert Transfer.objects.get().state == "returned" and Referral.objects.get().outcome == "met"
    assert not troubles, "\n".join(troubles)


def _last() -> None:
    """A share ends at a real hour, and the morning of the scene is long past: who comes, comes while it lasts."""
    from tracing.people.models import Standing

    Standing.objects.filter(until__gt=NOW).update(until=NOW + timedelta(days=36500))


def test_axe_finds_nothing_and_nothing_is_too_wide(scene: Scene, live_server: Any) -> None:  # noqa: F811
    _others(scene)
    case, site, by = _case(), str(live_server.url), scene.staff["supervisor"]
    from tracing.cases.affiliation import affiliate
    from tracing.cases.sharing import share_case
    from tracing.journal.actor import Actor
    from tracing.referrals.actions import refer

    actor, hartford, home = Actor("staff", by.pk), Unit.objects.get(code="hartford"), Unit.objects.get(code="new-haven")
    share_case(case=case, unit=Unit.objects.get(code="stratford"), purpose="investigation", until=NOW + timedelta(days=30),
               why="Went to a wedding there.", by=actor, at=NOW)  # fmt: skip
    affiliate(case=case, place=Place.objects.get(organisation__code="oak-college"), how="attends", source="staff", by=actor, at=NOW)
    offer_transfer(case=case, unit=hartford, kind="residence", why="Moved there on Monday.", by=actor, at=NOW)
    row = refer(
        person=case.person, unit=Unit.objects.get(code="elm-city-helpers"), from_unit=home.pk, needs=["food", "medicine"],
        until_on=NOW.date() + timedelta(days=8), agreed_by="The person", note="Second floor, ring twice.", by=actor, at=NOW,
    )  # fmt: skip
    package = prepare_package(case=case, to_state="NY", recipient="New York State Department of Health", why="Goes home on Friday.",
                              with_contacts=True, by=actor, at=NOW)  # fmt: skip
    _last()
    seen: tuple[tuple[str, str, str, Callable[[Any], None] | None], ...] = (
        ("shared", "supervisor", f"/cases/{case.pk}/shared", None), ("shared-receiver", "hartford", f"/cases/{case.pk}/shared", None),
        ("shared-forms", "supervisor", f"/cases/{case.pk}/shared", _all_open), ("shared-liaison", "liaison", f"/cases/{case.pk}/shared", None),
        ("transfers", "hartford", "/transfers", None), ("transfers-sent", "supervisor", "/transfers", None),
        ("transfers-none", "liaison", "/transfers", None), ("list-lent", "hartford", "/lists/cases", None),
        ("out-of-state", "supervisor", "/out-of-state", None), ("package", "supervisor", f"/out-of-state/{package.pk}", None),
        ("referrals", "coordinator", "/referrals", None), ("referral", "coordinator", f"/referrals/{row.pk}", None),
        ("places", "supervisor", "/places", None), ("case-offered", "hartford", f"/cases/{case.pk}", None),
    )  # fmt: skip
    wrong: list[str] = []
    folder = Path(os.environ[PICTURES]) if PICTURES in os.environ else None
    with a_browser() as browser:
        for width in WIDTHS:
            for shot, who, path, first in seen:
                window = context_of(browser, scene, site, who, width)
                page = window.new_page()
                answer = page.goto(f"{site}{path}", wait_until="load")
                if answer is None or answer.status != 200:
                    wrong.append(f"{shot}: {answer.status if answer else 'no answer'}")
                if first is not None:
                    first(page)
                page.evaluate(AXE.read_text())
                found = page.evaluate(
                    "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}}).then(r => r.violations.map(v =>"
                    " v.id + ': ' + v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(' | ')))",
                    RULES,
                )
                wrong += [f"{shot} {width}: {one}" for one in found]
                across = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                if across > 0:
                    wrong.append(f"{shot} {width}: {across} pixels too wide")
                if folder is not None:
                    folder.mkdir(parents=True, exist_ok=True)
                    page.screenshot(path=folder / f"{shot}-{width}.png", full_page=True)
                window.close()
    assert not wrong, "\n".join(wrong)


def _all_open(page: Page) -> None:
    page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
