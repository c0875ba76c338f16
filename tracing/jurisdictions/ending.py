"""Closing and merging units, and adding those that no profile knows: colleges, schools, organisations, teams."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from django.db import connection

from tracing.base.text import fold
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.jurisdictions.actions import LOAD_LOCK
from tracing.jurisdictions.closing import Served, after_closing, left_without
from tracing.jurisdictions.models import Closing, Profile, Town, TownDepartment, Unit
from tracing.jurisdictions.tree import settle_ancestors
from tracing.jurisdictions.units import WORKING, is_closed, stands_above

ADDABLE: Final = (
    Unit.Kind.TEAM, Unit.Kind.COLLEGE, Unit.Kind.SCHOOL, Unit.Kind.COMMUNITY, Unit.Kind.LABORATORY, Unit.Kind.CONTRACTOR,
)  # fmt: skip
"""Kinds that staff add; the state, its regions and departments come from the profile."""
_CODE: Final = re.compile(r"[a-z0-9][a-z0-9-]{1,79}")
_PHONE: Final = re.compile(r"\+[1-9]\d{6,14}")


class UnitWrong(Exception):
    """A unit cannot be added, changed or closed so; `code` says why, `field` what to mend, `names` what it is about."""

    def __init__(self, code: str, field: str = "", names: tuple[str, ...] = ()) -> None:
        super().__init__(code)
        self.code, self.field, self.names = code, field, names


@action
def add_unit(
    *, code: str, name: str, kind: str, parent: Unit, time_zone: str = "", phone: str = "", by: Actor, at: datetime
) -> Unit:
    """Add an organisation or a team below another unit. The profile leaves it alone."""
    _one_at_a_time()
    code, name = code.strip().lower(), " ".join(name.split())
    above = Unit.objects.get(pk=parent.pk)
    zone = time_zone or above.time_zone
    if kind not in ADDABLE:
        raise UnitWrong("kind_of_the_profile", "kind")
    if not _CODE.fullmatch(code):
        raise UnitWrong("code_wrong", "code")
    if Unit.objects.filter(code=code).exists():
        raise UnitWrong("code_taken", "code")
    if not name or len(name) > 200:
        raise UnitWrong("name_missing", "name")
    if zone not in available_timezones():
        raise UnitWrong("no_such_zone", "time_zone")
    if phone and not _PHONE.fullmatch(phone):
        raise UnitWrong("no_number", "phone")
    if is_closed(above, _today(above, at)):
        raise UnitWrong("parent_closed", "parent")
    unit = Unit(
        code=code, name=name, kind=kind, parent=above, time_zone=zone, phone=phone, active_from=_today(above, at),
        sort_key=fold(name)[:200], own=True,
    )  # fmt: skip
    unit.save(force_insert=True)
    settle_ancestors()
    record("unit.added", by=by, at=at, subject=("unit", unit.pk), codes={"unit": unit.code, "kind": kind, "parent": above.code})
    return unit


@action
def close_unit(
    *, unit: Unit, successor: Unit | None, on: date, towns: Mapping[Town, Unit] | None = None, found: Mapping[str, int] | None = None,
    by: Actor, at: datetime,
) -> Closing:  # fmt: skip
    """Let a unit end on a day (the first on which it works no more), and say who takes over: one successor, and for single towns
    others. From that day its towns are theirs; what is open is handed over by jobs, set by set. `found`: what was open, as shown.

    Refuses (UnitWrong): the state and its regions; a unit that has ended; a day past; a successor that is closed then, stands below
    it, or cannot have cases where the unit has; towns that nobody would serve.
    """
    _one_at_a_time()
    locked = Unit.objects.select_for_update(of=("self",)).select_related("parent").get(pk=unit.pk)
    split = dict(towns or {})
    _refuse(locked, successor, on, at)
    for town, other in split.items():
        _refuse_heir(locked, other, on, town.name)
    rows = [_served(row) for row in TownDepartment.objects.filter(department=locked)]
    heirs = {town.pk: other.pk for town, other in split.items()}
    alone = left_without(rows, locked.pk, on, heirs) if successor is None else []
    if alone:
        names = Town.objects.filter(pk__in=alone).order_by("name").values_list("name", flat=True)
        raise UnitWrong("towns_without_department", "successor", tuple(names))
    Unit.objects.filter(pk=locked.pk).update(active_until=on, successor=successor)
    made = after_closing(rows, locked.pk, on, heirs, successor.pk if successor else None)
    if made != rows:
        TownDepartment.objects.filter(department=locked).delete()
        TownDepartment.objects.bulk_create(
            TownDepartment(
                town_id=row.town, department_id=row.department, valid_from=row.since, valid_to=row.until, source=row.source,
                confidence=row.confidence,
            )
            for row in made
        )  # fmt: skip
    closing = Closing(
        unit=locked, successor=successor, on=on, towns={town.code: other.code for town, other in split.items()},
        found=dict(found or {}), at=at, by_kind=by.kind, by=by.id,
    )  # fmt: skip
    closing.save(force_insert=True)
    # A new instant tells every process to read the facts again.
    Profile.objects.update(loaded_at=at)
    record(
        "unit.closed", by=by, at=at, subject=("unit", locked.pk),
        codes={"unit": locked.code, "successor": successor.code if successor else "", "on": on.isoformat(), "towns": closing.towns},
    )  # fmt: skip
    return closing


@action
def bring_below(*, unit: Unit, parent: Unit, by: Actor, at: datetime) -> list[Unit] | Unchanged:
    """Units below a closed one stand below another from now on."""
    _one_at_a_time()
    rows = list(Unit.objects.select_for_update(of=("self",)).filter(parent=unit).exclude(pk=parent.pk).order_by("pk"))
    if not rows:
        return UNCHANGED
    Unit.objects.filter(pk__in=[row.pk for row in rows]).update(parent=parent)
    settle_ancestors()
    for row in rows:
        record("unit.changed", by=by, at=at, subject=("unit", row.pk), codes={"unit": row.code, "parent": parent.code}, changed=["parent"])
    return rows


@action
def finish_closing(*, closing: Closing, by: Actor, at: datetime) -> Closing | Unchanged:
    """Nothing open is left of it."""
    locked = Closing.objects.select_for_update(of=("self",)).select_related("unit").get(pk=closing.pk)
    if locked.finished_at is not None:
        return UNCHANGED
    locked.finished_at = at
    locked.save(update_fields=["finished_at"])
    record("unit.handed_over", by=by, at=at, subject=("unit", locked.unit_id), codes={"unit": locked.unit.code})
    return locked


def _refuse(unit: Unit, successor: Unit | None, on: date, at: datetime) -> None:
    if unit.kind in (Unit.Kind.STATE, Unit.Kind.REGION):
        raise UnitWrong("stays")
    if unit.active_until is not None:
        raise UnitWrong("ended_already")
    if on < _today(unit, at):
        raise UnitWrong("day_past", "on")
    if unit.active_from is not None and on <= unit.active_from:
        raise UnitWrong("day_before_it_began", "on")
    if successor is not None:
        _refuse_heir(unit, successor, on, "")


def _refuse_heir(unit: Unit, other: Unit, on: date, town: str) -> None:
    fresh, names = Unit.objects.get(pk=other.pk), (town,) if town else ()
    if fresh.pk == unit.pk:
        raise UnitWrong("successor_itself", "successor", names)
    if is_closed(fresh, on) or fresh.active_until is not None:
        raise UnitWrong("successor_closed", "successor", (fresh.name,))
    if stands_above(unit.pk, fresh.pk):
        raise UnitWrong("successor_below", "successor", (fresh.name,))
    if unit.kind in WORKING and fresh.kind not in WORKING:
        raise UnitWrong("successor_has_no_cases", "successor", (fresh.name,))


def _served(row: TownDepartment) -> Served:
    return Served(row.town_id, row.department_id, row.valid_from, row.valid_to, row.source, row.confidence)


def _today(unit: Unit, at: datetime) -> date:
    return at.astimezone(ZoneInfo(unit.time_zone)).date()


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOAD_LOCK])
