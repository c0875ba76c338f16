"""What the two telephones and the worker do in the tests of dialled calls."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.voice import Service
from tracing.desk.tests.world import World
from tracing.journal.actor import job
from tracing.messaging import jobs
from tracing.messaging.models import Dial
from tracing.people.models import WayToReach
from tracing.tasks.models import Task

OWN, THEIRS = "+12035550111", "+12035550142"
HOST = "https://contact.health.example"
BY = job("test")


class Clock:
    """What time the pages, the jobs and the gateway see."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def on(self, **by: float) -> None:
        self.at += timedelta(**by)


def way_of(task: Task) -> WayToReach:
    return WayToReach.objects.get(person=task.person_id, kind="phone")


def press(client: Client, task: Task) -> Any:
    """What the button does with script."""
    return client.post(reverse("desk:call_dial", args=[task.pk]), {"dial": str(way_of(task).pk)}, headers={"X-Part": "1"})


def work() -> None:
    """What waits for a worker in the queue of calls, as a worker does it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT args->>'dial' FROM procrastinate_jobs WHERE queue_name = 'voice' AND status = 'todo' ORDER BY id")
        waiting = [dial for (dial,) in cursor.fetchall()]
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE queue_name = 'voice' AND status = 'todo'")
    for one in waiting:
        jobs.place_dialled_call(dial=one)


def dialled(made: World, task: Task) -> Dial:
    answer = press(made.client("tracer"), task)
    assert answer.status_code == 200, answer.content.decode()
    work()
    return Dial.objects.get()


def tell(service: Service, address: str, form: dict[str, str], *, signature: str | None = None) -> Any:
    """What the service sends, signed over the address that it was given."""
    assert address.startswith(HOST + "/gateway/calls/")
    sign = service.sign(address, form) if signature is None else signature
    return Client().post(urlsplit(address).path, form, headers={"X-Twilio-Signature": sign})


def keys(service: Service, row: Dial, digits: str = "5", **more: str) -> Any:
    call = next(iter(service.calls))
    return tell(service, service.calls[call]["keys"], service.form(call, "in-progress", Digits=digits) | more)


def line(service: Service, row: Dial, status: str, *, own: bool = False, call: str = "", **more: Any) -> Any:
    """News of the person's line, or (`own`) of the caller's."""
    first = next(iter(service.calls))
    form = service.form(first, status) if own else service.form(call or "CA" + "7" * 32, status, parent=first, to=THEIRS)
    return tell(service, service.calls[first]["form"]["StatusCallback"], form | more)


def state(row: Dial) -> tuple[str, str, str, int | None]:
    row.refresh_from_db()
    return row.state, row.result, row.problem, row.seconds
