"""Users in a real browser, at a desk and on a phone: invited by a list, a role given by two, a password set from a link, one role worn."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser import MISSING, chromium
from tests.journeys.pictures import WIDTHS, a_browser, context_of, scene  # noqa: F401
from tests.offices import SHEET
from tests.scene import Scene
from tracing.access.models import GrantProposal, Membership, Session, User

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not chromium(), reason=MISSING)]


@pytest.mark.parametrize("width", WIDTHS)
def test_from_a_list_of_staff_to_the_first_password(scene: Scene, live_server: Any, width: str) -> None:  # noqa: F811
    with a_browser() as browser:
        local = context_of(browser, scene, live_server.url, "local_administrator", width)
        page = local.new_page()
        page.goto(f"{live_server.url}/users")
        page.get_by_role("link", name="Invite by list").click()
        page.locator("input[type=file]").set_input_files({"name": "staff.csv", "mimeType": "text/csv", "buffer": SHEET.encode()})
        page.get_by_role("button", name="Read it").click()
        assert page.get_by_text("2 rows cannot be used").is_visible()
        page.get_by_role("button", name="Do this for 3 rows").click()
        page.get_by_role("heading", name="What was done").wait_for()
        with page.expect_download() as taken:
            page.get_by_role("button", name="Take out the links").click()
        links = re.findall(r"/welcome\?key=[\w-]+", taken.value.path().read_text(encoding="utf-8-sig"))
        assert len(links) == 3
        guest = context_of(browser, scene, live_server.url, "", width)
        first = guest.new_page()
        first.goto(f"{live_server.url}{links[0]}")
        first.get_by_label("New password").fill("a long enough password")
        first.get_by_label("The same again").fill("a long enough password")
        first.get_by_role("button", name="Set it").click()
        first.wait_for_url("**/sign-in*")
        assert first.get_by_text("Your password is set").is_visible()
        guest.close()
        local.close()
    assert User.objects.get(email="una.moss@health.example").has_usable_password()


@pytest.mark.parametrize("width", WIDTHS)
def test_a_role_given_by_two_and_worn_alone(scene: Scene, live_server: Any, width: str) -> None:  # noqa: F811
    who = User.objects.get(email="t4@health.example")
    with a_browser() as browser:
        one = context_of(browser, scene, live_server.url, "second_administrator", width)
        page = one.new_page()
        page.goto(f"{live_server.url}/users/{who.pk}")
        page.get_by_role("link", name="Give a role").click()
        page.get_by_label("Role", exact=True).select_option("analyst_counts")
        page.get_by_label("In", exact=True).select_option("ct")
        page.get_by_label("Why").fill("Weekly figures")
        page.get_by_role("button", name="Give this role").click()
        assert page.get_by_text("Given.").is_visible()
        page.get_by_role("link", name="Give a role").click()
        page.get_by_label("Role", exact=True).select_option("auditor")
        page.get_by_label("In", exact=True).select_option("ct")
        page.get_by_label("Why").fill("Audit of the year")
        page.get_by_role("button", name="Give this role").click()
        assert page.get_by_text("Proposed.").is_visible()
        one.close()
        other = context_of(browser, scene, live_server.url, "administrator", width)
        page = other.new_page()
        page.goto(f"{live_server.url}/users/waiting")
        page.get_by_role("button", name="Confirm Wen Li, Auditor").click()
        assert page.get_by_text("it is held from now on").is_visible()
        other.close()
        own = context_of(browser, scene, live_server.url, "t4", width)
        page = own.new_page()
        page.goto(f"{live_server.url}/")
        chosen = str(Membership.objects.get(user=who, role__code="lead").pk)
        page.get_by_label("Work as").select_option(chosen)
        page.get_by_role("button", name="Change").click()
        assert page.get_by_text("You work as Lead tracer in New Haven Health Department now").is_visible()
        assert page.get_by_label("Work as").input_value() == chosen
        own.close()
    assert GrantProposal.objects.get(user=who).answer == "confirmed"
    assert str(Session.objects.filter(user=who).latest("started_at").hat_id) == chosen
