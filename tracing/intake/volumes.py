"""How much a sender brought, day by day, and the keys it has had: for the page of senders."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from tracing.access.viewer import Viewer
from tracing.intake.models import Delivery, Report, Source, SourceDay, SourceKey
from tracing.journal.action import ACTING_ROLE, role

DAYS: Final = 28


def sources() -> QuerySet[Source]:
    """Every sender: pages ask `visible_to`, by code."""
    return Source.objects.select_related("unit")


def by_day(viewer: Viewer, keys: Collection[UUID], *, at: datetime, days: int = DAYS) -> dict[UUID, list[tuple[date, int]]]:
    """Reports taken up by day of receipt (UTC), oldest first, a day without any as 0."""
    last = at.date()
    shown = [last - timedelta(days=back) for back in range(days - 1, -1, -1)]
    rows = SourceDay.objects.visible_to(viewer).filter(source__in=keys, day__gte=shown[0])
    counted = {(row.source_id, row.day): row.reports for row in rows}
    return {key: [(day, counted.get((key, day), 0)) for day in shown] for key in keys}


def last_deliveries(viewer: Viewer, source: Source, *, most: int = 15) -> list[Delivery]:
    """What came last, newest first: those that the viewer may see."""
    return list(Delivery.objects.visible_to(viewer).filter(source=source).order_by("-received_at")[:most])


def key_of(source: Source, key: UUID) -> SourceKey | None:
    """A key of this sender that was not revoked. The caller has seen the sender."""
    with role(ACTING_ROLE):
        return SourceKey.objects.filter(pk=key, source=source, revoked_at=None).first()


def held_number(viewer: Viewer, source: Source) -> int:
    """How many of its reports the viewer sees held."""
    return Report.objects.visible_to(viewer).filter(source=source, state=Report.State.HELD).count()
