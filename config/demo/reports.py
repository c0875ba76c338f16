"""The demo's laboratory reports: the last two weeks of a small state, received and filed on the day on which they came."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from config.demo.lab import orders
from config.demo.lab.write import Written, write_files, write_reports

__all__ = ["seed", "write_reports"]

COUNT: Final = 300
HOME, OF_HOME = "New Haven", 80
"""The town of the tracer as whom a newcomer signs in."""
SEED: Final = 1
ZONE: Final = ZoneInfo("America/New_York")
LEFT_TO_WORKER: Final = timedelta(hours=12)
"""Files younger than this are received only: the demo's own worker reads and files them, so that there is something to see."""
SENDERS: Final = {
    "charter-oak": orders.CHARTER_OAK,
    "nutmeg": orders.NUTMEG,
    "sound-health": orders.SOUND,
    "schools": orders.SCHOOLS,
}


def seed(*, at: datetime, say: Callable[[str], None]) -> str:
    """Receive and file. Run again after it was cut off, it goes on: bytes that are known change nothing."""
    from tracing.intake.actions.reading import read_delivery
    from tracing.intake.actions.receiving import receive
    from tracing.intake.actions.sources import add_source
    from tracing.intake.filing_in_sets import file_some
    from tracing.intake.models import Delivery, Source
    from tracing.intake.queries import state_unit
    from tracing.journal.actor import job

    by = job("demo")
    senders = {}
    for code, lab in SENDERS.items():
        source = Source.objects.filter(code=code).first()
        senders[lab.clia] = source or add_source(
            code=code, name=lab.name, unit=state_unit(), expected_every_hours=24, folder="", by=by, at=at - timedelta(days=28)
        )
    told = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        today = at.astimezone(ZONE).date()
        files: list[Written] = write_files(Path(folder), today=today, seed=SEED, count=COUNT, town=HOME, of_town=OF_HOME)
        for number, file in enumerate(sorted(files, key=lambda file: file.at), start=1):
            came = min(file.at, at)
            receipt = receive(
                source=senders[file.lab.clia],
                chunks=[file.path.read_bytes()],
                channel="command",
                name=file.path.name,
                by=by,
                at=came,
            )
            if came > at - LEFT_TO_WORKER:
                continue
            read_delivery(delivery=Delivery.objects.get(pk=receipt.id), by=by, at=came)
            while file_some(by=by, at=came):
                pass
            if time.monotonic() - told > 2:
                told = time.monotonic()
                say(f"{number} of {len(files)} files")
    return f"{sum(file.reports for file in files)} reports in {len(files)} files from {len(senders)} senders"
