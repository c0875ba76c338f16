"""Loading a state's facts, and keeping the tree of units true."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models

from tracing.base.text import fold
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.jurisdictions.closing import Served, after_closing
from tracing.jurisdictions.models import Closing, PlaceName, Profile, Town, TownDepartment, Unit, ZipTown
from tracing.jurisdictions.profile import ProfileFacts, read_profile
from tracing.jurisdictions.tree import settle_ancestors

M = TypeVar("M", bound=models.Model)

# One load at a time: two would not see each other's new rows. The number is only ours.
LOAD_LOCK = 4_117_001


@action
def load_profile(*, profile: Path, by: Actor, at: datetime) -> Profile | Unchanged:
    """Make units, towns, departments by date, place names and ZIP codes what the folder says. Raises ProfileWrong.

    Repeating changes nothing. Rows keep their keys by code; a unit or town that the folder no longer names stays, because
    people and cases point to it; memberships, names and ZIP codes of the folder's towns become exactly the folder's.
    """
    facts = read_profile(profile)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOAD_LOCK])
    units, units_changed = _load_units(facts)
    towns, towns_changed = _load_towns(facts, units)
    counts = {
        "units": units_changed,
        "ancestors": settle_ancestors(),
        "towns": towns_changed,
        "town_departments": _load_memberships(facts, towns, units),
        "place_names": _load_places(facts, towns),
        "zip_towns": _load_zips(facts, towns),
    }
    row, changed = _load_head(facts, units[facts.unit], at)
    if not changed and not any(counts.values()):
        return UNCHANGED
    # A new instant tells every process to read the facts again, also where only a row had gone astray.
    row.loaded_at = at
    row.save()
    touched = {name: count for name, count in counts.items() if count}
    record(
        "profile.loaded", by=by, at=at, subject=("profile", row.id),
        codes={"profile": facts.code, "version": facts.version, "rows": touched},
    )  # fmt: skip
    return row


def _load_units(facts: ProfileFacts) -> tuple[dict[str, UUID], int]:
    present = {unit.code: unit for unit in Unit.objects.all()}
    keys = {code: unit.id for code, unit in present.items()}
    closed = set(Closing.objects.values_list("unit_id", flat=True))
    wanted: list[Unit] = []
    for row in facts.units:
        unit = present.get(row.code) or Unit(code=row.code)
        keys[row.code] = unit.id
        if unit.own:
            continue
        values: dict[str, Any] = {
            "name": row.name, "kind": row.kind, "parent_id": keys.get(row.parent) if row.parent else None,
            "time_zone": facts.time_zone, "active_from": row.active_from, "active_until": row.active_until,
            "sort_key": fold(row.name)[:200],
        }  # fmt: skip
        if unit.pk in closed:
            del values["active_until"]
        if row.code not in present or _differs(unit, values):
            _set(unit, values)
            wanted.append(unit)
    return keys, _write(Unit, wanted, present)


def _load_towns(facts: ProfileFacts, units: Mapping[str, UUID]) -> tuple[dict[str, UUID], int]:
    present = {town.code: town for town in Town.objects.filter(state=facts.state)}
    keys = {code: town.id for code, town in present.items()}
    wanted: list[Town] = []
    for row in facts.towns:
        town = present.get(row.code) or Town(code=row.code)
        keys[row.code] = town.id
        values = {
            "name": row.name, "state": facts.state, "county": row.county, "region_id": units[row.region],
            "census_code": row.census_code, "population": row.population,
            "latitude": _number(row.latitude, 5), "longitude": _number(row.longitude, 5),
        }  # fmt: skip
        if row.code not in present or _differs(town, values):
            _set(town, values)
            wanted.append(town)
    return keys, _write(Town, wanted, present)


def _load_memberships(facts: ProfileFacts, towns: Mapping[str, UUID], units: Mapping[str, UUID]) -> int:
    wanted = [
        TownDepartment(
            town_id=towns[row.town], department_id=units[row.department], valid_from=row.valid_from,
            valid_to=row.valid_to, source=row.source, confidence=row.confidence,
        )
        for row in facts.memberships
    ]  # fmt: skip
    wanted = _as_closed(wanted)
    fields = ("town_id", "department_id", "valid_from", "valid_to", "source", "confidence")
    return _replace(TownDepartment, [towns[town.code] for town in facts.towns], wanted, fields)


def _as_closed(rows: list[TownDepartment]) -> list[TownDepartment]:
    """What the folder says of who serves which town, with the closings that were decided here since."""
    served = [Served(r.town_id, r.department_id, r.valid_from, r.valid_to, r.source, r.confidence) for r in rows]
    town_ids, unit_ids = dict(Town.objects.values_list("code", "id")), dict(Unit.objects.values_list("code", "id"))
    closings = list(Closing.objects.order_by("on", "at"))
    for closing in closings:
        heirs = {town_ids[town]: unit_ids[unit] for town, unit in closing.towns.items() if town in town_ids}
        served = after_closing(served, closing.unit_id, closing.on, heirs, closing.successor_id)
    if not closings:
        return rows
    return [
        TownDepartment(
            town_id=r.town, department_id=r.department, valid_from=r.since, valid_to=r.until, source=r.source, confidence=r.confidence
        )
        for r in served
    ]


def _load_places(facts: ProfileFacts, towns: Mapping[str, UUID]) -> int:
    reach: dict[str, set[str]] = {}
    for row in facts.places:
        reach.setdefault(fold(row.name), set()).add(row.town)
    for town in facts.towns:
        if fold(town.name) in reach:  # Canaan: a town, and another town's post office
            reach[fold(town.name)].add(town.code)
    wanted = [
        PlaceName(
            name=row.name, name_key=fold(row.name), town_id=towns[row.town], kind=row.kind,
            ambiguous=len(reach[fold(row.name)]) > 1, share=_number(row.share, 4),
        )
        for row in facts.places
    ]  # fmt: skip
    fields = ("name", "name_key", "town_id", "kind", "ambiguous", "share")
    return _replace(PlaceName, [towns[town.code] for town in facts.towns], wanted, fields)


def _load_zips(facts: ProfileFacts, towns: Mapping[str, UUID]) -> int:
    wanted = [ZipTown(zip=row.zip, town_id=towns[row.town], share=_number(row.share, 4), is_main=row.is_main) for row in facts.zips]
    return _replace(ZipTown, [towns[town.code] for town in facts.towns], wanted, ("zip", "town_id", "share", "is_main"))


def _load_head(facts: ProfileFacts, unit: UUID, at: datetime) -> tuple[Profile, bool]:
    row = Profile.objects.filter(code=facts.code).first()
    values = {
        "name": facts.name, "state": facts.state, "state_names": list(facts.state_names), "time_zone": facts.time_zone,
        "unit_id": unit, "zip_prefixes": list(facts.zip_prefixes), "zips_elsewhere": dict(facts.zips_elsewhere),
        "version": facts.version, "fingerprint": facts.fingerprint,
    }  # fmt: skip
    if row is not None and not _differs(row, values):
        return row, False
    row = row or Profile(code=facts.code, loaded_at=at)
    _set(row, values)
    return row, True


def _replace(model: type[M], towns: list[UUID], wanted: list[M], fields: tuple[str, ...]) -> int:
    """Make the rows of these towns exactly the wanted ones. What differs goes before what comes: ranges may not overlap."""

    def said(row: M) -> tuple[Hashable, ...]:
        return tuple(getattr(row, field) for field in fields)

    manager = model._default_manager
    present = {said(row): row.pk for row in manager.filter(town_id__in=towns)}
    fresh = {said(row): row for row in wanted}
    stale = [pk for values, pk in present.items() if values not in fresh]
    missing = [row for values, row in fresh.items() if values not in present]
    if stale:
        manager.filter(pk__in=stale).delete()
    manager.bulk_create(missing)
    return len(stale) + len(missing)


def _write(model: type[M], rows: list[M], present: Mapping[str, M]) -> int:
    known = {row.pk for row in present.values()}
    manager = model._default_manager
    manager.bulk_create([row for row in rows if row.pk not in known])
    old = [row for row in rows if row.pk in known]
    if old:
        names = [f.name for f in model._meta.concrete_fields if not f.primary_key]
        manager.bulk_update(old, names)
    return len(rows)


def _differs(row: models.Model, values: Mapping[str, Any]) -> bool:
    return any(getattr(row, name) != value for name, value in values.items())


def _set(row: models.Model, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _number(text: str, places: int) -> Decimal | None:
    return Decimal(text).quantize(Decimal(1).scaleb(-places)) if text else None
