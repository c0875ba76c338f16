"""From what a case says of somebody to exposures: whether the meeting counts, and what is new about one that was named before. Called inside
an action."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from tracing.base.ids import uuid7
from tracing.cases.models import Case
from tracing.contacts.following import settle_contacts
from tracing.contacts.models import Exposure, Naming
from tracing.diseases.rules import close_contact
from tracing.diseases.ruleset import rule_set
from tracing.journal.actions import Actor, record
from tracing.people.actions import NewStanding, Wanted, give_standings, match_or_add, settle_match
from tracing.people.facts import PersonFacts
from tracing.people.models import Match
from tracing.people.rules import SAID


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


def _named_before(case: Case | None, matches: dict[UUID, Match], by: Actor, at: datetime) -> None:
    """Whom this case has named already by the same name and number, and a birth date at most once, is not somebody else."""
    alike: dict[UUID, list[Match]] = defaultdict(list)
    for match in matches.values():
        for candidate in match.candidates:
            if {"given_exact", "family_exact", "phone_exact", "birth_missing"} <= set(candidate["reasons"]):
                alike[UUID(candidate["person"])].append(match)
    rows = Exposure.objects.filter(source=case, contact__in=alike).select_related("contact")
    for exposure in rows.order_by("id"):
        for match in alike[exposure.contact_id]:
            if matches[match.report_id].outcome == Match.Outcome.POSSIBLE:
                matches[match.report_id] = settle_match(match=match, person=exposure.contact, by=by, at=at)


def people_of(
    case: Case | None, said: Sequence[tuple[PersonFacts, UUID | None]], by: Actor, at: datetime, *, unit: UUID | None = None
) -> list[UUID]:
    """Who each of these is, found or added, in order. The caller holds their locks. `unit`: who answers for them where no case does.

    A possible match does not hold the naming up: the person is added, and a human joins the two later.
    """
    follows = unit or (case.follow_unit_id if case is not None else None)
    assert follows is not None, "named by a case, or reported to a unit"
    wanted = [Wanted(uuid7(), facts, as_of=at, unit=follows, possible_until=at, person=person) for facts, person in said]
    found = match_or_add(wanted=wanted, rank=SAID, source="named", by=by, at=at)
    pending = [w for w, f in zip(wanted, found, strict=True) if f.person is None]
    people: dict[UUID, UUID] = {f.report: f.person for f in found if f.person is not None}
    if pending:
        matches = {m.report_id: m for m in Match.objects.filter(report_id__in=[w.report for w in pending])}
        _named_before(case, matches, by, at)
        again = [replace(w, match=matches[w.report]) for w in pending]
        for f in match_or_add(wanted=again, rank=SAID, source="named", by=by, at=at):
            if f.person is not None:
                people[f.report] = f.person
    return [people[w.report] for w in wanted]


def expose(case: Case, said: Sequence[tuple[UUID, Named]], by: Actor, at: datetime) -> list[Exposure] | None:
    """Write who was exposed, and what follows for them; the new exposures. None where nothing is new."""
    today = at.astimezone(ZoneInfo(case.follow_unit.time_zone)).date()
    exposures, namings, more = exposures_of(case, said, today, by, at)
    if not exposures and not more:
        return None
    Exposure.objects.bulk_create(exposures)
    Exposure.objects.bulk_update(more, ["first_on", "last_on", "continues", "feet", "minutes", "relation", "close", "close_rule"])
    Naming.objects.bulk_create(namings)
    for verb, rows in (("contact.named", exposures), ("contact.changed", more)):
        for row in rows:
            record(verb, by=by, at=at, subject=("exposure", row.pk), person=row.contact_id, disease=case.disease, codes={"kind": row.kind})
    give_standings(
        standings=[NewStanding(e.contact_id, case.follow_unit_id, "exposed", case.disease) for e in exposures], by=by, at=at
    )
    settle_contacts(people={(e.contact_id, e.disease) for e in (*exposures, *more)}, by=by, at=at)
    return exposures


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
