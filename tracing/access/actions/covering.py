"""Who covers whom. Both locks follow at the next request."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection

from tracing.access.covering import Span, refusal
from tracing.access.models import Coverage
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.jurisdictions.models import Unit, UnitAncestor
from tracing.jurisdictions.units import is_closed


class CannotCover(Exception):
    """`code` says why, as `access.covering.refusal` has it; "closed" where one of the two has ended."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@action
def cover_unit(
    *, unit: Unit, by_unit: Unit, since: datetime, until: datetime | None, why: str, by: Actor, at: datetime
) -> Coverage:
    """Whoever holds a role in `by_unit` holds it in `unit` and below as well, from one instant until another."""
    _one_at_a_time()
    wanted = Span(unit.pk, by_unit.pk, since, until)
    present = [Span(c.unit_id, c.by_unit_id, c.since, c.until) for c in Coverage.objects.filter(unit=unit, by_unit=by_unit)]
    above = set(UnitAncestor.objects.filter(unit=by_unit).values_list("ancestor_id", flat=True))
    below = set(UnitAncestor.objects.filter(ancestor=by_unit).values_list("unit_id", flat=True))
    if code := refusal(wanted, above, below, present, at=at):
        raise CannotCover(code)
    if not why.strip():
        raise CannotCover("why_missing")
    for one in Unit.objects.filter(pk__in=(unit.pk, by_unit.pk)):
        if is_closed(one, since.astimezone(ZoneInfo(one.time_zone)).date()):
            raise CannotCover("closed")
    row = Coverage(unit=unit, by_unit=by_unit, since=since, until=until, why=" ".join(why.split())[:200], by=by.id)
    row.save(force_insert=True)
    record("unit.covered", by=by, at=at, subject=("unit", unit.pk),
           codes={"unit": unit.code, "by_unit": by_unit.code, "since": since.isoformat(), "until": until.isoformat() if until else ""})  # fmt: skip
    return row


@action
def end_coverage(*, coverage: Coverage, by: Actor, at: datetime) -> Coverage | Unchanged:
    """End it now; one that has not begun never was."""
    locked = Coverage.objects.select_for_update(no_key=True, of=("self",)).select_related("unit", "by_unit").get(pk=coverage.pk)
    if locked.until is not None and locked.until <= at:
        return UNCHANGED
    locked.until, locked.ended_by = max(at, locked.since) if locked.since <= at else locked.since, by.id
    locked.save(update_fields=["until", "ended_by"])
    record("unit.coverage_ended", by=by, at=at, subject=("unit", locked.unit_id),
           codes={"unit": locked.unit.code, "by_unit": locked.by_unit.code})  # fmt: skip
    return locked


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('contact coverage'))")
