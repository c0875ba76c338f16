"""The page of questions as a hand in a browser uses it."""

from __future__ import annotations

from typing import Any


def begin(page: Any) -> None:
    """From the page of a call."""
    page.keyboard.press("i")
    page.wait_for_url("**/questions")


def choose(page: Any, question: str, code: str) -> None:
    """One click, kept when the page says so."""
    box = page.locator(f'[name="q~~{question}"][value="{code}"]')
    box.wait_for(state="attached")
    page.locator(f'label[for="{box.get_attribute("id")}"]').click()
    kept(page)


def write(page: Any, question: str, words: str) -> None:
    """Kept when its place is left."""
    page.locator(f'[name="q~~{question}"]').fill(words)


def name(page: Any, people: str, kind: str = "") -> None:
    """Somebody named, or a pasted list; `kind`: how they met, unless a line says it."""
    page.locator("#naming_people").fill(people)
    if kind:
        page.locator("#naming_kind").select_option(kind)
    with page.expect_response("**/naming"):
        page.locator("#contacts-panel").get_by_role("button", name="Add", exact=True).click()
    page.wait_for_function("document.querySelector('#naming_people').value === ''")


def end(page: Any) -> None:
    """Everything was asked: back to the call."""
    page.get_by_role("button", name="Everything was asked").click()
    page.wait_for_url("**/call/*")


def kept(page: Any) -> None:
    page.locator("[data-kept]", has_text="✓").wait_for()
