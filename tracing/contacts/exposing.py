"""From what a case says of somebody to exposures: whether the meeting counts, and what is new about one that was named before. Called inside
an action."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from tracing.base.ids import uuid7
from tracing.cases.models import Case
from tracing.contacts.models import Exposure, Naming
from tracing.diseases.rules import close_contact
from tracing.diseases.ruleset import rule_set
from tracing.journal.actor import Actor
from tracing.people.facts import PersonFacts


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody whom a case names, and how they met."""

    facts: PersonFacts
    kind: str
    last_on: date | None
    first_on: date | None = None
    continues: bool = False
    """They live together and cannot keep apart."""
    feet: int | None = None
    minutes: int | None = None
    """Near each other, added up over 24 hours."""
    relation: str = ""
    place: UUID | None = None
    person: UUID | None = None
    """Known to whoever names them: one of the household who was offered."""
    masked_pupils: bool = False
    """Both were pupils in a classroom, masked."""


def exposures_of(
    case: Case, said: Sequence[tuple[UUID, Named]], today: date, by: Actor, at: datetime
) -> tuple[list[Exposure], list[Naming], list[Exposure]]:
    """New exposures, what the case said of each, and those known already of which more was said now."""
    rows = Exposure.objects.filter(source=case, contact__in={person for person, _one in said}, taken_back_at__isnull=True)
    known = {(row.contact_id, row.kind, row.place_id): row for row in rows.order_by("pk")}
    made: list[Exposure] = []
    more: dict[UUID, Exposure] = {}
    namings: list[Naming] = []
    for person, one in said:
        if person == case.person_id:
            continue
        row = known.get((person, one.kind, one.place))
        if row is not None:
            if widen(row, one, today) and row not in made:
                more[row.pk] = row
            continue
        row = Exposure(
            id=uuid7(), contact_id=person, source=case, disease=case.disease, kind=one.kind, place_id=one.place, first_on=one.first_on,
            last_on=one.last_on, continues=one.continues, feet=one.feet, minutes=one.minutes, relation=one.relation[:60], named_at=at,
            by=by.id,
        )  # fmt: skip
        row.close, row.close_rule = closeness(row, today, masked_pupils=one.masked_pupils)
        known[person, one.kind, one.place] = row
        made.append(row)
        facts = one.facts
        namings.append(
            Naming(
                id=uuid7(), source=case, person_id=case.person_id, disease=case.disease, exposure=row, given=facts.given[:120],
                family=facts.family[:120], phone=facts.phones[0][:20] if facts.phones else "", relation=row.relation, kind=row.kind,
                place_id=one.place, first_on=row.first_on, last_on=row.last_on, continues=row.continues, feet=row.feet,
                minutes=row.minutes, at=at, by=by.id,
            )
        )  # fmt: skip
    return made, namings, list(more.values())


def widen(row: Exposure, one: Named, today: date) -> bool:
    """Named again: what was not known yet is filled in, and the days grow. Nothing that was said is taken away."""
    before = (row.first_on, row.last_on, row.continues, row.feet, row.minutes, row.relation)
    row.first_on = min((day for day in (row.first_on, one.first_on) if day), default=None)
    row.last_on = max((day for day in (row.last_on, one.last_on) if day), default=None)
    row.continues = row.continues or one.continues
    row.feet = row.feet if one.feet is None else one.feet
    row.minutes = row.minutes if one.minutes is None else one.minutes
    row.relation = row.relation or one.relation[:60]
    if (row.first_on, row.last_on, row.continues, row.feet, row.minutes, row.relation) == before:
        return False
    row.close, row.close_rule = closeness(row, today, masked_pupils=one.masked_pupils)
    return True


def closeness(row: Exposure, on: date, *, masked_pupils: bool = False) -> tuple[bool | None, str]:
    """Whether it counts as close contact by the definition in force, and by which rule."""
    found = close_contact(
        rule_set(row.disease), decision_on=on, feet=row.feet, longest_minutes=None, minutes_in_24h=row.minutes,
        kinds=("household",) if row.kind == Exposure.Kind.HOUSEHOLD else (),
        setting="k12_classroom" if masked_pupils else "general", both_masked_pupils=masked_pupils,
    )  # fmt: skip
    return found.close, f"{row.disease}/{found.rule_id}"
