"""Bytes in, receipt out. Nothing is acknowledged before it is committed, nothing is taken twice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from tracing.base.ids import uuid7
from tracing.intake.models import Delivery, DeliveryPart, Source
from tracing.intake.wake import READ, wake
from tracing.journal.actions import Actor, action, record

PART_BYTES: Final = 2**20


class NothingReceived(Exception):
    """There were no bytes at all."""


class TooLarge(Exception):
    """More bytes than may come in one delivery. Nothing was stored."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a sender keeps. The same bytes always get the same receipt."""

    id: UUID
    fingerprint: str
    size: int
    received_at: datetime
    duplicate: bool


class _Known(Exception):
    """These bytes are here already: undo what was written of them."""

    def __init__(self, fingerprint: str) -> None:
        super().__init__()
        self.fingerprint = fingerprint


@action
def receive(
    *,
    source: Source,
    chunks: Iterable[bytes],
    channel: str,
    name: str,
    by: Actor,
    at: datetime,
    limit: int | None = None,
) -> Receipt:
    """Store the bytes as they are, in parts of at most one mebibyte, and have them read.

    The caller may acknowledge once this has returned outside of any transaction: then it is committed. The same bytes again change
    nothing but the journal and give the receipt of the first time. `limit` is in bytes. Memory: a few parts, whatever the size.
    """
    key = uuid7()
    try:
        with transaction.atomic():
            delivery = Delivery(id=key, source=source, unit_id=source.unit_id, channel=channel, received_at=at)
            _store(delivery, chunks, limit)
            delivery.name = "".join(letter for letter in name if letter.isprintable())[:200]
            # Two senders of the same bytes at once: the second waits here for the first to commit, and then inserts nothing.
            Delivery.objects.bulk_create([delivery], ignore_conflicts=True)
            if not Delivery.objects.filter(pk=key).exists():
                raise _Known(delivery.fingerprint)
    except _Known as known:
        first = Delivery.objects.get(fingerprint=known.fingerprint)
        codes = {"source": source.code, "channel": channel}
        record("delivery.repeated", by=by, at=at, subject=("delivery", first.pk), codes=codes)
        return Receipt(first.pk, first.fingerprint, first.size, first.received_at, duplicate=True)
    record(
        "delivery.received", by=by, at=at, subject=("delivery", key),
        codes={"source": source.code, "channel": channel, "bytes": delivery.size},
    )  # fmt: skip
    wake(READ, once=f"{READ} {key}", delivery=str(key))
    return Receipt(key, delivery.fingerprint, delivery.size, at, duplicate=False)


def _store(delivery: Delivery, chunks: Iterable[bytes], limit: int | None) -> None:
    """Write bytes before the row they belong to: its fingerprint is known last, and the foreign key waits for the commit."""
    digest, size, number = hashlib.sha256(), 0, 0
    rest = bytearray()
    for chunk in chunks:
        digest.update(chunk)
        size += len(chunk)
        if limit is not None and size > limit:
            raise TooLarge
        rest += chunk
        while len(rest) > PART_BYTES:
            number += 1
            DeliveryPart.objects.bulk_create([DeliveryPart(delivery_id=delivery.pk, no=number, content=bytes(rest[:PART_BYTES]))])
            del rest[:PART_BYTES]
    if not size:
        raise NothingReceived
    delivery.fingerprint, delivery.size = digest.hexdigest(), size
    if Delivery.objects.filter(fingerprint=delivery.fingerprint).exists():
        raise _Known(delivery.fingerprint)
    DeliveryPart.objects.bulk_create([DeliveryPart(delivery_id=delivery.pk, no=number + 1, content=bytes(rest))])
