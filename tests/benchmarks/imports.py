"""(h) A list of 10,000 contacts imported with its duplicate check, and 1,000 calls changed at once, at a million people.

The list is of one case; of ten rows five are people known here (one of them with a slip in the name), one stands in the list twice, four are
new. Every row is looked up among the million, exposed, given dates and a call. Beside it the figures that users of peers report: SORMAS
issue 2539, 230 contacts in 30 minutes with 45,000 cases; 300 cases changed in 15 to 20 minutes (SORMAS, the same users).
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any, Final

from tests.benchmarks.population import FAMILIES, birth, name, phone

HEADER: Final = ["Id", "Last name", "First name", "DOB", "Phone", "Relationship", "Last exposure", "City", "State", "Zip"]
SORMAS_IMPORT: Final = 230 / (30 * 60)
SORMAS_CHANGE: Final = 300 / (15 * 60)
"""Rows a second; of the second figure the better end."""


def run(*, people: int, at: datetime, rows: int = 10_000, changed: int = 1_000) -> list[dict[str, Any]]:
    """Needs Django configured as the owner of a seeded database with the keys of its people."""
    from tests.world import BY
    from tracing.cases.models import Case
    from tracing.intake.imports import queries
    from tracing.intake.imports.actions import begin_import, map_columns, take_list, undo_import
    from tracing.intake.imports.models import TableImport
    from tracing.intake.imports.work import advance
    from tracing.jurisdictions.models import Unit
    from tracing.tasks import bulk
    from tracing.tasks.jobs import advance_all
    from tracing.tasks.models import BulkWork, Task

    unit = Unit.objects.get(town_rows__town__code="new-haven", town_rows__valid_to=None)
    case = Case.objects.select_related("unit", "follow_unit").filter(unit=unit, closure=None).order_by("id").first()
    assert case is not None

    def work(batch: TableImport) -> float:
        began = time.perf_counter()
        while isinstance(advance(batch=batch, by=BY, at=at), TableImport):
            pass
        return time.perf_counter() - began

    began = time.perf_counter()
    batch = take_list(table=[HEADER, *_table(people, rows, at)], of="contact", disease="covid19", unit=unit, case=case, by=BY, at=at)
    map_columns(batch=batch, mapping=batch.mapping, by=BY, at=at)
    taken = time.perf_counter() - began
    checked = work(batch)
    counts = queries.counts(batch)
    begin_import(batch=batch, by=BY, at=at)
    done = work(batch)
    undo_import(batch=batch, by=BY, at=at)
    undone = work(batch)
    whole = rows / (taken + checked + done)
    found = [
        _row("contacts imported, with duplicate check", f"{whole:.0f}", "rows a second", whole / SORMAS_IMPORT,
             f"{rows:,} rows: kept in {taken:.1f} s, looked over in {checked:.1f} s ({counts}), written in {done:.1f} s; ratio to 230 in 30 minutes"),
        _row("the import undone", f"{undone:.1f}", "s", None, f"{rows:,} rows"),
    ]  # fmt: skip
    tasks = list(Task.objects.filter(unit=unit, state="open", kind="first_call", team=None).order_by("id").values_list("pk", flat=True)[:changed])
    user = _somebody(at)
    began = time.perf_counter()
    change = bulk.assign(tasks=tasks, to=user, unit=unit.pk, by=BY, at=at)
    advance_all(at)
    spent = time.perf_counter() - began
    change = BulkWork.objects.get(pk=change.pk)
    began = time.perf_counter()
    bulk.undo(work=change, by=BY, at=at)
    advance_all(at)
    back = time.perf_counter() - began
    speed = change.done / spent
    found.append(_row("calls of cases kept for somebody, in bulk", f"{speed:.0f}", "a second", speed / SORMAS_CHANGE,
                      f"{change.done:,} in {spent:.2f} s, undone in {back:.2f} s; ratio to 300 in 15 minutes"))  # fmt: skip
    return found


def _table(people: int, rows: int, at: datetime) -> list[list[str]]:
    found: list[list[str]] = []
    day = f"{at:%Y-%m-%d}"
    for number in range(rows):
        kind, of = number % 10, (number * 7919) % people
        if kind == 9 and found:
            found.append(found[-1])
            continue
        family, given = name(of)
        born, reached = birth(of).isoformat(), phone(of)
        if kind == 4:
            family = family[:-1]
        if kind > 4:
            family, given, reached = FAMILIES[number % len(FAMILIES)].capitalize() + "son", f"New{number}", f"860{3000000 + number:07}"
        found.append([f"R{number}", family, given, born, reached, "coworker", day, "New Haven", "CT", "06511"])
    return found


def _somebody(at: datetime) -> Any:
    from tests.world import BY
    from tracing.access.actions import add_user

    return add_user(email=f"bulk-{time.time_ns()}@bench.example", name="Bulk", password=None, by=BY, at=at).pk


def _row(name: str, value: str, unit: str, ratio: float | None, note: str) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "ratio": None if ratio is None else round(ratio), "note": note}
