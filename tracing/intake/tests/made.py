"""A state, a sender, and messages for the tests of this room."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tracing.base.ids import uuid7
from tracing.intake.actions.reading import read_delivery
from tracing.intake.actions.receiving import Receipt, receive
from tracing.intake.actions.sources import add_source
from tracing.intake.models import Delivery, Report, Source
from tracing.journal.actor import Actor, job
from tracing.jurisdictions.models import Profile, Unit

AT = datetime(2021, 1, 15, 15, 0, tzinfo=UTC)
BY: Actor = job("test")


def state() -> Unit:
    unit = Unit.objects.filter(code="state").first()
    if unit is None:
        unit = Unit.objects.create(code="state", name="State", kind="state", time_zone="America/New_York")
        Profile.objects.create(
            code="state",
            name="State",
            state="CT",
            time_zone="America/New_York",
            unit=unit,
            version="1",
            fingerprint="",
            loaded_at=AT,
        )
    return unit


def sender(code: str = "lab", **more: Any) -> Source:
    return add_source(code=code, name=code.title(), unit=state(), by=BY, at=AT, **more)


def message(number: int, more: str = "") -> bytes:
    """A message that can be told apart from others; what it says is of no account here."""
    return (
        f"MSH|^~\\&|LIS|LAB|ELR|STATE|20210114090000||ORU^R01^ORU_R01|M{number}|P|2.5.1\r"
        f"PID|1||{number}||DOE^JO||19800102|F|||1 MAIN ST^^HARTFORD^CT^06103||^PRN^PH^^1^860^5550100\r"
        f"OBR|1||A{number}|94500-6^SARS-CoV-2 RNA^LN|||20210113140000\r"
        f"OBX|1|CWE|94500-6^SARS-CoV-2 RNA^LN||260415000^Not detected^SCT||||||F|||20210113140000\r{more}"
    ).encode()


def batch(first: int, last: int, *, declared: int | None = None) -> bytes:
    total = last - first + 1 if declared is None else declared
    return b"BHS|^~\\&|LIS\r" + b"".join(message(n) for n in range(first, last + 1)) + f"BTS|{total}\r".encode()


def take(source: Source, content: bytes, *, at: datetime = AT, channel: str = "command") -> Receipt:
    return receive(source=source, chunks=[content], channel=channel, name="file.hl7", by=BY, at=at)


def take_and_read(source: Source, content: bytes, *, at: datetime = AT) -> Delivery:
    delivery = Delivery.objects.get(pk=take(source, content, at=at).id)
    read_delivery(delivery=delivery, by=BY, at=at)
    delivery.refresh_from_db()
    return delivery


def held(source: Source, *, problems: list[str], causes: list[str] | None = None) -> Report:
    """A held report of a delivery of its own."""
    delivery = take_and_read(source, message(uuid7().int % 10**12))
    Report.objects.filter(delivery=delivery).update(state="held", problems=problems, causes=causes or [])
    return Report.objects.get(delivery=delivery)
