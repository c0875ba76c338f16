"""Keeping the register of settings."""

from __future__ import annotations

from datetime import date, datetime

from tracing.base.phones import e164
from tracing.base.text import fold
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.jurisdictions.models import Town, Unit
from tracing.jurisdictions.queries import for_address
from tracing.places.models import Place
from tracing.places.rules import address_key


class NotASetting(Exception):
    """A setting needs a name and one of the known kinds."""


@action
def add_place(
    *, kind: str, name: str, street: str, city: str, state: str, zip: str, phone: str, by: Actor, at: datetime, on: date
) -> Place | Unchanged:
    """Add a setting; its town and health department follow from its address on the day given.

    The same name at the same address is there already: nothing happens.
    """
    if kind not in Place.Kind.values or not fold(name):
        raise NotASetting(f"{name!r} ({kind!r}): a name is needed, and a kind out of {', '.join(Place.Kind.values)}")
    key, house = fold(name)[:200], address_key(street, zip)[:260]
    if Place.objects.filter(name_key=key, address_key=house).exists():
        return UNCHANGED
    where = for_address(street=street, city=city, state=state, zip=zip, on=on)
    place = Place(
        kind=kind, name=name.strip()[:200], name_key=key, street=street[:200], city=city[:100], zip=zip[:10],
        address_key=house, town=Town.objects.get(pk=where.town_id) if where.town_id else None,
        unit=Unit.objects.get(pk=where.unit_id), phone=e164(phone),
    )  # fmt: skip
    place.save(force_insert=True)
    record(
        "place.added", by=by, at=at, subject=("place", place.id), codes={"kind": kind, "unit": place.unit.code},
    )  # fmt: skip
    return place


class NotAnOrganisation(Exception):
    """Schools and colleges are connected, and units that work."""


@action
def connect_place(*, place: Place, organisation: Unit | None, by: Actor, at: datetime) -> Place | Unchanged:
    """Say which school or college on this platform the setting is (None: none any more): its liaison sees who belongs to it."""
    locked = Place.objects.select_for_update(no_key=True, of=("self",)).get(pk=place.pk)
    if locked.organisation_id == (organisation.pk if organisation else None):
        return UNCHANGED
    if organisation is not None and organisation.kind not in (Unit.Kind.SCHOOL, Unit.Kind.COLLEGE):
        raise NotAnOrganisation(organisation.code)
    before = locked.organisation
    Place.objects.filter(pk=locked.pk).update(organisation=organisation)
    if before is not None:
        record("place.disconnected", by=by, at=at, subject=("place", locked.pk), codes={"unit": before.code})
    if organisation is not None:
        record("place.connected", by=by, at=at, subject=("place", locked.pk), codes={"unit": organisation.code})
    locked.organisation = organisation
    return locked
