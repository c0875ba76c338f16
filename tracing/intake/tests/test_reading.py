"""From the bytes of a delivery to its reports: every message once, nothing lost, nothing half."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from tracing.intake import read
from tracing.intake.actions import reading
from tracing.intake.actions.reading import read_delivery
from tracing.intake.models import Delivery, Report
from tracing.intake.queries import status
from tracing.intake.tests.made import AT, BY, batch, message, sender, take, take_and_read

pytestmark = pytest.mark.django_db


def test_every_message_becomes_a_report_in_order() -> None:
    delivery = take_and_read(sender(), batch(1, 7))
    assert (delivery.state, delivery.format, delivery.messages, delivery.declared, delivery.read_at) == ("read", "hl7v2", 7, 7, AT)
    reports = list(Report.objects.order_by("message_no"))
    assert [report.message_no for report in reports] == list(range(1, 8))
    assert {report.state for report in reports} == {"waiting"}
    assert all(f"|M{n}|".encode() in bytes(report.content) for n, report in enumerate(reports, 1))
    assert all(report.sensitive for report in reports), "nobody has read yet what they are about"


def test_reports_are_inserted_in_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "ROWS", 3)
    monkeypatch.setattr(reading, "ROWS_BYTES", 1_000)
    assert take_and_read(sender(), batch(1, 20)).messages == 20
    assert Report.objects.count() == 20


def test_a_delivery_over_several_parts_is_read_whole() -> None:
    content = b"".join(message(n, "NTE|1||" + "x" * 300_000 + "\r") for n in range(1, 9))
    assert take_and_read(sender(), content).messages == 8
    assert all(len(bytes(report.content)) > 300_000 for report in Report.objects.all())


def test_totals_that_disagree_are_kept() -> None:
    delivery = take_and_read(sender(), batch(1, 3, declared=4))
    assert (delivery.messages, delivery.declared) == (3, 4)


@pytest.mark.parametrize("content", [b"\x00\x01\x02", b"%PDF-1.4 nothing here", b"\r\n\r\n"])
def test_what_holds_no_message_is_held_as_a_whole(content: bytes) -> None:
    delivery = take_and_read(sender(), content)
    report = Report.objects.get()
    assert (delivery.state, delivery.messages) == ("read", 1)
    assert (report.message_no, report.state, report.problems) == (0, "held", ["no_message_found"])
    assert bytes(report.content) == content


def test_reading_twice_changes_nothing() -> None:
    delivery = take_and_read(sender(), batch(1, 3))
    assert not read_delivery(delivery=delivery, by=BY, at=AT)
    assert Report.objects.count() == 3


def _breaking(after: int, fault: BaseException) -> Callable[[Any], Iterator[bytes]]:
    def split(stream: Any) -> Iterator[bytes]:
        for number in range(1, after + 1):
            yield message(number)
        raise fault

    return split


def test_a_reader_that_raises_holds_the_delivery_and_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "split", _breaking(1_200, RecursionError()))
    delivery = take_and_read(sender(), batch(1, 2))
    report = Report.objects.get()
    assert (delivery.messages, report.message_no, report.state, report.problems) == (1, 0, "held", ["reading_failed"])
    assert status().total.agree


def test_a_worker_that_dies_half_way_leaves_a_delivery_that_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    receipt = take(sender(), batch(1, 2))
    delivery = Delivery.objects.get(pk=receipt.id)
    with monkeypatch.context() as broken:
        broken.setattr(read, "split", _breaking(1_200, SystemExit()))
        with pytest.raises(SystemExit):
            read_delivery(delivery=delivery, by=BY, at=AT)
    assert not Report.objects.exists() and status().total.waiting == 1
    read_delivery(delivery=delivery, by=BY, at=AT)
    assert Report.objects.count() == 2


def test_what_an_unconfirmed_sender_brings_is_held_with_its_cause() -> None:
    take_and_read(sender("new", active=False), batch(1, 2))
    assert [(r.state, r.problems, r.causes) for r in Report.objects.all()] == [("held", ["sender_unknown"], ["sender:new"])] * 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_not_read_one_delivery(monkeypatch: pytest.MonkeyPatch) -> None:
    delivery = Delivery.objects.get(pk=take(sender(), batch(1, 3)).id)
    begun, finish = threading.Event(), threading.Event()
    split = read.split

    def slowly(stream: Any) -> Iterator[bytes]:
        begun.set()
        finish.wait(20)
        yield from split(stream)

    def first() -> None:
        try:
            read_delivery(delivery=delivery, by=BY, at=AT)
        finally:
            connection.close()

    monkeypatch.setattr(read, "split", slowly)
    thread = threading.Thread(target=first)
    thread.start()
    assert begun.wait(20)
    assert not read_delivery(delivery=delivery, by=BY, at=AT)
    finish.set()
    thread.join(20)
    assert Report.objects.count() == 3
