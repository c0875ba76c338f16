"""A case reported by hand goes the road of every report: kept as typed, read, matched, located, opened."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from tracing.access.viewer import Viewer
from tracing.access.visibility import visible_to
from tracing.base.ids import uuid7
from tracing.base.text import name_key
from tracing.diseases.rules import Classification, Positive, classify
from tracing.diseases.ruleset import rule_set
from tracing.intake import hand
from tracing.intake.actions.filing import file_waiting
from tracing.intake.actions.sources import add_source
from tracing.intake.filing import desk, judge, person_facts
from tracing.intake.models import Delivery, DeliveryPart, LabResult, Report, Source
from tracing.journal.action import ACTING_ROLE, role
from tracing.journal.actions import Actor, action, record
from tracing.jurisdictions.models import Unit
from tracing.people.actions import decide_who
from tracing.people.linkage.score import Candidate, Decision
from tracing.people.matching import look_for
from tracing.people.models import Person

PERMISSION: Final = "cases.work"


class NoCaseByDefinition(Exception):
    """What was typed meets no case definition in force on that day; `found` says by which rule, and why."""

    def __init__(self, found: Classification) -> None:
        super().__init__(found.rule_id)
        self.found = found


@dataclass(frozen=True, slots=True)
class Likely:
    """What would become of a report, before it is filed."""

    classification: Classification
    unit: UUID
    """The department that it goes to."""
    seen: tuple[tuple[Person, Candidate], ...]
    """Whom it may be about, as far as the viewer may see them, best first."""
    hidden: bool
    """There is somebody whom the viewer may not see: who it is will be decided by those who may."""


def classified(typed: hand.Typed) -> Classification:
    """By the definition in force on that day."""
    analyte = hand.CLINICAL if typed.kind == "clinical" else typed.analyte or "other"
    positive = Positive(typed.token, typed.on, analyte, self_test=typed.kind == "self_test")
    return classify(rule_set(typed.disease), positives=[positive], on=typed.on, symptoms=typed.symptoms, exposed=bool(typed.exposed))


def likely(typed: hand.Typed, viewer: Viewer, *, at: datetime) -> Likely:
    """Look before filing: who it may be, where it goes, what it counts as. Nothing is written."""
    with role(ACTING_ROLE):
        found, unit = _who(typed, at)
    best = found.candidates
    seen = {person.pk: person for person in visible_to(Person.objects.filter(pk__in=[one.person for one in best]), viewer)}
    shown = [(seen[one.person], one) for one in best if one.person in seen]
    shown += [(person, Candidate(person.pk, 0.0, _NAMESAKE)) for person in _namesakes(typed, viewer) if person.pk not in seen]
    return Likely(classified(typed), unit, tuple(shown[:MOST]), any(one.person not in seen for one in best))


MOST: Final = 8
_NAMESAKE: Final = ("family_exact", "given_exact")


def _namesakes(typed: hand.Typed, viewer: Viewer) -> list[Person]:
    """People of the same name whom the viewer may see: too little for the matching, enough for somebody who knows them to look."""
    key = name_key(typed.last, typed.first)
    rows = Person.objects.filter(name_key=key, merged_into=None) if key else Person.objects.none()
    if typed.birth_on is not None:
        rows = rows.filter(birth_on=None)
    return list(visible_to(rows, viewer).order_by("-added_at")[:MOST])


def _who(typed: hand.Typed, at: datetime) -> tuple[Decision, UUID]:
    at_desk = desk(at)
    source = Source(code=hand.SOURCE, name=hand.SOURCE, surveillance=False)
    item = judge(Report(format=hand.FORMAT, content=hand.written(typed), source=source, received_at=at, corrections={}), at_desk)
    if item.lab is None or item.where is None:
        return Decision("new", None), at_desk.state_unit
    return look_for(person_facts(item)), item.where.unit_id


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of it. `case` is None while somebody decides who it is, and where a human must mend the report."""

    report: Report
    case: UUID | None
    again: bool = False
    """It had been sent before: nothing was done twice."""


@action
def report_by_hand(
    *, typed: hand.Typed, person: UUID | None = None, shown: Sequence[Candidate] = (), everybody_shown: bool = True,
    by: Actor, at: datetime,
) -> Filed:  # fmt: skip
    """Keep what was typed and file it at once. `person`: whoever typed it says that it is this one of those `shown` to them; None: none
    of these. While some could not be shown, "none of these" decides nothing: the matching goes on as for any report."""
    found = classified(typed)
    if not found.opens_case:
        raise NoCaseByDefinition(found)
    ((report, again),) = keep_typed(typed=[typed], by=by, at=at)
    if again:
        return Filed(report, _case_of(report), again=True)
    if person is not None or (shown and everybody_shown):
        decide_who(report=report.pk, candidates=shown, person=person, unit=report.unit_id, by=by, at=at)
    file_waiting(only=[report.pk], by=by, at=at)
    report.refresh_from_db()
    return Filed(report, _case_of(report))


@action
def keep_typed(*, typed: Sequence[hand.Typed], by: Actor, at: datetime) -> list[tuple[Report, bool]]:
    """Keep what was typed, in order, to be filed; and whether it had been sent before (by its token): then it is the report of then."""
    source = _source(by, at)
    prints = [hashlib.sha256(f"{hand.FORMAT}:{one.token}".encode()).hexdigest() for one in typed]
    new = [
        Delivery(
            id=uuid7(), source=source, unit_id=source.unit_id, channel="desk", name="", fingerprint=fingerprint, size=len(hand.written(one)),
            state=Delivery.State.READ, format=hand.FORMAT, messages=1, received_at=at, read_at=at,
        )
        for one, fingerprint in zip(typed, prints, strict=True)
    ]  # fmt: skip
    Delivery.objects.bulk_create(new, ignore_conflicts=True)
    kept = set(Delivery.objects.filter(pk__in=[delivery.pk for delivery in new]).values_list("pk", flat=True))
    parts, reports = [], {}
    for one, delivery in zip(typed, new, strict=True):
        if delivery.pk not in kept:
            continue
        content = hand.written(one)
        parts.append(DeliveryPart(delivery=delivery, no=1, content=content))
        reports[delivery.fingerprint] = Report(
            id=uuid7(), delivery=delivery, source=source, unit_id=source.unit_id, message_no=1, format=hand.FORMAT, content=content,
            not_before=at, received_at=at,
        )  # fmt: skip
        record("delivery.received", by=by, at=at, subject=("delivery", delivery.pk),
               codes={"source": source.code, "channel": "desk", "bytes": len(content), "reporter": one.reporter})  # fmt: skip
    DeliveryPart.objects.bulk_create(parts)
    Report.objects.bulk_create(reports.values())
    before = Report.objects.filter(delivery__fingerprint__in=set(prints) - set(reports)).select_related("delivery")
    known = {report.delivery.fingerprint: report for report in before}
    for report in known.values():
        record("delivery.repeated", by=by, at=at, subject=("delivery", report.delivery_id), codes={"source": source.code, "channel": "desk"})
    return [(reports[one], False) if one in reports else (known[one], True) for one in prints]


def _case_of(report: Report) -> UUID | None:
    return LabResult.objects.filter(report=report, case__isnull=False).values_list("case", flat=True).first()


def _source(by: Actor, at: datetime) -> Source:
    """The sender that stands for the desk; made with the first report."""
    found = Source.objects.filter(code=hand.SOURCE).first()
    if found is not None:
        return found
    state = Unit.objects.get(kind=Unit.Kind.STATE)
    return add_source(code=hand.SOURCE, name="Reported by hand", unit=state, expected_every_hours=24 * 365, by=by, at=at)
