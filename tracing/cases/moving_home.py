"""Somebody lives elsewhere now: the address is kept, and what that would change about their cases is put before a person."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from tracing.base.ids import uuid7
from tracing.base.text import fold
from tracing.cases.models import Case, Proposal
from tracing.cases.staying import stay_at
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.jurisdictions.queries import for_address
from tracing.people.facts import AddressFacts
from tracing.people.models import Address, Person
from tracing.people.ways.actions import live_at
from tracing.places.rules import address_key


@action
def moved_to(
    *, person: UUID, kind: str, street: str, city: str, state: str, zip: str, source: str = "staff", by: Actor, at: datetime
) -> Address | Unchanged:
    """Keep where somebody lives from now on, or stays at present. The former address of the kind ends.

    A residence in another department moves no case: it proposes that for each that is open. A stay is followed where the person is.
    """
    Person.objects.select_for_update(no_key=True).values_list("id").get(pk=person)
    where = for_address(street=street, city=city, state=state, zip=zip, on=at.astimezone(ZoneInfo(settings.TIME_ZONE)).date())
    facts = AddressFacts(
        kind, street.strip()[:200], city.strip()[:100], state.strip()[:40], zip.strip()[:10],
        (address_key(street, zip) or fold(f"{street} {city} {state} {zip}"))[:260], where.town_id, where.unit_id,
        where.location.out_of_state, where.location.evidence,
    )  # fmt: skip
    made = live_at(person=person, facts=facts, source=source, by=by, at=at)
    if isinstance(made, Unchanged):
        return UNCHANGED
    open_cases = Case.objects.filter(person=person, closure__isnull=True).select_related("follow_unit").order_by("pk")
    for case in open_cases.select_for_update(no_key=True, of=("self",)):
        if kind == Address.Kind.STAY:
            stay_at(case=case, street=street, city=city, state=state, zip=zip, by=by, at=at)
        elif where.town_id is not None and where.unit_id != case.unit_id:
            _propose(case, where.unit_id, where.town_id, by, at)
    return made


def _propose(case: Case, unit: UUID, town: UUID, by: Actor, at: datetime) -> None:
    if Proposal.objects.filter(case=case, kind=Proposal.Kind.MOVED, to_unit=unit, answer="").exists():
        return
    Proposal(
        id=uuid7(), case=case, person_id=case.person_id, disease=case.disease, unit_id=case.unit_id, kind=Proposal.Kind.MOVED, to_unit_id=unit,
        to_town_id=town, at=at,
    ).save(force_insert=True)  # fmt: skip
    record("case.change_proposed", by=by, at=at, subject=("case", case.pk), person=case.person_id, disease=case.disease,
           codes={"kind": "moved", "to": str(unit)})  # fmt: skip
