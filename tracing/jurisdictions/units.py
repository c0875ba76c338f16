"""Units as lists to choose from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from tracing.jurisdictions.closing import Ending
from tracing.jurisdictions.models import Closing, Town, TownDepartment, Unit, UnitAncestor

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


def towns_by_name() -> list[Town]:
    """Every town of the profile, by name."""
    return list(Town.objects.order_by("name", "code"))


def endings(at: datetime) -> dict[UUID, Ending]:
    """Units that work no more at this instant, each by its own clock, with who takes over."""
    closed = Unit.objects.filter(active_until__isnull=False).select_related("parent")
    over = [unit for unit in closed if unit.active_until and unit.active_until <= at.astimezone(ZoneInfo(unit.time_zone)).date()]
    split = {closing.unit_id: closing.towns for closing in Closing.objects.filter(unit__in=over)}
    found = {}
    for unit in over:
        above = unit.parent
        if above is None or (unit.kind in WORKING and above.kind not in WORKING):
            above = state_above(unit.pk)
        if above is not None and above.pk != unit.pk:
            found[unit.pk] = Ending(unit.pk, unit.successor_id, above.pk, _keys_of(split.get(unit.pk, {})))
    return found


def _keys_of(codes: Mapping[str, str]) -> dict[UUID, UUID]:
    towns = dict(Town.objects.filter(code__in=codes).values_list("code", "pk")) if codes else {}
    units = dict(Unit.objects.filter(code__in=set(codes.values())).values_list("code", "pk")) if codes else {}
    return {towns[town]: units[unit] for town, unit in codes.items() if town in towns and unit in units}


def open_closings() -> list[Closing]:
    """Those of which something may be left to hand over, the oldest first."""
    return list(Closing.objects.select_related("unit", "successor").filter(finished_at__isnull=True).order_by("on", "pk"))


def unit_by_code(code: str) -> Unit | None:
    return Unit.objects.select_related("parent", "successor", "closing", "closing__successor").filter(code=code).first()


def tree(unit_ids: Collection[UUID] | None) -> list[tuple[Unit, int]]:
    """Units (None: all) with how deep they stand, each below its parent, by name."""
    rows = list(Unit.objects.select_related("successor", "closing").in_order())
    below: dict[UUID | None, list[Unit]] = {}
    for unit in rows:
        below.setdefault(unit.parent_id, []).append(unit)
    found: list[tuple[Unit, int]] = []

    def walk(parent: UUID | None, depth: int) -> None:
        for unit in below.get(parent, []):
            shown = unit_ids is None or unit.pk in unit_ids
            if shown:
                found.append((unit, depth))
            walk(unit.pk, depth + shown)

    walk(None, 0)
    return found


def towns_served(unit: UUID, on: date) -> list[Town]:
    """Towns that the unit serves on a day or later."""
    later = TownDepartment.objects.filter(department=unit).exclude(valid_to__lte=on)
    return list(Town.objects.filter(pk__in=later.values("town")).order_by("name"))
