"""Which settings are at an address or carry a name. Reads only."""

from __future__ import annotations

from collections.abc import Iterable

from tracing.base.text import fold
from tracing.places.models import Place

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
