"""(b) Reports filed per second, steps 3 to 7, with a million people in the database and two workers.

30 % positives, half of them people already known, 5 % corrections of positives sent a little earlier, the rest negatives of people
nobody knows. Workers are processes that do what the job does: sets of up to a hundred, each one transaction, durable.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from config.demo.lab.formats import make_message
from config.demo.lab.orders import CHARTER_OAK, CLINICS, NEGATIVE, PCR, POSITIVE, Finding, Order, symptomatic
from tests.benchmarks import population

AT = datetime(2021, 1, 15, 15, 0, tzinfo=UTC)
"""In the winter wave, when every case was called: the most work a report can make."""
TARGET = 500


def messages(count: int, people: int, first: int = 0) -> list[bytes]:
    """`count` HL7 messages in the mix above. `first`: as many were sent before."""
    rng = Random(1 + first)
    made: list[bytes] = []
    sent: list[Order] = []
    for number in range(first, first + count):
        draw = rng.random()
        if draw < 0.05 and sent:
            before = rng.choice(sent[-500:])
            finding = replace(before.findings[0], status="C")
            made.append(
                make_message(
                    replace(before, findings=(finding,), control_id=f"B{number:07}", resulted=before.resulted + timedelta(hours=1))
                )
            )
            continue
        positive = draw < 0.35
        known = positive and rng.random() < 0.5
        who = population.invented(rng.randrange(people) if known else people + number)
        day = date(2021, 1, 14) - timedelta(days=rng.randrange(4))
        collected = datetime(day.year, day.month, day.day, 14, tzinfo=UTC)
        order = Order(
            person=who, findings=(Finding(*PCR, *(POSITIVE if positive else NEGATIVE)),), collected=collected,
            resulted=collected + timedelta(hours=9), accession=f"BN{number:08}", control_id=f"B{number:07}", lab=CHARTER_OAK,
            facility=CLINICS[number % len(CLINICS)], answers=(symptomatic(bool(number % 2)),),
        )  # fmt: skip
        if positive:
            sent.append(order)
        made.append(make_message(order))
    return made


def run(*, environment: dict[str, str], people: int, count: int = 12_000, workers: int = 2, first: int = 0) -> list[dict[str, Any]]:
    """Needs Django configured as the owner of a database with `people` seeded. Receives and reads first, then files."""
    from django.db import connection

    from tests.world import BY
    from tracing.intake.actions.reading import read_delivery
    from tracing.intake.actions.receiving import receive
    from tracing.intake.models import Delivery, Report, Source

    source = Source.objects.get(code="charter-oak")
    receipt = receive(source=source, chunks=[b"\r".join(messages(count, people, first))], channel="command", name="bench", by=BY, at=AT)
    read_delivery(delivery=Delivery.objects.get(pk=receipt.id), by=BY, at=AT)
    waiting = Report.objects.filter(state="waiting").count()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE intake_report")
    connection.close()
    with TemporaryDirectory() as folder:
        gate = Path(folder) / "go"
        children = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.benchmarks.filing", str(gate)],
                env={**os.environ, **environment, "CONTACT_PROCESS": "command"},
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(workers)
        ]
        for child in children:
            assert child.stdout is not None and child.stdout.readline().strip() == "ready"
        began = time.monotonic()
        gate.touch()
        filed = [int((child.communicate()[0] or "0").split()[-1]) for child in children]
        seconds = time.monotonic() - began
    states = {state: Report.objects.filter(state=state).count() for state in ("filed", "held", "waiting", "set_aside")}
    rate = sum(filed) / seconds
    return [
        {
            "name": "reports filed", "value": round(rate), "unit": "per second", "ratio": round(rate / TARGET, 2),
            "note": f"{sum(filed)} of {waiting} reports in {seconds:.1f} s, {workers} workers, {people:,} people known; {states};"
                    f" ratio to the {TARGET} a second asked for",
        }
    ]  # fmt: skip


def with_and_without_search(*, environment: dict[str, str], people: int, count: int = 5_000) -> list[dict[str, Any]]:
    """What it costs to keep what search looks people up by: the same number filed with its triggers, without, and with them again."""
    from django.db import connection

    from tracing.people.search.sql import SEEN

    tables = ("people_person", "people_waytoreach", "people_address", "people_standing", "people_personnumber")
    rows = []
    for place, (name, word) in enumerate((("with", "ENABLE"), ("without", "DISABLE"), ("with, again", "ENABLE"))):
        with connection.cursor() as cursor:
            for table in tables:
                for verb in SEEN:
                    cursor.execute(f"ALTER TABLE {table} {word} TRIGGER search_{verb.lower()}")
        (row,) = run(environment=environment, people=people, count=count, workers=1, first=place * count)
        rows.append({**row, "name": f"reports filed, {name} the triggers of search"})
    kept = (rows[0]["value"] + rows[2]["value"]) / 2
    for row in rows:
        row["ratio"] = round(row["value"] / rows[1]["value"], 2)
    rows[1]["note"] += f"; {1e3 / kept - 1e3 / rows[1]['value']:.2f} ms a report is what the triggers take"
    return rows


def _worker(gate: Path) -> None:
    from config.ready import ready

    ready("command")
    from django.db import connection

    from tests.world import BY
    from tracing.diseases.codebook import load
    from tracing.intake.filing_in_sets import file_some

    load()
    connection.ensure_connection()
    print("ready", flush=True)
    while not gate.exists():
        time.sleep(0.01)
    total = 0
    while done := file_some(by=BY, at=AT):
        total += done
    print(total, flush=True)


if __name__ == "__main__":
    _worker(Path(sys.argv[1]))
