"""Reports made on purpose for the tests of the review pages: one laboratory, and messages that are held, wait, or propose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from config.demo.lab.formats import hl7_text
from config.demo.lab.invented import Invented
from config.demo.lab.orders import HIV, REACTIVE, residence
from tests.world import deliver, order, somebody
from tracing.desk.tests.world import BY, World
from tracing.intake.actions.filing import file_waiting
from tracing.intake.actions.sources import add_source
from tracing.intake.models import Report, Source


@dataclass
class Lab:
    world: World
    source: Source

    def text(self, who: Invented, *, days_ago: int = 2, **more: Any) -> str:
        """One message; `days_ago` of the specimen."""
        return hl7_text(order(who, on=(self.world.at - timedelta(days=days_ago)).date(), **more))

    def send(self, text: str, *, at: datetime | None = None) -> Report:
        """Receive and read one message; it waits to be filed."""
        delivery = deliver(self.source, text.encode(), at=at or self.world.at)
        return Report.objects.filter(delivery=delivery).order_by("message_no").first() or Report.objects.get(delivery=delivery)

    def file(self, at: datetime | None = None) -> None:
        while file_waiting(limit=100, by=BY, at=at or self.world.at):
            pass

    def held(self, text: str) -> Report:
        report = self.send(text)
        self.file()
        report.refresh_from_db()
        assert report.state == "held", (report.state, report.problems)
        return report


def lab(made: World) -> Lab:
    source = add_source(
        code="charter-oak", name="Charter Oak Reference Laboratory", unit=made.units["ct"], by=BY, at=made.at - timedelta(days=60)
    )
    return Lab(made, source)


def nameless(found: Lab, seed: int = 1) -> Report:
    """A positive result of nobody."""
    return found.held(found.text(somebody(seed, last="", first="")))


def unknown_code(found: Lab, seed: int = 2) -> Report:
    """A positive result under a code that only this laboratory knows."""
    text = found.text(somebody(seed), test=("COVPCR7", "Respiratory virus panel 7")).replace(
        "COVPCR7^Respiratory virus panel 7^LN", "COVPCR7^Respiratory virus panel 7^L"
    )
    return found.held(text)


__all__ = ["HIV", "REACTIVE", "Lab", "lab", "nameless", "residence", "somebody", "unknown_code"]
