"""Where somebody stays at present, from an address as it is typed."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from tracing.base.text import fold
from tracing.cases.actions import set_stay
from tracing.cases.models import Case
from tracing.journal.actions import Actor, action
from tracing.jurisdictions.models import Town, Unit
from tracing.jurisdictions.queries import for_address
from tracing.people.facts import AddressFacts
from tracing.places.rules import address_key


@action
def stay_at(*, case: Case, street: str, city: str, state: str, zip: str, by: Actor, at: datetime) -> Case:
    """Follow the case where the person is; an address that nobody knows is followed by the state itself."""
    today = at.astimezone(ZoneInfo(case.follow_unit.time_zone)).date()
    where = for_address(street=street, city=city, state=state, zip=zip, on=today)
    address = AddressFacts(
        "stay", street[:200], city[:100], state[:40], zip[:10], (address_key(street, zip) or fold(f"{city} {state} {zip}"))[:260],
        where.town_id, where.unit_id, where.location.out_of_state, where.location.evidence,
    )  # fmt: skip
    unit = Unit.objects.get(pk=where.unit_id)
    town = Town.objects.get(pk=where.town_id) if where.town_id else None
    return set_stay(case=case, unit=unit, town=town, address=address, by=by, at=at)
