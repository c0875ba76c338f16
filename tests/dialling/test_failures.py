"""Every way in which a dialled call goes wrong leaves a code, and nothing is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from tests.dialling.play import BY, OWN, THEIRS, Clock, dialled, keys, line, press, state, tell, work
from tests.voice import ACCOUNT, SHOWN, Service, new_call
from tracing.cases.models import Case
from tracing.desk.call.dialled import PROBLEMS
from tracing.desk.tests.world import World
from tracing.journal.actor import Actor
from tracing.journal.models import Entry
from tracing.messaging import jobs
from tracing.messaging.dialling import claim_dial
from tracing.messaging.models import Dial
from tracing.messaging.providers import twilio
from tracing.tasks.models import Task

pytestmark = pytest.mark.django_db


# ── when the service fails ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("fail", "code"),
    [
        ((401, 20003, "Authenticate"), "account"),
        ((403, 20005, "Account not active"), "account"),
        ((404, 20404, "not found"), "account"),
        ((429, 20429, "Too Many Requests"), "too_many"),
        ((400, 21211, f"Invalid 'To' Phone Number: {OWN}"), "own_refused"),
        ((400, 21212, f"Invalid 'From' Phone Number: {SHOWN}"), "shown_refused"),
        ((400, 21215, "Geo permissions"), "not_permitted"),
        ((400, 99999, "Something new"), "answer"),
        ((500, 20500, "Internal"), "down"),
        ((503, 20503, "Service unavailable"), "down"),
        ("silence", "no_word"),
        ("garbage", "answer"),
    ],
    ids=str,
)
def test_each_failure_has_a_code_and_says_what_to_do(
    made: World, task: Task, service: Service, fail: Any, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    service.fail = fail
    row = dialled(made, task)
    assert state(row) == ("failed", "", code, None)
    client = made.client("tracer")
    words = client.get(reverse("desk:call", args=[task.pk])).content.decode()
    assert PROBLEMS[code].code in words and str(PROBLEMS[code].do) in words.replace("&#x27;", "'")
    assert not any(number.lstrip("+") in caplog.text for number in (THEIRS, OWN))
    assert Task.objects.get(pk=task.pk).state == "held"
    # The next one may go well: nothing of the failed one stands in its way.
    press(client, task)
    work()
    assert Dial.objects.order_by("asked_at", "id").last().state == "ringing"  # type: ignore[union-attr]


def test_a_service_that_is_not_there(made: World, task: Task, service: Service, settings: Any) -> None:
    settings.VOICE = type(service.account)(ACCOUNT, "x" * 32, SHOWN, "http://127.0.0.1:1", 2)
    assert state(dialled(made, task)) == ("failed", "", "down", None)


def test_a_wrong_token_is_told(made: World, task: Task, service: Service, settings: Any) -> None:
    settings.VOICE = type(service.account)(ACCOUNT, "x" * 32, SHOWN, service.account.address, 2)
    assert state(dialled(made, task)) == ("failed", "", "account", None)
    assert twilio.ready(settings.VOICE) == "account" and twilio.ready(service.account) == ""


def test_a_call_that_gave_no_answer_and_rings_all_the_same_connects_nobody(made: World, task: Task, service: Service) -> None:
    service.fail = "silence"
    row = dialled(made, task)
    call = new_call()
    form = service.form(call, "in-progress", Digits="1")
    said = tell(service, twilio.address(row.pk, "keys"), form).content.decode()
    assert "<Dial" not in said and "<Hangup" in said and state(row)[2] == "no_word"


def test_what_no_worker_took_up_in_time_is_not_dialled_any_more(made: World, task: Task, service: Service, clock: Clock) -> None:
    press(made.client("tracer"), task)
    clock.on(seconds=31)
    work()
    assert state(Dial.objects.get()) == ("failed", "", "too_late", None) and not service.asked


def test_a_worker_that_knows_no_service_says_so_at_once(
    made: World, task: Task, service: Service, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    press(made.client("tracer"), task)
    settings.VOICE = None
    work()
    assert state(Dial.objects.get()) == ("failed", "", "too_late", None)
    assert "CONTACT_TWILIO_ACCOUNT" in caplog.text and not service.asked


def test_a_call_is_handed_over_once(made: World, task: Task, service: Service, clock: Clock) -> None:
    row = dialled(made, task)
    jobs.place_dialled_call(dial=str(row.pk))  # a job may run twice
    assert len(service.calls) == 1
    assert claim_dial(dial=row.pk, by=BY, at=clock.at) is None


# ── what the service tells: forged, twice, late, lost ────────────────────────────────────────────────────────────────


def test_a_forged_request_changes_nothing(made: World, task: Task, service: Service) -> None:
    row = dialled(made, task)
    call = next(iter(service.calls))
    address, form = twilio.address(row.pk, "keys"), service.form(call, "in-progress", Digits="1")
    other = twilio.address(UUID(int=5), "keys")
    for signature in ("", "x", service.sign(address, form, "another token of 32 characters..."), service.sign(other, form)):
        refused = tell(service, address, form, signature=signature)
        assert (refused.status_code, refused.json()["code"]) == (403, "signature_wrong")
        assert THEIRS not in refused.content.decode()
    tampered = tell(service, address, form | {"Digits": "2"}, signature=service.sign(address, form))
    assert tampered.status_code == 403
    foreign = form | {"AccountSid": "AC" + "f" * 32}
    assert tell(service, address, foreign).status_code == 403
    assert Client().get(urlsplit(address).path).status_code == 405
    assert state(row)[0] == "ringing"


def test_a_call_that_is_not_ours_is_told_so(made: World, task: Task, service: Service) -> None:
    row = dialled(made, task)
    another = service.form(new_call(), "in-progress", Digits="1")
    for address in (twilio.address(row.pk, "keys"), twilio.address(UUID(int=5), "keys")):
        refused = tell(service, address, another)
        assert (refused.status_code, refused.json()["code"]) == (404, "call_unknown")
    status = service.form(new_call(), "completed")
    assert tell(service, twilio.address(row.pk, "status"), status).status_code == 404
    assert state(row)[0] == "ringing"


def test_told_twice_and_out_of_order_it_ends_the_same(made: World, task: Task, service: Service, clock: Clock) -> None:
    row = dialled(made, task)
    first, second = keys(service, row).content, keys(service, row).content  # the service repeats a request that it lost
    assert first == second and Entry.objects.filter(verb="dial.connected").count() == 1
    assert line(service, row, "completed", CallDuration="95").status_code == 204
    ended = state(row)
    for status, own in (("in-progress", False), ("completed", False), ("completed", True)):
        assert line(service, row, status, own=own, **({"CallDuration": "95"} if status == "completed" else {})).status_code == 204
    assert state(row) == ended == ("ended", "answered", "", 95)
    assert Entry.objects.filter(verb="dial.ended").count() == 1
    said = keys(service, row).content.decode()
    assert "<Dial" not in said  # an old request, sent again later, rings nobody


def test_the_persons_line_has_the_last_word(made: World, task: Task, service: Service) -> None:
    """The caller's line may be told first, and says less."""
    row = dialled(made, task)
    keys(service, row)
    line(service, row, "completed", own=True, CallDuration="20")
    assert state(row)[:2] == ("ended", "cancelled")
    line(service, row, "busy")
    assert state(row)[:2] == ("ended", "busy")


