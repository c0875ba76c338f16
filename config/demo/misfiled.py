"""Reports filed on the wrong person: one that was moved to somebody new, and one whose correction names somebody else and is held."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

ACCESSION: Final = "DEMO-MISFILED"


def seed(*, at: datetime, say: Callable[[str], None]) -> str:
    from config.demo.lab.formats import hl7_text
    from config.demo.lab.invented import Invented
    from config.demo.lab.orders import CHARTER_OAK, CLINICS, PCR, POSITIVE, Finding, Order
    from tracing.access.models import User
    from tracing.intake.actions.reading import read_delivery
    from tracing.intake.actions.receiving import receive
    from tracing.intake.filing_in_sets import file_some
    from tracing.intake.misfiled import move_report
    from tracing.intake.models import Delivery, LabResult, Moved, Source
    from tracing.journal.actor import Actor, job

    if Moved.objects.exists():
        return "nothing new"
    by, source = job("demo"), Source.objects.get(code="charter-oak")

    def sent(number: int, first: str, *, version: int = 0) -> None:
        who = Invented(f"97{number:05}", "Brancato", first, datetime(1979, 4, 2 + number).date(), "F", f"{20 + number} Chapel St", "New Haven",
                       "CT", "06511", phone=f"203555018{number}")  # fmt: skip
        order = Order(
            who, (Finding(*PCR, *POSITIVE, "C" if version else "F"),), at - timedelta(days=1), at - timedelta(hours=3 - version),
            f"{ACCESSION}-{number}", f"demo-misfiled-{number}-{version}", CHARTER_OAK, CLINICS[0],
        )  # fmt: skip
        receipt = receive(
            source=source, chunks=[hl7_text(order).encode()], channel="command", name=f"misfiled-{number}-{version}.hl7", by=by, at=at
        )
        read_delivery(delivery=Delivery.objects.get(pk=receipt.id), by=by, at=at)
        while file_some(by=by, at=at):
            pass

    sent(1, "Lidia")
    sent(2, "Marta")
    sent(2, "Paola", version=1)  # the laboratory says that it was somebody else's specimen
    staff = Actor("staff", User.objects.get(email="supervisor@demo.example").pk)
    wrong = LabResult.objects.filter(accession__startswith=f"{ACCESSION}-1", person__isnull=False).order_by("pk").first()
    if wrong is None:
        return "nothing: the reports were not filed"
    move_report(report=wrong.report, to=None, why="She was called: tested was a cousin of the same name.", by=staff, at=at)
    return "1 report moved, 1 correction that names somebody else"
