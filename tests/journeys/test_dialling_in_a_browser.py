"""Dial, in a browser: what was typed stays, the page tells what happens by itself, and the outcome that it proposes is one click."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from django.test import override_settings

from tests.browser import MISSING, chromium
from tests.dialling.play import HOST, keys, line, work
from tests.journeys.pictures import a_browser, context_of, scene  # noqa: F401
from tests.scene import NOW, Scene
from tests.voice import telephone_service
from tracing.messaging.models import Dial, Telephone
from tracing.tasks.models import Attempt

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not chromium(), reason=MISSING)]


def test_from_dial_to_the_outcome_that_is_proposed(scene: Scene, live_server: Any) -> None:  # noqa: F811
    before = Attempt.objects.count()
    with (
        telephone_service() as service,
        override_settings(VOICE=service.account, ADDRESS=HOST),
        patch("tracing.messaging.jobs.timezone", SimpleNamespace(now=lambda: NOW)),
        a_browser() as browser,
    ):
        window = context_of(browser, scene, live_server.url, "tracer", "narrow")
        page = window.new_page()
        troubles: list[str] = []
        page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.goto(f"{live_server.url}/")
        page.locator(".button--next").click()
        page.wait_for_url("**/call/*")
        page.get_by_role("link", name="say where you are rung").click()
        page.get_by_label("Your telephone").fill("203-555-0113")
        page.get_by_role("button", name="Keep").click()
        page.get_by_text("You are rung there from now on.").wait_for()
        page.goto(f"{live_server.url}/")
        page.locator(".button--next").click()
        page.wait_for_url("**/call/*")
        note, told = page.locator("[name=call_note]"), page.locator("#dialled")
        note.fill("Said before anybody answered")
        page.locator("main h1").click()
        page.keyboard.press("d")
        told.filter(has_text="Calling your telephone").wait_for()
        work()
        told.filter(has_text="answer it and type").wait_for()
        row = Dial.objects.get()
        found = re.search(r"type (\d{4})", told.inner_text())
        assert found is not None and found[1] == row.digits
        assert "<Dial" in keys(service, row, found[1]).content.decode()
        told.filter(has_text="Their telephone rings").wait_for()
        assert line(service, row, "busy").status_code == 204
        told.get_by_role("button", name="Busy").wait_for()
        assert note.input_value() == "Said before anybody answered"
        assert page.locator("[name=way]").input_value() == str(row.way_id)
        told.get_by_role("button", name="Busy").click()
        page.wait_for_url("**/ended")
        window.close()
    assert not troubles, "\n".join(troubles)
    assert Attempt.objects.count() == before + 1
    attempt = Attempt.objects.get(task=row.task, note="Said before anybody answered")
    assert (attempt.outcome, attempt.way_id) == ("busy", row.way_id)
    assert Telephone.objects.get().confirmed_at == NOW
