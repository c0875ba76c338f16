"""Units as lists to choose from."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from tracing.jurisdictions.models import Unit, UnitAncestor

WORKING = (Unit.Kind.STATE, Unit.Kind.DEPARTMENT)
"""Kinds to which cases and their calls belong."""


def units_by_id(ids: Collection[UUID] | None) -> list[Unit]:
    """Departments and the state's own list among these units (None: all), by name."""
    rows = Unit.objects.filter(kind__in=WORKING)
    return list((rows if ids is None else rows.filter(pk__in=ids)).in_order())


def working_units(kinds: Iterable[str], on: date) -> list[Unit]:
    """Units of these kinds that work on a day, by name."""
    return list(Unit.objects.active_on(on).filter(kind__in=tuple(kinds)).in_order())


def units_named(keys: Iterable[str]) -> dict[str, str]:
    """Names by key or by code, as the journal holds either."""
    wanted = {key for key in keys if key}
    ids = {key for key in wanted if len(key) == 36 and key.count("-") == 4}
    found = Unit.objects.filter(pk__in=ids) | Unit.objects.filter(code__in=wanted - ids)
    return {key: unit.name for unit in found for key in (str(unit.pk), unit.code)} if wanted else {}


def is_closed(unit: Unit, on: date) -> bool:
    """Whether the unit no longer works, or does not yet."""
    ended = unit.active_until is not None and unit.active_until <= on
    return ended or (unit.active_from is not None and unit.active_from > on)


def stands_above(upper: UUID, lower: UUID) -> bool:
    """Whether one unit is the other or has it somewhere below."""
    return upper == lower or UnitAncestor.objects.filter(ancestor=upper, unit=lower).exists()


def state_above(unit: UUID) -> Unit | None:
    """The state's own list over a unit: where everything goes that nobody answers for."""
    return Unit.objects.filter(kind=Unit.Kind.STATE, descendant_rows__unit=unit).first() or (
        Unit.objects.filter(kind=Unit.Kind.STATE).order_by("code").first()
    )
