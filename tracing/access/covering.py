"""One unit does another's work for a time: what may be, and who covers whom. What may be is pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from tracing.access.granting import Granting
from tracing.access.models import Coverage
from tracing.access.viewer import Viewer
from tracing.jurisdictions.models import Unit
from tracing.jurisdictions.queries import units_below

LONGEST: Final = timedelta(days=366)
"""For longer somebody says it again: what nobody remembers is no decision."""


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when one unit covers another."""

    unit: UUID
    by_unit: UUID
    since: datetime
    until: datetime | None


def refusal(wanted: Span, above: Collection[UUID], below: Collection[UUID], present: Iterable[Span], *, at: datetime) -> str:
    """Why a unit may not cover another; "" where it may. `above` and `below` are those above and below the unit that covers.

    A unit covers neither itself nor one above it: that would give a department the state. One below it reaches already.
    """
    if wanted.unit == wanted.by_unit:
        return "itself"
    if wanted.unit in above:
        return "stands_above"
    if wanted.unit in below:
        return "reaches_it_already"
    if wanted.until is not None and (wanted.until <= wanted.since or wanted.until <= at):
        return "ends_before_it_begins"
    if wanted.since < at - timedelta(days=1):
        return "begins_in_the_past"
    if wanted.until is not None and wanted.until - wanted.since > LONGEST:
        return "too_long"
    for other in present:
        same = (other.unit, other.by_unit) == (wanted.unit, wanted.by_unit)
        begins_before = other.until is None or wanted.since < other.until
        ends_after = wanted.until is None or other.since < wanted.until
        if same and begins_before and ends_after and other.since != other.until:
            return "overlaps"
    return ""


def coverages(*, since: datetime, until: datetime, unit_ids: Collection[UUID] | None = None) -> list[Coverage]:
    """Who covers whom at some time between two instants; `unit_ids`: on either side (None: anywhere)."""
    rows = Coverage.objects.select_related("unit", "by_unit").filter(since__lt=until).exclude(until__lte=since)
    if unit_ids is not None:
        rows = rows.filter(unit__in=unit_ids) | rows.filter(by_unit__in=unit_ids)
    return list(rows.order_by("unit__sort_key", "since", "pk"))


def coverage(key: UUID) -> Coverage | None:
    return Coverage.objects.select_related("unit", "by_unit").filter(pk=key).first()


def administered(viewer: Viewer, permission: str, *, at: datetime) -> frozenset[UUID] | None:
    """Units on which the viewer holds a permission by memberships of their own, without what these units cover: who does another's
    calls for a week does not close it. None: the whole state."""
    own = [m for m in Granting(viewer, at).own() if permission in m.role.permissions]
    if any(m.unit.kind == Unit.Kind.STATE for m in own):
        return None
    tops = {m.unit_id for m in own}
    return frozenset(units_below(tops)) | tops if tops else frozenset()
