"""A real browser for journeys and pictures: the machine's own Chromium, driven by Playwright. Nothing is downloaded."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MISSING: Final = "No Chromium was found, so the journeys in a real browser were left out (.ci/run installs it; or: apt-get install chromium)."
# Quiet: a browser that looks for updates and accounts slows down, and fails where there is no network.
_FLAGS: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def chromium() -> str:
    """Path of a Chromium or Chrome; "" where there is none. CONTACT_CHROMIUM names another."""
    chosen = os.environ.get("CONTACT_CHROMIUM", "")
    names = [chosen] if chosen else ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
    return next((path for name in names if (path := shutil.which(name))), "")


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A headless browser. Playwright keeps an event loop in this thread, which Django would take for asynchronous code."""
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=_FLAGS)
            try:
                yield browser
            finally:
                browser.close()
    finally:
        os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
