"""What runs by itself: takes rows, calls one action, and finds what the queue lost."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django.models import ProcrastinateJob

from tracing.intake import jobs
from tracing.intake.models import Delivery, Report
from tracing.intake.tests.made import batch, message, sender, take
from tracing.intake.wake import FILE, READ, wake

pytestmark = pytest.mark.django_db


def _context(*, abort: bool = False) -> JobContext:
    return cast(JobContext, SimpleNamespace(should_abort=lambda: abort))


def _queued(task: str) -> list[dict[str, Any]]:
    return list(ProcrastinateJob.objects.filter(task_name=task, status="todo").order_by("id").values_list("args", flat=True))


def test_the_names_that_are_enqueued_are_tasks() -> None:
    from procrastinate.contrib.django import app

    from tracing.intake import wake as names

    assert {names.READ, names.FILE, names.REFILE} <= set(app.tasks)


def test_a_task_is_asked_for_once_and_the_transaction_survives() -> None:
    assert wake(FILE, once=FILE) and not wake(FILE, once=FILE)
    assert sender().pk and len(_queued(FILE)) == 1


def test_what_the_queue_lost_is_asked_for_again() -> None:
    source = sender()
    lost = take(source, message(1), at=timezone.now() - timedelta(minutes=3))
    take(source, message(2), at=timezone.now())
    ProcrastinateJob.objects.all().delete()
    jobs.read_left_deliveries(0)
    jobs.read_left_deliveries(0)
    assert _queued(READ) == [{"delivery": str(lost.id)}]
    jobs.read_received_delivery(str(lost.id))
    jobs.read_received_delivery(str(lost.id))
    assert Report.objects.count() == 1


def test_filing_is_asked_for_when_something_waits() -> None:
    jobs.file_left_reports(0)
    assert _queued(FILE) == []
    receipt = take(sender(), message(1))
    jobs.read_received_delivery(str(receipt.id))
    ProcrastinateJob.objects.all().delete()
    Report.objects.update(not_before=timezone.now() + timedelta(hours=1))
    jobs.file_left_reports(0)
    assert _queued(FILE) == []
    Report.objects.update(not_before=timezone.now())
    jobs.file_left_reports(0)
    assert len(_queued(FILE)) == 1


def test_filing_goes_on_until_nothing_waits_and_hands_on_when_it_must_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    sets = [100, 100, 7]
    monkeypatch.setattr(jobs, "file_some", lambda **_: sets.pop(0) if sets else 0)
    jobs.file_waiting_reports(_context())
    assert not sets
    assert _queued(FILE) == [{"lane": 1}], "a full set calls another lane in"
    jobs.file_waiting_reports(_context(abort=True))
    assert len(_queued(FILE)) == 2, "told to stop, it leaves a job behind"


def test_everything_of_a_cause_is_refiled(monkeypatch: pytest.MonkeyPatch) -> None:
    from tracing.intake.actions import holding

    monkeypatch.setattr(holding, "SET", 2)
    receipt = take(sender(), batch(1, 5))
    jobs.read_received_delivery(str(receipt.id))
    Report.objects.update(state="held", problems=["x"], causes=["code:LN|1-8"])
    jobs.refile_reports_of_a_cause(_context(), "code:LN|1-8")
    assert set(Report.objects.values_list("state", flat=True)) == {"waiting"}
    assert Delivery.objects.count() == 1
