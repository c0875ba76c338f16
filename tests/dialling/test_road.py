"""A call dialled from the page, end to end: our client library asks a service that checks as strictly as Twilio's, which tells back by
requests that it signs. And who is not dialled."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse

from tests.dialling.play import BY, OWN, THEIRS, Clock, dialled, keys, line, press, state, way_of, work
from tests.voice import SHOWN, Service
from tracing.desk.call.dialled import PROBLEMS
from tracing.desk.tests.world import World, add_case
from tracing.journal.models import Entry
from tracing.messaging.dialling import DialRefused, NotANumber, dial, set_telephone
from tracing.messaging.models import Dial, Telephone
from tracing.people.death import record_death
from tracing.people.declining import keep_refusal
from tracing.people.models import WayToReach
from tracing.tasks.models import Attempt, Task
from tracing.tasks.not_calling import call_no_more

pytestmark = pytest.mark.django_db


def test_the_whole_road(made: World, task: Task, service: Service, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("twilio").setLevel(logging.WARNING)
    client = made.client("tracer")
    answer = press(client, task)
    assert "Calling your telephone" in answer.content.decode() and 'data-poll="2"' in answer.content.decode()
    assert not service.asked  # nothing outside is asked while the page is made
    work()
    row = Dial.objects.get()
    assert state(row) == ("ringing", "", "", None)
    (call, placed), = service.calls.items()
    assert (placed["form"]["To"], placed["form"]["From"]) == (OWN, SHOWN)
    assert THEIRS not in json.dumps(service.asked)  # the service is not told whom, until the caller has answered
    part = client.get(reverse("desk:call_dial_state", args=[task.pk]), {"seen": "asked"})
    assert "answer it and press any key" in part.content.decode()
    assert client.get(reverse("desk:call_dial_state", args=[task.pk]), {"seen": "ringing"}).status_code == 204

    clock.on(seconds=8)
    said = keys(service, row)
    bridge = ElementTree.fromstring(said.content.decode())
    (number,) = bridge.findall("./Dial/Number")
    assert said["Content-Type"].startswith("text/xml") and number.text == THEIRS
    assert bridge[0].get("callerId") == SHOWN and set(str(number.get("statusCallbackEvent")).split()) == {"answered", "completed"}
    assert state(row)[0] == "connecting"

    clock.on(seconds=10)
    assert line(service, row, "in-progress").status_code == 204
    assert state(row)[0] == "talking"
    clock.on(minutes=3)
    assert line(service, row, "completed", CallDuration="181").status_code == 204
    assert line(service, row, "completed", own=True, CallDuration="200").status_code == 204
    assert state(row) == ("ended", "answered", "", 181)
    words = client.get(reverse("desk:call", args=[task.pk])).content.decode()
    assert "On the line for 3:01 minutes." in words and 'name="outcome" value="reached"' in words.split("endbar")[0]
    assert not Attempt.objects.exists()  # proposed, never kept by itself

    verbs = list(Entry.objects.filter(subject_kind="dial").order_by("id").values_list("verb", flat=True))
    assert verbs == ["dial.asked", "dial.claimed", "dial.placed", "dial.connected", "dial.answered", "dial.ended"]
    assert set(Entry.objects.filter(subject_kind="dial").values_list("person_id", flat=True)) == {task.person_id}
    told = caplog.text + json.dumps(list(Entry.objects.filter(subject_kind="dial").values_list("codes", flat=True)))
    told += " ".join(path for _method, path, _form in service.asked) + placed["keys"] + placed["form"]["StatusCallback"]
    assert not any(number.lstrip("+") in told for number in (THEIRS, OWN))


@pytest.mark.parametrize(
    ("status", "more", "result", "proposes"),
    [
        ("busy", {}, "busy", "busy"),
        ("no-answer", {}, "no_answer", "no_answer"),
        ("failed", {}, "failed", ""),
        ("canceled", {}, "cancelled", ""),
        ("completed", {"CallDuration": "12"}, "answered", ""),
        ("completed", {"CallDuration": "30"}, "answered", "reached"),
    ],
)
def test_what_came_of_it_proposes_the_outcome(
    made: World, task: Task, service: Service, status: str, more: dict[str, Any], result: str, proposes: str
) -> None:
    row = dialled(made, task)
    keys(service, row)
    assert line(service, row, status, **more).status_code == 204
    assert state(row)[:2] == ("ended", result)
    client = made.client("tracer")
    panel = client.get(reverse("desk:call_dial_state", args=[task.pk])).content.decode()
    assert (f'value="{proposes}"' in panel) if proposes else ('name="outcome"' not in panel)
    assert not Attempt.objects.exists() and Task.objects.get(pk=task.pk).state == "held"


def test_an_outcome_that_was_kept_takes_the_call_off_the_page(made: World, task: Task, service: Service) -> None:
    row = dialled(made, task)
    keys(service, row)
    line(service, row, "busy")
    client = made.client("tracer")
    typed = {"contact-TOTAL_FORMS": "0", "contact-INITIAL_FORMS": "0", "outcome": "busy", "way": str(way_of(task).pk)}
    assert client.post(reverse("desk:call", args=[task.pk]), typed).status_code == 302
    client.post(reverse("desk:call_take", args=[task.pk]))
    assert "Busy." not in client.get(reverse("desk:call", args=[task.pk])).content.decode().split('class="telephones"')[0]


# ── what keeps somebody from being called ────────────────────────────────────────────────────────────────────────────


def _dies(task: Task, at: datetime) -> None:
    assert task.person_id is not None
    record_death(person=task.person_id, source="call", by=BY, at=at)


def _asks_for_no_calls(task: Task, at: datetime) -> None:
    assert task.person_id is not None
    call_no_more(person=task.person_id, by=BY, at=at)
    Task.objects.filter(pk=task.pk).update(state="held", held_by=task.held_by_id, held_until=task.held_until, ended_at=None)


def _declines(task: Task, at: datetime) -> None:
    assert task.person_id is not None
    keep_refusal(person=task.person_id, disease=task.disease, scope="interview", by=BY, at=at)


def _number_is_wrong(task: Task, at: datetime) -> None:
    WayToReach.objects.filter(person=task.person_id).update(works=False)


def _goes_to_another_hand(task: Task, at: datetime) -> None:
    Task.objects.filter(pk=task.pk).update(held_until=at - timedelta(seconds=1))


def _lives_where_it_is_night(task: Task, at: datetime) -> None:
    Task.objects.filter(pk=task.pk).update(zones=["Pacific/Guam"])


BARS = [
    (_dies, "died"), (_asks_for_no_calls, "do_not_call"), (_declines, "declined"), (_number_is_wrong, "not_this_number"),
    (_goes_to_another_hand, "not_in_hand"), (_lives_where_it_is_night, "night"),
]  # fmt: skip


@pytest.mark.parametrize(("bar", "code"), BARS, ids=[code for _bar, code in BARS])
def test_nobody_is_dialled_who_would_not_come_up(made: World, task: Task, service: Service, clock: Clock, bar: Any, code: str) -> None:
    bar(task, clock.at)
    with pytest.raises(DialRefused) as refused:
        dial(task=task, way=way_of(task).pk, by=made.actor("tracer"), at=clock.at)
    assert refused.value.code == code
    assert not Dial.objects.exists() and not service.asked


@pytest.mark.parametrize(("bar", "code"), BARS, ids=[code for _bar, code in BARS])
def test_it_is_looked_at_again_before_the_service_is_asked(
    made: World, task: Task, service: Service, clock: Clock, bar: Any, code: str
) -> None:
    press(made.client("tracer"), task)
    task.refresh_from_db()
    bar(task, clock.at)
    work()
    assert state(Dial.objects.get()) == ("failed", "", code, None)
    assert not service.asked


@pytest.mark.parametrize(("bar", "code"), BARS, ids=[code for _bar, code in BARS])
def test_and_once_more_before_the_person_is_rung(made: World, task: Task, service: Service, clock: Clock, bar: Any, code: str) -> None:
    row = dialled(made, task)
    task.refresh_from_db()
    bar(task, clock.at)
    said = keys(service, row).content.decode()
    assert "<Hangup" in said and "<Dial" not in said and THEIRS not in said
    assert state(row) == ("failed", "", code, None)


def test_a_number_of_somebody_else_is_not_dialled(made: World, task: Task, clock: Clock, service: Service) -> None:
    other = add_case(made, "Hart", "Ford", unit="hartford", town="hartford", phone="+18605550101")
    way = WayToReach.objects.get(person=other.person_id, kind="phone")
    answer = made.client("tracer").post(reverse("desk:call_dial", args=[task.pk]), {"dial": str(way.pk)}, headers={"X-Part": "1"})
    assert PROBLEMS["not_this_number"].code in answer.content.decode()
    with pytest.raises(DialRefused) as refused:
        dial(task=task, way=way.pk, by=made.actor("tracer"), at=clock.at)
    assert refused.value.code == "not_this_number" and not service.asked


def test_one_call_at_a_time(made: World, task: Task, service: Service, clock: Clock) -> None:
    dialled(made, task)
    answer = press(made.client("tracer"), task)
    assert PROBLEMS["under_way"].code in answer.content.decode()
    assert Dial.objects.count() == 1 and len(service.calls) == 1
    # Laid down while the line is still open, taken by a colleague: the person is not rung twice at once.
    supervisor = made.actor("supervisor")
    Task.objects.filter(pk=task.pk).update(held_by=supervisor.id)
    set_telephone(number="+12035550112", by=supervisor, at=clock.at)
    with pytest.raises(DialRefused) as refused:
        dial(task=task, way=way_of(task).pk, by=supervisor, at=clock.at)
    assert refused.value.code == "person_on_line"


def test_without_script_the_page_comes_back_as_typed(made: World, task: Task, service: Service) -> None:
    typed = {"contact-TOTAL_FORMS": "0", "contact-INITIAL_FORMS": "0", "call_note": "Said a lot", "dial": str(way_of(task).pk)}
    page = made.client("tracer").post(reverse("desk:call_dial", args=[task.pk]), typed)
    assert page.status_code == 200 and "Said a lot" in page.content.decode() and "Calling your telephone" in page.content.decode()
    again = made.client("tracer").post(reverse("desk:call_dial", args=[task.pk]), typed)
    assert again.status_code == 409 and PROBLEMS["under_way"].code in again.content.decode()


# ── the caller's own telephone ───────────────────────────────────────────────────────────────────────────────────────


def test_who_answers_a_new_telephone_types_what_stands_on_the_page(made: World, task: Task, service: Service, clock: Clock) -> None:
    set_telephone(number="203-555-0113", by=made.actor("tracer"), at=clock.at)
    row = dialled(made, task)
    assert len(row.digits) == 4 and next(iter(service.calls.values()))["digits"] == "4"
    assert row.digits not in json.dumps(service.asked)  # who picks up without sitting before the page does not hear it
    part = made.client("tracer").get(reverse("desk:call_dial_state", args=[task.pk])).content.decode()
    assert f"type {row.digits}" in part
    keys(service, row, row.digits)
    assert state(row)[0] == "connecting" and row.telephone.number == "+12035550113"
    assert Telephone.objects.get(until=None).confirmed_at == clock.at


def test_a_stranger_who_answers_is_connected_with_nobody(made: World, task: Task, service: Service, clock: Clock) -> None:
    set_telephone(number="+12035550113", by=made.actor("tracer"), at=clock.at)
    row = dialled(made, task)
    said = keys(service, row, "0000" if row.digits != "0000" else "1111").content.decode()
    assert "<Dial" not in said and state(row) == ("failed", "", "digits", None)
    assert Telephone.objects.get(until=None).confirmed_at is None


def test_a_voicemail_of_the_callers_is_connected_with_nobody(made: World, task: Task, service: Service) -> None:
    row = dialled(made, task)
    assert line(service, row, "completed", own=True, CallDuration="15").status_code == 204  # it answered, and nobody pressed a key
    assert state(row) == ("ended", "not_taken", "", None)


def test_where_one_is_rung_is_said_once_and_changed(made: World, clock: Clock) -> None:
    client = made.client("tracer")
    url = reverse("desk:telephone")
    assert client.post(url, {"number": "203-555-01"}).status_code == 422
    assert client.post(url, {"number": "203-555-0113"}).status_code == 302
    assert client.post(url, {"number": "(203) 555-0114"}).status_code == 302
    assert [row.until is None for row in Telephone.objects.order_by("id")] == [False, True]
    assert "(203) 555-0114" in client.get(url).content.decode()
    assert "555-0114" not in made.client("elsewhere").get(url).content.decode()
    assert client.post(url, {"number": ""}).status_code == 302
    assert not Telephone.objects.filter(until=None).exists()
    with pytest.raises(NotANumber):
        set_telephone(number="911", by=made.actor("tracer"), at=clock.at)


def test_without_a_telephone_or_a_service_numbers_are_links(made: World, task: Task, clock: Clock, settings: Any) -> None:
    client = made.client("tracer")
    page = reverse("desk:call", args=[task.pk])
    assert 'name="dial"' in client.get(page).content.decode()
    set_telephone(number="", by=made.actor("tracer"), at=clock.at)
    words = client.get(page).content.decode()
    assert 'name="dial"' not in words and "say where you are rung" in words and f"tel:{THEIRS}" in words
    settings.VOICE = None
    words = client.get(page).content.decode()
    assert "rung" not in words and f"tel:{THEIRS}" in words
    assert press(client, task).status_code == 404 and client.get(reverse("desk:telephone")).status_code == 404
    assert Client().post(reverse("gateway-call-keys", args=[UUID(int=1)])).json()["code"] == "calls_off"
