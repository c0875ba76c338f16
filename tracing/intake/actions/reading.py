"""From the bytes of a delivery to its reports, one for each message. What a message says is read when it is filed."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO, Final
from uuid import UUID

from django.db import Error, transaction

from tracing.intake import read
from tracing.intake.envelope import Declared
from tracing.intake.models import Delivery, DeliveryPart, Report
from tracing.intake.wake import FILE, wake
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record

HEAD_BYTES: Final = 64 * 1024
"""What is kept of a delivery in which no message was found, for staff to look at."""
ROWS: Final = 500
ROWS_BYTES: Final = 4 * 2**20
"""Reports are inserted in sets; large messages make smaller sets, so that memory stays bounded."""

NO_MESSAGE: Final = "no_message_found"
READING_FAILED: Final = "reading_failed"
SENDER_UNKNOWN: Final = "sender_unknown"

log = logging.getLogger(__name__)


class _ReaderFailed(Exception):
    """A reader raised, which it promises not to do: the whole delivery is held, and the queue goes on."""


class _Parts(io.RawIOBase):
    """The bytes of a delivery, one part in memory at a time. Sees every byte pass once, in order."""

    def __init__(self, delivery: UUID) -> None:
        self._delivery = delivery
        self._number = 0
        self._part = memoryview(b"")
        self.declared = Declared()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not self._part:
            self._number += 1
            row = DeliveryPart.objects.filter(delivery=self._delivery, no=self._number).values_list("content", flat=True).first()
            if row is None:
                return 0
            content = bytes(row)
            self.declared.feed(content)
            self._part = memoryview(content)
        length = min(len(buffer), len(self._part))
        buffer[:length] = self._part[:length]
        self._part = self._part[length:]
        return length


@action
def read_delivery(*, delivery: Delivery, by: Actor, at: datetime) -> Delivery | Unchanged:
    """Make a report of each message. One transaction: killed half-way it leaves a delivery that waits, and nothing else.

    A delivery in which no message is found becomes one report, number 0, held. What comes from a sender whom nobody has
    confirmed is held until somebody does. Unchanged when it was read before or another worker reads it now.
    """
    row = (
        Delivery.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
        .select_related("source")
        .filter(pk=delivery.pk, state=Delivery.State.WAITING)
        .first()
    )
    if row is None:
        return UNCHANGED
    parts = _Parts(row.pk)
    stream = io.BufferedReader(parts, 2**18)
    row.format = read.sniff(stream.peek(HEAD_BYTES)[:HEAD_BYTES])
    problem = NO_MESSAGE
    try:
        with transaction.atomic():
            row.messages = _make_reports(row, stream, at)
    except _ReaderFailed as failure:
        log.error("reading delivery %s: %s", row.pk, failure)
        row.messages, problem = 0, READING_FAILED
    if not row.messages:
        row.messages = 1
        _hold_whole(row, problem, at)
    row.declared = parts.declared.end()
    row.state, row.read_at = Delivery.State.READ, at
    row.save(update_fields=["format", "messages", "declared", "state", "read_at"])
    codes = {"format": row.format, "messages": row.messages, "declared": row.declared}
    record("delivery.read", by=by, at=at, subject=("delivery", row.pk), codes=codes)
    wake(FILE, once=FILE)
    return row


def _make_reports(delivery: Delivery, stream: BinaryIO, at: datetime) -> int:
    """How many messages there were."""
    number, size, rows = 0, 0, list[Report]()
    make = _report if delivery.source.active else _unconfirmed
    for message in _messages(stream):
        number += 1
        size += len(message)
        rows.append(make(delivery, number, message, at))
        if len(rows) >= ROWS or size >= ROWS_BYTES:
            Report.objects.bulk_create(rows)
            size, rows = 0, []
    Report.objects.bulk_create(rows)
    return number


def _messages(stream: BinaryIO) -> Iterator[bytes]:
    messages = iter(read.split(stream))
    while True:
        try:
            message = next(messages)
        except StopIteration:
            return
        except Error:
            raise
        except Exception as error:
            raise _ReaderFailed(type(error).__name__) from error
        yield message


def _report(delivery: Delivery, number: int, message: bytes, at: datetime) -> Report:
    # Until somebody has read what it is about, it counts as sensitive; the filing clears that.
    return Report(
        delivery=delivery, source_id=delivery.source_id, unit_id=delivery.unit_id, message_no=number, format=delivery.format,
        content=message, not_before=at, received_at=delivery.received_at, sensitive=True,
    )  # fmt: skip


def _unconfirmed(delivery: Delivery, number: int, message: bytes, at: datetime) -> Report:
    report = _report(delivery, number, message, at)
    report.state = Report.State.HELD
    report.problems, report.causes = [SENDER_UNKNOWN], [f"sender:{delivery.source.code}"]
    return report


def _hold_whole(delivery: Delivery, problem: str, at: datetime) -> None:
    head = DeliveryPart.objects.filter(delivery=delivery, no=1).values_list("content", flat=True).first() or b""
    report = _report(delivery, 0, bytes(head)[:HEAD_BYTES], at)
    report.state, report.problems = Report.State.HELD, [problem]
    if not delivery.source.active:
        report.problems, report.causes = [problem, SENDER_UNKNOWN], [f"sender:{delivery.source.code}"]
    report.save(force_insert=True)
