"""A person's course as the strip draws it, from the rows of an episode."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from tracing.cases.dossier import infectious
from tracing.cases.models import Case
from tracing.contacts.models import Quarantine
from tracing.diseases.labels import REASONS, label, rule_title
from tracing.intake.models import LabResult
from tracing.tasks.models import Attempt
from tracing.uswds.strip import Call, Course, Specimen, Window

REACHED = frozenset({"reached", "partial", "refused"})


def rule_words(rule: str) -> str:
    """"covid19/ISO-2020-07" as its title."""
    return rule_title(rule.partition("/")[2] or rule) if rule else ""


def course(
    case: Case,
    *,
    today: date,
    results: Iterable[LabResult] = (),
    attempts: Iterable[Attempt] = (),
    quarantines: Iterable[Quarantine] = (),
) -> Course:
    """Everything dated about one case."""
    tests = [
        Specimen(result.specimen_on, _result(result.result), f"{result.name or result.loinc}: {result.result}")
        for result in results
        if result.specimen_on is not None and result.current and result.result in ("positive", "negative", "inconclusive")
    ]
    if not any(test.result == "positive" for test in tests):
        tests.append(Specimen(case.first_positive_on, "positive"))
    zone = ZoneInfo(case.follow_unit.time_zone)
    calls = [Call(_day(attempt.at, zone), attempt.outcome in REACHED, attempt.get_outcome_display()) for attempt in attempts]
    return Course(
        today=today, tests=tests, windows=[*windows(case, today), *quarantine_windows(quarantines)], calls=calls,
        onset=case.onset_on,
    )  # fmt: skip


def windows(case: Case, today: date) -> list[Window]:
    """Isolation as decided, and when others could catch it by the rule of today."""
    found = []
    if case.isolation is not None:
        made = case.isolation
        reason = "; ".join(label(REASONS, code) for code in made.reasons)
        found.append(Window("isolation", made.starts_on, made.ends_on, reason, rule_words(made.rule)))
    caught = infectious(case, today)
    reason = "; ".join(label(REASONS, code) for code in caught.reasons)
    found.append(Window("infectious", caught.starts_on, caught.ends_on, reason, rule_title(caught.rule_id)))
    return found


def quarantine_windows(rows: Iterable[Quarantine]) -> list[Window]:
    return [Window("quarantine", row.starts_on, row.ends_on, "", rule_words(row.rule)) for row in rows]


def small_course(case: Case, today: date) -> Course:
    """For a row of a list: what the row itself knows."""
    found = []
    if case.isolation is not None:
        found.append(Window("isolation", case.isolation.starts_on, case.isolation.ends_on))
    return Course(today=today, tests=(Specimen(case.first_positive_on, "positive"),), windows=found, onset=case.onset_on)


def _result(code: str) -> Literal["positive", "negative", "other"]:
    return "positive" if code == "positive" else "negative" if code == "negative" else "other"


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()
