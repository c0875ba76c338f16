"""Writing down what became of a set of reports: results in their versions, the reports' states, the sender's day in figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection

from tracing.base.ids import uuid7
from tracing.intake.filing import Item
from tracing.intake.models import LabResult
from tracing.journal.actions import Actor, record

LATE: Final = timedelta(hours=72)

_STATES: Final = """
UPDATE intake_report r SET state = n.state, problems = string_to_array(n.problems, '|'), causes = string_to_array(n.causes, E'\\x1f'),
    control_id = n.control_id, conditions = string_to_array(n.conditions, '|'), sensitive = n.sensitive,
    not_before = COALESCE(n.not_before, r.not_before), filed_at = n.filed_at, set_aside_reason = n.reason
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::boolean[], %s::timestamptz[], %s::timestamptz[],
    %s::text[]) AS n(id, state, problems, causes, control_id, conditions, sensitive, not_before, filed_at, reason)
WHERE r.id = n.id
"""
_DAYS: Final = """
INSERT INTO intake_sourceday (id, source_id, unit_id, day, reports, held, late, no_phone, no_address, no_birth_date)
SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::date[], %s::int[], %s::int[], %s::int[], %s::int[], %s::int[], %s::int[])
ON CONFLICT (source_id, day) DO UPDATE SET reports = intake_sourceday.reports + EXCLUDED.reports, held = intake_sourceday.held + EXCLUDED.held,
    late = intake_sourceday.late + EXCLUDED.late, no_phone = intake_sourceday.no_phone + EXCLUDED.no_phone,
    no_address = intake_sourceday.no_address + EXCLUDED.no_address, no_birth_date = intake_sourceday.no_birth_date + EXCLUDED.no_birth_date
"""


def save(items: Sequence[Item], cases: Mapping[tuple[UUID, str, str], UUID], *, by: Actor, at: datetime) -> None:
    """Called inside the filing action, last: the counters of a sender's day are the rows that workers share."""
    rows: list[LabResult] = []
    superseded: set[str] = set()
    for item in items:
        if item.state == "filed" and item.change is None:
            rows += _results(item, cases, at)
            superseded |= {key for key, current in item.current.items() if current and item.older.get(key)}
        codes: dict[str, object] = {"problems": item.problems} if item.problems else {}
        if item.state != "waiting":
            record(f"report.{item.state}", by=by, at=at, subject=("report", item.report.pk), person=item.person, codes=codes)
    if superseded:
        LabResult.objects.filter(key__in=superseded, current=True).update(current=False)
    LabResult.objects.bulk_create(rows)
    _attach_older(items, cases)
    with connection.cursor() as cursor:
        cursor.execute(_STATES, _states(items, at))
        cursor.execute(_DAYS, _days(items))


def _results(item: Item, cases: Mapping[tuple[UUID, str, str], UUID], at: datetime) -> list[LabResult]:
    lab = item.lab
    assert lab is not None and item.where is not None
    made = []
    for line in item.lines:
        result = line.result
        case = cases.get((item.person, result.condition, line.key)) if item.person else None
        made.append(
            LabResult(
                id=uuid7(), report_id=item.report.pk, line=line.no, key=line.key, version_at=line.version_at,
                version_rank=line.rank, current=item.current[line.key], person_id=item.person, case_id=case,
                disease=result.condition, unit_id=item.where.unit_id, town_id=item.where.town_id, loinc=result.loinc[:20],
                local_code=result.local_code[:60], name=result.name[:200], result=line.cls, presumptive=result.presumptive,
                analyte=result.analyte[:20],
                self_test=result.self_test, value=(result.value_code or result.value_text)[:200], status=result.status[:4],
                specimen_on=line.specimen_on, accession=result.accession[:80], laboratory=(lab.laboratory.name or lab.sender.name)[:120],
                facility=lab.ordering_facility.name[:120], answers=item.answers, at=at,
            )  # fmt: skip
        )
    return made


def _attach_older(items: Sequence[Item], cases: Mapping[tuple[UUID, str, str], UUID]) -> None:
    """A negative correction that came before its positive was counted without a person: now it belongs to one. And results that
    another one moved into another episode go with it."""
    keys = [(person, key, case) for (person, _disease, key), case in cases.items()]
    if not keys:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE intake_labresult r SET case_id = n.case_id, person_id = n.person_id,"
            " filed_on = CASE WHEN r.person_id = n.person_id THEN r.filed_on ELSE n.person_id END"
            " FROM unnest(%s::uuid[], %s::text[], %s::uuid[]) AS n(person_id, key, case_id) WHERE r.key = n.key"
            " AND (r.case_id IS DISTINCT FROM n.case_id OR r.person_id IS DISTINCT FROM n.person_id)",
            [[k[0] for k in keys], [k[1] for k in keys], [k[2] for k in keys]],
        )


def _states(items: Sequence[Item], at: datetime) -> list[list[object]]:
    return [
        [item.report.pk for item in items],
        [item.state for item in items],
        ["|".join(item.problems) for item in items],
        ["\x1f".join(cause[:120] for cause in item.causes) for item in items],
        [(item.lab.control_id if item.lab else "")[:200] for item in items],
        ["|".join(item.conditions) for item in items],
        [item.sensitive for item in items],
        [item.not_before for item in items],
        [at if item.state == "filed" else None for item in items],
        ["test_message" if item.state == "set_aside" else "" for item in items],
    ]


def _days(items: Sequence[Item]) -> list[list[object]]:
    days: dict[tuple[UUID, UUID, object], list[int]] = {}
    for item in items:
        if item.state == "waiting":
            continue
        report, lab = item.report, item.lab
        figures = days.setdefault((report.source_id, report.unit_id, report.received_at.date()), [0] * 6)
        figures[0] += 1
        figures[1] += item.state == "held"
        if lab is None:
            continue
        taken = [r.specimen_at for r in lab.results if r.specimen_at]
        figures[2] += bool(taken) and report.received_at - min(taken) > LATE
        figures[3] += not lab.patient.phones
        figures[4] += not (lab.patient.street and (lab.patient.city or lab.patient.zip))
        figures[5] += lab.patient.birth_on is None
    ordered = sorted(days.items(), key=lambda one: (str(one[0][0]), str(one[0][2])))
    sums: list[list[object]] = [[figures[i] for _, figures in ordered] for i in range(6)]
    return [
        [uuid7() for _ in ordered],
        [key[0] for key, _ in ordered],
        [key[1] for key, _ in ordered],
        [key[2] for key, _ in ordered],
        *sums,
    ]
