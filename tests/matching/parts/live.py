"""Reports matched one by one against the whole state in PostgreSQL, by the functions that file them: how fast, and how well.

Run with an argument this module is the process that asks, under the login of a worker.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from argparse import Namespace
from pathlib import Path
from typing import Any

from tests.matching.document import table
from tests.matching.made import files
from tests.matching.metrics import quantile
from tests.matching.parts.outcomes import outcomes

TIMED = 3_000
"""So many reports are timed, each beside a `get` by key; the others only counted."""
WHOLE = 300
"""So many go through the whole of `match_or_add`, which is then rolled back."""


def run(options: Namespace) -> str:
    from config import embedded
    from tests.matching import population

    superuser = population.server(options.home)
    loaded = population.fill(superuser, options.people)
    with tempfile.TemporaryDirectory(prefix="contact-live-") as folder:
        reports, truth = Path(folder) / "reports.csv", Path(folder) / "truth.csv"
        files.write_reports(reports, truth, options.people, options.reports, seed=1)
        instance, _ = embedded.start(options.home)
        asked = subprocess.run(
            [sys.executable, "-m", "tests.matching.parts.live", str(reports), str(Path(folder) / "answers.json")],
            env={**os.environ, **instance.environment(), "CONTACT_PROCESS": "work", "PYTHONWARNINGS": "ignore"},
            check=False,
        )
        if asked.returncode:
            raise SystemExit("live matching failed")
        told = json.loads((Path(folder) / "answers.json").read_text())
        known = files.read_truth(truth)
    judged = [(known[case], outcome, person) for case, outcome, person in told["answers"]]
    times = {name: (quantile(taken, 0.5), quantile(taken, 0.95), len(taken)) for name, taken in told["times"].items()}
    get = times["get"]
    rows = [
        (name, f"{1000 * p50:.2f}", f"{1000 * p95:.2f}", f"{p50 / get[0]:.1f}", f"{p95 / get[1]:.1f}", f"{count:,}")
        for name, (p50, p95, count) in (
            ("`Person.objects.get` by key", get), ("matched: candidates read, scored, decided", times["match"]),
            ("the whole of `match_or_add`, written and rolled back", times["whole"]),
        )
    ]  # fmt: skip
    count = told["candidates"]
    return "\n".join([
        f"## Live, against {options.people:,} people in PostgreSQL", "", _PROSE, "",
        table(("", "p50 ms", "p95 ms", "p50 to get", "p95 to get", "times"), rows), "",
        f"People compared for a report: {quantile(count, 0.5):.0f} at the median, {quantile(count, 0.95):.0f} at the 95th percentile,"
        f" {max(count):,} at most. {loaded}", "",
        *outcomes(judged),
    ])  # fmt: skip


_PROSE = """
The made Connecticut is copied into the tables of a migrated database. A process under a worker's login then takes the reports of the
section above through the functions that filing calls (`people/matching.py`): keys, one statement for candidates, scores in Python, one
decision. For each timed report one person is also read by primary key, `Person.objects.get(pk=…)`, in a transaction of the same kind
and in turn, so that both see the same machine. Times hold the transaction, from BEGIN to COMMIT.
""".strip()


def _ask(reports: Path, out: Path) -> None:
    from config.ready import ready

    ready("work")
    from django.db import connection, transaction

    from tracing.people.linkage.keys import keys
    from tracing.people.linkage.record import prepare
    from tracing.people.matching import Index, compared
    from tracing.people.models import Person

    with reports.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    facts = [(row["id"], _facts(row)) for row in rows]
    times: dict[str, list[float]] = {"get": [], "match": [], "whole": []}
    answers: list[tuple[str, str, str | None]] = []
    candidates: list[int] = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM people_person TABLESAMPLE SYSTEM (0.1) LIMIT %s", [TIMED])
        ids = [row[0] for row in cursor.fetchall()]
    warm = min(300, len(facts) // 4)
    for at, (case, one) in enumerate([*facts[:warm], *facts]):
        began = time.perf_counter()
        with transaction.atomic():
            index = Index()
            said = compared(one)
            index.load(keys(prepare(said, index.weights)))
            decision = index.decide(said)
        took = time.perf_counter() - began
        if at < warm:
            continue
        if at - warm < TIMED and ids:
            times["match"].append(took)
            began = time.perf_counter()
            with transaction.atomic():
                Person.objects.get(pk=ids[at % len(ids)])
            times["get"].append(time.perf_counter() - began)
        person = decision.person or (decision.candidates[0].person if decision.candidates else None)
        answers.append((case, decision.outcome, str(person) if person else None))
        candidates.append(len(index._named))
    for _, one in facts[:WHOLE]:
        times["whole"].append(_whole(one))
    out.write_text(json.dumps({"times": times, "answers": answers, "candidates": candidates}))


def _whole(facts: Any) -> float:
    from django.db import transaction

    from tests.matching.made.database import AT
    from tests.world import BY
    from tracing.base.ids import uuid7
    from tracing.people.actions import Wanted, match_or_add
    from tracing.people.rules import FEED

    began = time.perf_counter()
    with transaction.atomic():
        unit = facts.addresses[0].unit_id if facts.addresses else _state()
        match_or_add(wanted=[Wanted(uuid7(), facts, AT, unit, AT)], rank=FEED, source="feed", by=BY, at=AT)
        transaction.set_rollback(True)
    return time.perf_counter() - began


_units: dict[str, Any] = {}


def _state() -> Any:
    from tracing.jurisdictions.models import Unit

    if "" not in _units:
        _units[""] = Unit.objects.get(kind="state").pk
    return _units[""]


def _facts(row: dict[str, str]) -> Any:
    """A report's row as filing gets it from the laboratory's message."""
    from tests.matching.made.records import day
    from tracing.base.phones import e164
    from tracing.people.facts import AddressFacts, PersonFacts
    from tracing.places.rules import address_key

    home = ()
    if row["street"] or row["city"] or row["zip"]:
        key = address_key(row["street"], row["zip"])
        home = (AddressFacts("residence", row["street"], row["city"], row["state"], row["zip"], key, None, _state(), False, ()),)  # type: ignore[assignment]
    phone = e164(row["phone"])
    return PersonFacts(
        family=row["family"], given=row["given"], middle=row["middle"], suffix=row["suffix"], birth_on=day(row["birth_date"]),
        sex=row["sex"], phones=(phone,) if phone else (), emails=(row["email"],) if row["email"] else (), addresses=home,
    )  # fmt: skip


if __name__ == "__main__":
    _ask(Path(sys.argv[1]), Path(sys.argv[2]))
