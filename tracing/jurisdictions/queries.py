"""Where is this address, and whose is it. Reads only; the facts are read once a process and again when they were loaded anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from tracing.jurisdictions.gazetteer import DepartmentFact, Gazetteer, PlaceFact, TownFact, ZipFact, build
from tracing.jurisdictions.models import PlaceName, Profile, Town, TownDepartment, Unit, UnitAncestor, ZipTown
from tracing.jurisdictions.rules import Location, locate


class NoProfile(Exception):
    """No state's facts are loaded, so no address can be read. `contact profile load` does it."""


@dataclass(frozen=True, slots=True, eq=False)
class Atlas:
    """The facts of the state in memory, with the keys of towns and units."""

    gazetteer: Gazetteer
    town_ids: Mapping[str, UUID]
    unit_ids: Mapping[str, UUID]
    state_unit_id: UUID
    """The state's own list."""
    time_zone: str
    version: str


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """An address read: `unit_id` is the department of that day, or the state's own list. Nobody belongs to nobody."""

    location: Location
    town_id: UUID | None
    unit_id: UUID


_held: tuple[tuple[UUID, datetime], Atlas] | None = None


def atlas() -> Atlas:
    """The facts, from memory while the profile row is the one they were read with (one small query a call)."""
    global _held
    head = Profile.objects.order_by("-loaded_at").first()
    if head is None:
        raise NoProfile
    if _held is None or _held[0] != (head.id, head.loaded_at):
        _held = ((head.id, head.loaded_at), _read(head))
    return _held[1]


def gazetteer() -> Gazetteer:
    return atlas().gazetteer


def for_address(
    *,
    street: str,
    city: str,
    state: str,
    zip: str,
    on: date,
    county: str = "",
    country: str = "",
    known: Atlas | None = None,
) -> Whereabouts:
    """Whose the address is on a day. Callers with many addresses take `atlas()` once and pass it as `known`."""
    known = known or atlas()
    location = locate(street, city, state, zip, county, on, known.gazetteer, country)
    return Whereabouts(
        location,
        known.town_ids[location.town_code] if location.town_code else None,
        known.unit_ids[location.department_code] if location.department_code else known.state_unit_id,
    )


def department_of_town(town_code: str, on: date, known: Atlas | None = None) -> UUID:
    """The town's department on a day, or the state's own list: for a town that a person chose."""
    known = known or atlas()
    code = known.gazetteer.department_on(town_code, on)
    return known.unit_ids[code] if code else known.state_unit_id


def units_below(unit_ids: Iterable[UUID]) -> set[UUID]:
    """The units and everything under them."""
    return set(UnitAncestor.objects.filter(ancestor_id__in=list(unit_ids)).values_list("unit_id", flat=True))


def _read(head: Profile) -> Atlas:
    towns = {town.id: town for town in Town.objects.filter(state=head.state)}
    units = dict(Unit.objects.values_list("id", "code"))
    places = PlaceName.objects.filter(town__in=towns)
    zips = ZipTown.objects.filter(town__in=towns)
    memberships = TownDepartment.objects.filter(town__in=towns)
    return Atlas(
        gazetteer=build(
            state=head.state,
            state_names=head.state_names,
            zip_prefixes=head.zip_prefixes,
            zips_elsewhere=head.zips_elsewhere,
            towns=[TownFact(town.code, town.name, town.county) for town in towns.values()],
            places=[
                PlaceFact(p.name, towns[p.town_id].code, None if p.share is None else float(p.share), p.kind == "short")
                for p in places
            ],
            zips=[ZipFact(z.zip, towns[z.town_id].code, None if z.share is None else float(z.share), z.is_main) for z in zips],
            departments=[
                DepartmentFact(towns[m.town_id].code, units[m.department_id], m.valid_from, m.valid_to) for m in memberships
            ],
        ),
        town_ids={town.code: town.id for town in towns.values()},
        unit_ids={code: key for key, code in units.items()},
        state_unit_id=head.unit_id,
        time_zone=head.time_zone,
        version=head.version,
    )


def unit_by_id(key: str | UUID) -> Unit:
    """A unit by its key, as a form gives it."""
    return Unit.objects.get(pk=key)


def names_of_units(keys: Iterable[UUID]) -> dict[UUID, str]:
    """Name of each of these units."""
    return dict(Unit.objects.filter(pk__in=list(keys)).values_list("pk", "name"))


def town_by_id(key: str | UUID) -> Town | None:
    """A town by its key; None for ""."""
    return Town.objects.get(pk=key) if key else None
