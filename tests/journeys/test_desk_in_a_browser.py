"""The desk in a real browser: the road of a call with mouse and keyboard, and axe on every page at WCAG 2.2 AA."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from tests.browser import MISSING, chromium
from tests.journeys import asking
from tests.journeys.pictures import SHOTS, WIDTHS, a_browser, context_of, scene, visit  # noqa: F401
from tests.scene import PASSWORD, Scene
from tracing.cases.models import Interview
from tracing.contacts.models import Exposure
from tracing.tasks.models import Attempt

AXE: Final = Path(__file__).parents[2] / "build" / "for-tests" / "axe.min.js"
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not chromium(), reason=MISSING),
    pytest.mark.skipif(not AXE.exists(), reason="The accessibility checker was not fetched: `make assets` does it."),
]


def test_axe_finds_nothing_on_any_page(scene: Scene, live_server: Any) -> None:  # noqa: F811
    wrong: list[str] = []
    with a_browser() as browser:
        for width in WIDTHS:
            for who in sorted({shot.who for shot in SHOTS}):
                window = context_of(browser, scene, live_server.url, who, width)
                # The checker is put into the page by the browser, past the page's own policy.
                page = window.new_page()
                for shot in (one for one in SHOTS if one.who == who):
                    visit(page, live_server.url, shot)
                    page.evaluate(AXE.read_text())
                    found = page.evaluate(
                        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}}).then(r => r.violations.map(v =>"
                        " v.id + ': ' + v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(' | ')))",
                        RULES,
                    )
                    wrong += [f"{shot.name} {width}: {one}" for one in found]
                    across = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                    if across > 0:
                        wrong.append(f"{shot.name} {width}: {across} pixels too wide")
                window.close()
    assert not wrong, "\n".join(wrong)


def test_a_call_from_sign_in_to_the_next(scene: Scene, live_server: Any) -> None:  # noqa: F811
    before = Attempt.objects.count()
    with a_browser() as browser:
        window = context_of(browser, scene, live_server.url, "", "wide")
        page = window.new_page()
        troubles: list[str] = []
        page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.goto(f"{live_server.url}/lists/cases")
        page.get_by_label("E-mail address").fill("tracer@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Cases", exact=True).wait_for()
        page.goto(f"{live_server.url}/")
        page.keyboard.press("n")  # the key on the button
        page.wait_for_url("**/call/*")
        assert page.locator("a[href^='tel:']").count() >= 1
        asking.begin(page)
        asking.choose(page, "illness.any", "yes")
        asking.choose(page, "illness.symptoms", "fever")
        asking.write(page, "illness.onset_on", "2021-01-10")
        asking.name(page, "Luis", "household")
        page.get_by_role("link", name="Back to the call").click()
        page.wait_for_url("**/call/*")
        assert page.get_by_role("link", name="Go on with the interview").is_visible()
        page.get_by_label("Note of this call").fill("Lives alone with a son.")
        page.get_by_role("button", name="Reached", exact=False).first.click()
        page.wait_for_url("**/ended")
        assert page.get_by_role("heading", name="This call is done").is_visible()
        page.keyboard.press("n")
        page.wait_for_url("**/call/*")
        page.keyboard.press("3")  # no answer
        page.wait_for_url("**/ended")
        assert page.get_by_text("Next try").first.is_visible()
        page.keyboard.press("?")
        assert page.locator("dialog#keys").is_visible()
        window.close()
    interview = Interview.objects.filter(response__isnull=False).latest("at")
    assert (interview.kind, interview.symptoms, str(interview.onset_on)) == ("partial", ["fever"], "2021-01-10")
    assert Attempt.objects.filter(note="Lives alone with a son.").count() == 1
    assert Exposure.objects.filter(contact__given="Luis", contact__family="").exists()
    assert Attempt.objects.count() == before + 2
    assert not troubles, "\n".join(troubles)


def test_the_same_without_script(scene: Scene, live_server: Any) -> None:  # noqa: F811
    with a_browser() as browser:
        window = browser.new_context(java_script_enabled=False)
        page = window.new_page()
        page.goto(f"{live_server.url}/sign-in")
        page.get_by_label("E-mail address").fill("tracer@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.locator(".button--next").click()
        assert "/call/" in page.url
        page.get_by_role("link", name="Begin the interview").click()
        page.get_by_label("Name, number, who they are").fill("Luis")
        page.locator("#contacts-panel").get_by_role("button", name="Add", exact=True).click()
        assert page.locator("#contacts-panel").get_by_text("Luis").first.is_visible()
        page.get_by_role("link", name="Back to the call").click()
        page.get_by_role("button", name="No answer", exact=False).click()
        assert page.url.endswith("/ended")
        window.close()
