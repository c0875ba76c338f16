"""Which settings are at an address or carry a name. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from tracing.base.text import fold
from tracing.places.models import Place
from tracing.places.rules import PERHAPS, SAME, address_key, alike

# Several settings may share a house: where people live comes before where they come and go.
_LIVED_IN = ("nursing_home", "assisted_living", "prison", "shelter", "group_home", "congregate", "military", "hospital")


def at_address(keys: Iterable[str]) -> dict[str, list[Place]]:
    """Settings by address key (`rules.address_key`), those where people live first; keys with no setting are left out."""
    found: dict[str, list[Place]] = {}
    wanted = {key for key in keys if key}
    if wanted:
        for place in Place.objects.filter(address_key__in=wanted).order_by("name_key", "id"):
            found.setdefault(place.address_key, []).append(place)
        for places in found.values():
            places.sort(key=lambda place: place.kind not in _LIVED_IN)
    return found


def named(name: str, limit: int = 20) -> list[Place]:
    """Settings whose name begins with the words given."""
    key = fold(name)
    return list(Place.objects.filter(name_key__startswith=key).order_by("name_key", "id")[:limit]) if key else []


def places() -> QuerySet[Place]:
    """Every setting of the register."""
    return Place.objects.select_related("unit", "town", "organisation")


def connected(kinds: Iterable[str] = ()) -> list[Place]:
    """Settings that a unit on this platform works at, by name."""
    rows = places().filter(organisation__isnull=False)
    wanted = tuple(kinds)
    return list((rows.filter(kind__in=wanted) if wanted else rows).order_by("name_key", "id")[:1000])


def registered(name: str, *, after: UUID | None = None, size: int = 50) -> tuple[list[Place], bool]:
    """Settings whose name begins so ("": all), by name, after the one of this key; and whether there are more."""
    rows = places().order_by("name_key", "id")
    if key := fold(name):
        rows = rows.filter(name_key__gte=key, name_key__lt=key + "~")
    start = Place.objects.filter(pk=after).values_list("name_key", "pk").first() if after else None
    if start is not None:
        rows = rows.filter(name_key__gte=start[0]).exclude(name_key=start[0], id__lte=start[1])
    found = list(rows[: size + 1])
    return found[:size], len(found) > size


def similar(name: str, street: str = "", zip: str = "", *, most: int = 8) -> tuple[Place | None, list[Place]]:
    """The place of the register that this is, and else those that it may be: whoever adds one picks first."""
    key, folded = address_key(street, zip), fold(name)
    if not folded:
        return None, []
    near = Q(name_key=folded) | Q(name_key__startswith=folded.split()[0] + " ")
    if key:
        near |= Q(address_key=key)
    found: dict[str, list[Place]] = {SAME: [], PERHAPS: []}
    for place in places().filter(near).order_by("name_key", "id")[:200]:
        if how := alike(name, key, place.name, place.address_key):
            found[how].append(place)
    if len(found[SAME]) == 1:
        return found[SAME][0], []
    return None, [*found[SAME], *found[PERHAPS]][:most]
