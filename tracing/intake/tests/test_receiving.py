"""Bytes in, receipt out: stored as they are, once, or not at all."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from tracing.intake.actions.receiving import PART_BYTES, NothingReceived, TooLarge, receive
from tracing.intake.models import Delivery, DeliveryPart, Source
from tracing.intake.tests.made import AT, BY, message, sender, take
from tracing.journal.models import Entry

pytestmark = pytest.mark.django_db


def _bytes_of(delivery: UUID) -> bytes:
    return b"".join(
        bytes(part) for part in DeliveryPart.objects.filter(delivery=delivery).order_by("no").values_list("content", flat=True)
    )


@pytest.mark.parametrize("size", [1, PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, 3 * PART_BYTES])
@pytest.mark.parametrize("piece", [65_537, 2 * PART_BYTES])
def test_bytes_are_stored_as_they_came_in_parts_of_a_mebibyte(size: int, piece: int) -> None:
    content = (b"0123456789abcdef\x00\xff" * (size // 18 + 1))[:size]
    pieces = [content[i : i + piece] for i in range(0, size, piece)]
    receipt = receive(source=sender(), chunks=pieces, channel="command", name="x", by=BY, at=AT)
    assert receipt.fingerprint == hashlib.sha256(content).hexdigest()
    assert (receipt.size, receipt.duplicate, receipt.received_at) == (size, False, AT)
    assert _bytes_of(receipt.id) == content
    parts = DeliveryPart.objects.filter(delivery=receipt.id)
    assert sorted(parts.values_list("no", flat=True)) == list(range(1, -(-size // PART_BYTES) + 1))
    assert all(len(bytes(part)) <= PART_BYTES for part in parts.values_list("content", flat=True))


@pytest.mark.parametrize("content", [message(1), b"x" * (2 * PART_BYTES + 5)])
def test_the_same_bytes_again_change_nothing_and_give_the_first_receipt(content: bytes) -> None:
    source = sender()
    first = take(source, content)
    jobs = ProcrastinateJob.objects.count()
    again = take(sender("other"), content, at=AT.replace(hour=20))
    assert again.duplicate and not first.duplicate
    assert (again.id, again.fingerprint, again.size, again.received_at) == (first.id, first.fingerprint, first.size, AT)
    assert Delivery.objects.get().source == source
    assert _bytes_of(first.id) == content and DeliveryPart.objects.exclude(delivery=first.id).count() == 0
    assert ProcrastinateJob.objects.count() == jobs
    assert list(Entry.objects.filter(subject_id=first.id).order_by("id").values_list("verb", flat=True)) == [
        "delivery.received",
        "delivery.repeated",
    ]


def test_nothing_is_no_delivery() -> None:
    with pytest.raises(NothingReceived):
        take(sender(), b"")
    assert not Delivery.objects.exists()


def test_too_much_stores_nothing() -> None:
    with pytest.raises(TooLarge):
        receive(source=sender(), chunks=[b"x" * PART_BYTES] * 3, channel="post", name="", by=BY, at=AT, limit=2 * PART_BYTES)
    assert not Delivery.objects.exists() and not DeliveryPart.objects.exists()


def test_a_stream_that_breaks_off_stores_nothing() -> None:
    def broken() -> Iterator[bytes]:
        yield b"x" * (2 * PART_BYTES)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        receive(source=sender(), chunks=broken(), channel="post", name="", by=BY, at=AT)
    assert not Delivery.objects.exists() and not DeliveryPart.objects.exists()


def test_the_reading_is_asked_for_in_the_same_transaction() -> None:
    source = sender()
    with transaction.atomic():
        take(source, message(1))
        assert ProcrastinateJob.objects.count() == 1
        transaction.set_rollback(True)
    assert not ProcrastinateJob.objects.exists() and not Delivery.objects.exists()
    receipt = take(source, message(1))
    job = ProcrastinateJob.objects.get()
    assert (job.task_name, job.args) == ("tracing.intake.jobs.read_received_delivery", {"delivery": str(receipt.id)})


def test_a_name_is_kept_without_what_could_not_be_printed() -> None:
    receive(source=sender(), chunks=[b"x"], channel="folder", name="a\x00b\n" + "c" * 300, by=BY, at=AT)
    assert Delivery.objects.get().name == "ab" + "c" * 198


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [100, 2 * PART_BYTES])
def test_the_same_bytes_from_two_connections_at_once_are_one_delivery(size: int) -> None:
    source = Source.objects.get(pk=sender().pk)
    meet = threading.Barrier(4)
    receipts, faults = [], []

    def post() -> None:
        def pieces() -> Iterator[bytes]:
            yield b"x" * (size - 1)
            meet.wait(20)  # everybody has begun before anybody has finished
            yield b"y"

        try:
            receipts.append(receive(source=source, chunks=pieces(), channel="post", name="", by=BY, at=AT))
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=post) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not faults
    assert len({receipt.id for receipt in receipts}) == 1
    assert sorted(receipt.duplicate for receipt in receipts) == [False, True, True, True]
    assert Delivery.objects.count() == 1
    assert len(_bytes_of(receipts[0].id)) == size == sum(len(bytes(p.content)) for p in DeliveryPart.objects.all())
