"""The whole road of docs/a-positive-report.md, in a real browser: from the bytes a laboratory posts to a closed case."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from urllib.request import Request, urlopen

import pytest

from config.demo.lab.formats import make_message
from tests.browser import MISSING, chromium
from tests.journeys import asking
from tests.journeys.pictures import a_browser, context_of
from tests.scene import PASSWORD, Scene, staff
from tests.world import BY, NOW, connecticut, order, somebody
from tracing.cases.models import Case
from tracing.contacts.models import Exposure, Quarantine
from tracing.intake.actions.reading import read_delivery
from tracing.intake.actions.sources import make_key
from tracing.intake.filing_in_sets import file_some
from tracing.intake.models import Delivery, Report
from tracing.intake.queries import status
from tracing.journal.models import Entry, Look
from tracing.journal.sealer import seal
from tracing.journal.verifying import verify
from tracing.tasks.models import Hold, Task

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not chromium(), reason=MISSING)]

CLOCK = [NOW]


@pytest.fixture
def health_department(transactional_db: None) -> Iterator[Scene]:
    CLOCK[0] = NOW
    with patch("tracing.access.middleware.timezone", SimpleNamespace(now=lambda: CLOCK[0])):
        yield staff()


@pytest.fixture
def laboratory_key(transactional_db: None) -> str:
    return make_key(source=connecticut(), by=BY, at=NOW).key


def test_a_positive_report(laboratory_key: str, health_department: Scene, live_server: Any) -> None:
    who = somebody(31, last="Marchetti", first="Rosa", sex="F", birth=date(1950, 5, 6), phone="(203) 555-0131",
                   street="12 Elm St", city="New Haven", state="CT", zip="06511", county="New Haven")  # fmt: skip
    message = make_message(order(who, on=date(2021, 1, 13), sent=datetime(2021, 1, 14, 18, 0, tzinfo=UTC)))

    # 1: bytes arrive, and come again.
    first, again = _post(live_server.url, laboratory_key, message), _post(live_server.url, laboratory_key, message)
    assert (first["duplicate"], again["duplicate"], again["receipt"]) == (False, True, first["receipt"])
    # 2 to 7: read and filed by what the worker does.
    read_delivery(delivery=Delivery.objects.get(pk=first["receipt"]), by=BY, at=NOW)
    assert Report.objects.get().state == "waiting"
    assert file_some(by=BY, at=NOW) == 1
    counts = status().total
    assert (counts.in_, counts.filed) == (1, 1)
    case = Case.objects.select_related("person", "unit", "task", "isolation").get()
    assert case.unit.code == "new-haven" and case.scope == "call" and case.task is not None
    assert case.isolation is not None and case.isolation.ends_on == date(2021, 1, 23)

    with a_browser() as browser:
        # 8: a tracer signs in, presses Next call, talks, names a contact, and says how it ended.
        page = context_of(browser, health_department, live_server.url, "", "wide").new_page()
        page.goto(f"{live_server.url}/")
        page.get_by_label("E-mail address").fill("tracer@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.locator(".button--next").click()
        page.wait_for_url("**/call/*")
        assert page.get_by_role("heading", name="Rosa Marchetti").is_visible()
        assert Hold.objects.filter(key="phone:+12035550131").exists()
        asking.begin(page)
        asking.choose(page, "illness.any", "yes")
        asking.choose(page, "illness.symptoms", "cough")
        asking.write(page, "illness.onset_on", "2021-01-12")
        asking.name(page, "Paolo Marchetti", "household")
        asking.end(page)
        page.get_by_role("button", name="Reached", exact=False).first.click()
        page.wait_for_url("**/ended")

        # Closing is refused while isolation lasts, and says until when; afterwards it is done.
        page = context_of(browser, health_department, live_server.url, "supervisor", "wide").new_page()
        _close(page, live_server.url, case)
        assert "January 22" in page.locator("main").inner_text() or "Jan 22" in page.locator("main").inner_text()
        assert Case.objects.get().closure is None
        CLOCK[0] = NOW + timedelta(days=9)
        _close(page, live_server.url, case)

    closed = Case.objects.select_related("closure", "isolation").get()
    assert closed.closure is not None and closed.closure.reason == "completed"
    assert closed.isolation is not None and closed.isolation.ends_on == date(2021, 1, 22)  # onset beats the specimen
    assert Exposure.objects.get().contact.given == "Paolo" and not Hold.objects.exists()
    assert Task.objects.get(pk=case.task.pk).state == "done"
    assert not Quarantine.objects.filter(person=case.person).exists()
    # 9: every change and every look is there, and the chain holds.
    verbs = set(Entry.objects.values_list("verb", flat=True))
    assert {"delivery.received", "delivery.repeated", "report.filed", "person.added", "case.opened", "case.isolation_set",
            "task.added", "task.taken", "case.interviewed", "contact.named", "task.attempted", "case.closed"} <= verbs  # fmt: skip
    assert Look.objects.filter(persons__contains=[case.person_id]).count() >= 3
    assert seal(at=CLOCK[0]) > 0 and verify() == []


def _post(site: str, key: str, content: bytes) -> dict[str, Any]:
    request = Request(f"{site}/gateway/lab-reports", data=content, headers={"Authorization": f"Bearer {key}"}, method="POST")
    request.add_header("Content-Type", "application/hl7-v2")
    with urlopen(request, timeout=20) as answer:
        found: dict[str, Any] = json.loads(answer.read())
    return found


def _close(page: Any, site: str, case: Case) -> None:
    page.goto(f"{site}/cases/{case.pk}")
    page.get_by_text("Close this case").click()
    page.locator("label[for=id_reason_0]").click()
    page.get_by_role("button", name="Close the case").click()
    page.wait_for_load_state("load")