def test_what_was_never_told_is_asked_for(made: World, task: Task, service: Service, clock: Clock, settings: Any) -> None:
    row = dialled(made, task)
    keys(service, row)
    line(service, row, "in-progress")
    call = next(iter(service.calls))
    clock.on(minutes=11)
    service.calls[call]["status"] = "in-progress"
    jobs.ask_after_calls(settings.VOICE, clock.at)
    assert state(row)[0] == "talking"  # a long talk, not a lost one
    service.calls[call]["status"] = "completed"
    service.calls[call]["lines"] = [{"sid": "CA" + "7" * 32, "status": "completed", "duration": "640", "parent_call_sid": call}]
    jobs.ask_after_calls(settings.VOICE, clock.at)
    assert state(row) == ("ended", "answered", "", 640)


@pytest.mark.parametrize("known", [True, False])
def test_what_the_service_does_not_know_is_said_so(
    made: World, task: Task, service: Service, clock: Clock, settings: Any, known: bool
) -> None:
    row = dialled(made, task)
    clock.on(minutes=3)
    if known:
        service.fail = (503, 20503, "Service unavailable")
        jobs.ask_after_calls(settings.VOICE, clock.at)
        assert state(row)[0] == "ringing"  # asked again a minute later
    service.calls.clear()
    jobs.ask_after_calls(settings.VOICE, clock.at)
    assert state(row) == ("ended", "unknown", "", None)
    assert "say it below" in made.client("tracer").get(reverse("desk:call_dial_state", args=[task.pk])).content.decode()


def test_a_worker_that_died_in_between_leaves_no_caller_blocked(made: World, task: Task, clock: Clock, settings: Any) -> None:
    press(made.client("tracer"), task)
    row = Dial.objects.get()
    claim_dial(dial=row.pk, by=BY, at=clock.at)
    clock.on(seconds=61)
    jobs.ask_after_calls(settings.VOICE, clock.at)
    assert state(row) == ("failed", "", "no_word", None)
    assert press(made.client("tracer"), task).status_code == 200
    assert Dial.objects.count() == 2


def test_who_is_on_the_line_keeps_the_person_in_hand(made: World, task: Task, service: Service, clock: Clock, settings: Any) -> None:
    row = dialled(made, task)
    keys(service, row)
    line(service, row, "in-progress")
    service.calls[next(iter(service.calls))]["status"] = "in-progress"
    clock.on(minutes=20)
    jobs.ask_after_calls(settings.VOICE, clock.at)
    until = Task.objects.get(pk=task.pk).held_until
    assert until is not None and until > clock.at + timedelta(minutes=25)


def test_another_department_reaches_nothing_of_it(made: World, task: Task) -> None:
    elsewhere: Actor = made.actor("elsewhere")
    assert elsewhere.id is not None
    client = made.client("elsewhere")
    assert press(client, task).status_code == 404
    assert client.get(reverse("desk:call_dial_state", args=[task.pk])).status_code == 404
    assert not Dial.objects.exists() and Case.objects.exists()
