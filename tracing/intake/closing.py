"""Reports, senders and troubles of a unit that was closed; and how much is open in a unit, in every room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from tracing.access.models import Membership
from tracing.cases.models import Case
from tracing.cases.taking_over import open_work as open_cases
from tracing.intake.models import Delivery, Report, Source, Trouble
from tracing.journal.action import ACTING_ROLE, role
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.jurisdictions.closing import Ending, heir
from tracing.people.taking_over import open_about_people
from tracing.places.models import Place
from tracing.tasks.models import Task

WAITS = Q(state__in=(Report.State.WAITING, Report.State.HELD))


@action
def hand_over_intake(*, endings: Mapping[UUID, Ending], most: int = 500, by: Actor, at: datetime) -> int | Unchanged:
    """Up to `most` rows of each kind: reports that wait or are held, deliveries unread, senders, what keeps them from coming in,
    settings of the register. What was filed stays where it was counted."""
    done = 0
    waiting = Report.objects.select_for_update(no_key=True, of=("self",)).filter(WAITS, unit__in=endings)
    reports = list(waiting.order_by("pk").only("pk", "unit")[:most])
    for report in reports:
        before, report.unit_id = report.unit_id, heir(report.unit_id, None, endings)
        record("report.taken_over", by=by, at=at, subject=("report", report.pk), codes={"from": str(before), "to": str(report.unit_id)})
    Report.objects.bulk_update(reports, ["unit"])
    done += len(reports)
    for unit in endings:
        to = heir(unit, None, endings)
        for source in Source.objects.select_for_update(no_key=True).filter(unit=unit).order_by("pk")[:most]:
            Source.objects.filter(pk=source.pk).update(unit=to)
            record("source.taken_over", by=by, at=at, subject=("source", source.pk), codes={"from": str(unit), "to": str(to)})
            done += 1
        things = (
            Trouble.objects.filter(unit=unit, ended_at__isnull=True).update(unit=to)
            + Delivery.objects.filter(unit=unit, read_at__isnull=True).update(unit=to)
            + Place.objects.filter(unit=unit).update(unit=to)
        )
        if things:
            record("source.taken_over", by=by, at=at, subject=("unit", unit), codes={"to": str(to), "things": things})
            done += things
    return done or UNCHANGED


def work_of(unit: UUID, *, at: datetime) -> dict[str, int]:
    """What is open in a unit, and who works there: kind → number. Counts alone, whoever's they are; the caller has checked
    `units.administer`."""
    with transaction.atomic(), role(ACTING_ROLE):
        return {
            "staff": Membership.objects.filter(unit=unit).exclude(valid_until__lte=at).count(),
            **open_cases(unit),
            "people": open_about_people(unit),
            "reports": Report.objects.filter(WAITS, unit=unit).count(),
            "senders": Source.objects.filter(unit=unit).count(),
        }


@dataclass(frozen=True, slots=True)
class Work:
    """One unit in numbers."""

    staff: int = 0
    cases: int = 0
    calls: int = 0


def work_by_unit(*, at: datetime) -> dict[UUID, Work]:
    """Staff, open cases and waiting calls of every unit. Counts alone; the caller has checked `units.administer`."""

    def counted(rows: QuerySet[Any], column: str = "unit") -> dict[UUID, int]:
        return dict(rows.order_by().values_list(column).annotate(number=Count("pk")))

    with transaction.atomic(), role(ACTING_ROLE):
        lasting = Membership.objects.filter(user__is_active=True).exclude(valid_until__lte=at)
        staff = dict(lasting.order_by().values_list("unit").annotate(number=Count("user", distinct=True)))
        cases = counted(Case.objects.filter(closure__isnull=True), "follow_unit")
        calls = counted(Task.objects.filter(ended_at__isnull=True))
    return {unit: Work(staff.get(unit, 0), cases.get(unit, 0), calls.get(unit, 0)) for unit in {*staff, *cases, *calls}}
