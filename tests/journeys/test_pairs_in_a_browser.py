"""Two records side by side in a real browser, decided with one key each; axe on the list, the page and the masked page."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.browser import MISSING, chromium
from tests.journeys.pictures import WIDTHS, a_browser, context_of, scene  # noqa: F401
from tests.journeys.test_desk_in_a_browser import AXE, RULES
from tests.scene import NOW, Scene
from tests.world import BY
from tracing.people.duplicates import FoundPair, propose_duplicates
from tracing.people.models import Duplicate, Person, Restriction, Standing

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not chromium(), reason=MISSING),
    pytest.mark.skipif(not AXE.exists(), reason="The accessibility checker was not fetched: `make assets` does it."),
]
PICTURES: Final = "CONTACT_SCREENSHOTS"
REASONS: Final = ("given_form", "family_exact", "birth_near", "sex_exact", "phone_other", "area_exact", "too_common")


def _people(unit: str) -> list[Person]:
    here = Standing.objects.filter(unit__code=unit, why="residence", until=None, sensitive=False).values("person")
    return list(Person.objects.filter(pk__in=here).exclude(pk__in=Restriction.objects.values("person")).exclude(given="").order_by("pk")[:8])


def _pairs() -> list[Duplicate]:
    """Three pairs of New Haven, the most alike first, and one with somebody of Hartford."""
    ours, theirs = _people("new-haven"), _people("hartford")
    two = [(ours[0], ours[1]), (ours[2], ours[3]), (ours[4], ours[5]), (ours[6], theirs[0])]
    found = [FoundPair(one.pk, other.pk, 15.0 - place, "possible", REASONS, "v") for place, (one, other) in enumerate(two)]
    propose_duplicates(pairs=found, by=BY, at=NOW)
    return list(Duplicate.objects.order_by("-score"))


def test_decided_with_one_key_each(scene: Scene, live_server: Any) -> None:  # noqa: F811
    first, second, third, shared = _pairs()
    site, wrong = str(live_server.url), []
    folder = Path(os.environ[PICTURES]) if PICTURES in os.environ else None
    with a_browser() as browser:
        for width in WIDTHS:
            page = context_of(browser, scene, site, "supervisor", width).new_page()
            for shot, path in (("pairs", "/review/pairs"), ("pair", f"/review/pairs/{first.pk}"), ("pair-masked", f"/review/pairs/{shared.pk}")):
                page.goto(f"{site}{path}", wait_until="load")
                wrong += [f"{shot} {width}: {one}" for one in _looked_at(page)]
                if folder is not None:
                    folder.mkdir(parents=True, exist_ok=True)
                    page.screenshot(path=folder / f"{shot}-{width}.png", full_page=True)
            page.close()
        page = context_of(browser, scene, site, "supervisor", "wide").new_page()
        page.goto(f"{site}/review/pairs/{first.pk}", wait_until="load")
        page.keyboard.press("j")
        page.wait_for_url(f"**/{second.pk}?**")
        page.keyboard.press("k")
        page.wait_for_url(f"**/{first.pk}?**")
        page.keyboard.press("d")
        page.get_by_text("Decided: two people.").wait_for()
        page.keyboard.press("u")
        page.get_by_text("Taken back. Decide anew.").wait_for()
        page.keyboard.press("x")
        page.get_by_text("Noted that you cannot say.").wait_for()
        assert str(second.pk) in page.url
        page.keyboard.press("s")
        page.get_by_text("Decided: one person.").wait_for()
        assert str(third.pk) in page.url
        assert Person.objects.get(pk=second.other_id).merged_into_id == second.one_id
        page.keyboard.press("u")
        page.get_by_text("Taken back. Decide anew.").wait_for()
        assert Person.objects.get(pk=second.other_id).merged_into_id is None
    assert not wrong, "\n".join(wrong)


def _looked_at(page: Page) -> list[str]:
    page.evaluate(AXE.read_text())
    found: list[str] = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}}).then(r => r.violations.map(v =>"
        " v.id + ': ' + v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(' | ')))",
        RULES,
    )
    across = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*found, *([f"{across} pixels too wide"] if across > 0 else [])]
