"""Somebody whom nothing reaches is found again and called; a household is served in one call; in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser import MISSING, chromium
from tests.journeys.pictures import a_browser, context_of, scene  # noqa: F401
from tests.journeys.test_desk_in_a_browser import AXE, RULES
from tests.scene import Scene
from tracing.contacts.models import Unreached
from tracing.people.household.actions import live_together
from tracing.people.models import Restriction, WayToReach
from tracing.tasks.models import Attempt, Task

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not chromium(), reason=MISSING),
    pytest.mark.skipif(not AXE.exists(), reason="The accessibility checker was not fetched: `make assets` does it."),
]


def _well(page: Page) -> None:
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}}).then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].target))",
        RULES,
    )
    assert not found, f"{page.url}: {found}"
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), f"{page.url} is too wide"


def test_found_again_and_then_one_call_for_the_household(scene: Scene, live_server: Any) -> None:  # noqa: F811
    site = str(live_server.url)
    rows = Unreached.objects.filter(state="open", why="call", unit__code="new-haven").exclude(person__in=Restriction.objects.values("person"))
    row = rows.select_related("person").order_by("-priority", "id")[0]
    with a_browser() as browser:
        for width in ("narrow", "wide"):
            page = context_of(browser, scene, site, "supervisor", width).new_page()
            for where in ("/no-way", f"/no-way/{row.pk}", f"/people/{row.person_id}/ways"):
                page.goto(site + where)
                _well(page)
        # A source knows a number: typed as people type, refused once, then kept; the call is back on its list.
        page.goto(f"{site}/no-way")
        page.get_by_role("link", name=row.person.listed).first.click()
        page.get_by_label("Telephone").fill("555-0142")
        page.get_by_role("button", name="Keep it").click()
        page.get_by_text("missing digits").first.wait_for()
        page.get_by_label("Telephone").fill("(203) 555 0196")
        page.get_by_role("button", name="Keep it").click()
        page.get_by_text("the call is back on its list").wait_for()
        task = Task.objects.get(person=row.person_id, state="open")
        assert not task.no_phone and WayToReach.objects.get(person=row.person_id, value="+12035550196").source
        # Another one of the house, confirmed by staff; the tracer serves both in one call.
        others = Task.objects.filter(state="open", unit=task.unit, kind="first_call", no_phone=False).exclude(pk=task.pk)
        other = others.exclude(person__in=Restriction.objects.values("person")).order_by("id")[0]
        assert other.person_id is not None
        live_together(persons=[row.person_id, other.person_id], source="said", by=_by(scene), at=row.since)
        page.goto(f"{site}/call/{task.pk}/ended")
        page.locator("summary", has_text="Call now in spite of it").click()
        page.get_by_role("button", name="Take this call in hand").click()
        page.get_by_text("The same household, in the same call").wait_for()
        _well(page)
        page.locator("#along").get_by_text("Reached too").first.click()
        page.locator("button[name=outcome][value=no_answer]").click()
        page.get_by_text("Next try:").wait_for()
    assert Attempt.objects.get(task=other).outcome == "reached" and Attempt.objects.get(task=task).outcome == "no_answer"


def _by(made: Scene) -> Any:
    from tracing.journal.actor import Actor

    return Actor("staff", made.staff["supervisor"].pk)
