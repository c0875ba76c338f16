"""The one door by which somebody becomes a case, and the naming of contacts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from tracing.base.ids import uuid7
from tracing.cases import actions as cases
from tracing.cases.models import Case
from tracing.cases.news import CaseNews
from tracing.contacts.models import Exposure, Naming, Quarantine
from tracing.contacts.quarantining import set_quarantines
from tracing.contacts.unreached import settle_unreached
from tracing.diseases.rules import close_contact
from tracing.diseases.ruleset import rule_set
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.people.actions import NewStanding, Wanted, give_standings, match_or_add, settle_match
from tracing.people.facts import PersonFacts
from tracing.people.matching import blocking_keys, lock
from tracing.people.models import Match
from tracing.people.rules import SAID


class CaseIsClosed(Exception):
    """Contacts are named while a case is open."""


@action
def record_cases(*, news: Sequence[CaseNews], by: Actor, at: datetime) -> dict[tuple[UUID, str, str], UUID]:
    """Every door comes through here: open, join or split the cases, then settle the quarantine of those who were contacts."""
    made = cases.open_or_join(news=news, by=by, at=at)
    ill = {(n.person, n.disease): [p.specimen_on for p in n.results if p.current] for n in news}
    settle_quarantine(ill={key: max(days) for key, days in ill.items() if days}, by=by, at=at)
    settle_unreached(persons=[n.person for n in news], by=by, at=at)
    return made


@action
def settle_quarantine(*, ill: Mapping[tuple[UUID, str], date], by: Actor, at: datetime) -> int | Unchanged:
    """People in quarantine who became cases of the same disease isolate instead.

    `ill`: (person, disease) → the day of their newest positive specimen. One from before the exposure settles nothing.
    """
    rows = Quarantine.objects.filter(person__in={person for person, _ in ill}, settled="").select_related("exposure")
    running = [
        row
        for row in rows
        if (day := ill.get((row.person_id, row.disease))) is not None and day >= (row.exposure.last_on or row.starts_on)
    ]
    if not running:
        return UNCHANGED
    Quarantine.objects.filter(pk__in=[row.pk for row in running]).update(
        settled=Quarantine.Settled.BECAME_CASE, settled_at=at
    )
    for row in running:
        record("quarantine.settled", by=by, at=at, subject=("quarantine", row.pk), person=row.person_id, disease=row.disease,
               codes={"why": Quarantine.Settled.BECAME_CASE})  # fmt: skip
    return len(running)


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


def _named_before(case: Case, matches: dict[UUID, Match], by: Actor, at: datetime) -> None:
    """Whom this case has named already by the same name and number, and a birth date at most once, is not somebody else."""
    alike: dict[UUID, list[Match]] = defaultdict(list)
    for match in matches.values():
        for candidate in match.candidates:
            if {"given_exact", "family_exact", "phone_exact", "birth_missing"} <= set(candidate["reasons"]):
                alike[UUID(candidate["person"])].append(match)
    for exposure in Exposure.objects.filter(source=case, contact__in=alike).select_related("contact").order_by("id"):
        for match in alike[exposure.contact_id]:
            if matches[match.report_id].outcome == Match.Outcome.POSSIBLE:
                matches[match.report_id] = settle_match(match=match, person=exposure.contact, by=by, at=at)


@action
def name_contacts(*, case: Case, named: Sequence[Named], by: Actor, at: datetime) -> list[Exposure] | Unchanged:
    """Keep who was exposed to a case. Each is looked up first; naming somebody never tells whether they were known.

    Up to 500 at once. A possible match does not hold the naming up: the contact is added, and a human joins the two later.
    """
    if not named:
        return UNCHANGED
    # People before cases, as the filing takes them: two who work on one household never wait for each other in a ring.
    lock(key for one in named for key in blocking_keys(one.facts))
    if Case.objects.select_for_update().values_list("closure_id", flat=True).get(pk=case.pk) is not None:
        raise CaseIsClosed(str(case.pk))
    today = at.astimezone(ZoneInfo(case.follow_unit.time_zone)).date()
    wanted = [
        Wanted(uuid7(), one.facts, as_of=at, unit=case.follow_unit_id, possible_until=at, person=one.person) for one in named
    ]
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
    exposures, namings, more = _exposures(case, [(people[w.report], one) for w, one in zip(wanted, named, strict=True)], today, by, at)
    if not exposures and not more:
        return UNCHANGED
    Exposure.objects.bulk_create(exposures)
    Exposure.objects.bulk_update(more, ["first_on", "last_on", "continues", "feet", "minutes", "relation", "close", "close_rule"])
    Naming.objects.bulk_create(namings)
    for exposure in exposures:
        record("contact.named", by=by, at=at, subject=("exposure", exposure.id), person=exposure.contact_id, disease=case.disease,
               codes={"kind": exposure.kind})  # fmt: skip
    for exposure in more:
        record("contact.changed", by=by, at=at, subject=("exposure", exposure.id), person=exposure.contact_id, disease=case.disease,
               codes={"kind": exposure.kind})  # fmt: skip
    give_standings(
        standings=[NewStanding(e.contact_id, case.follow_unit_id, "exposed", case.disease) for e in exposures], by=by, at=at
    )
    set_quarantines(people={(e.contact_id, e.disease) for e in (*exposures, *more)}, by=by, at=at)
    settle_unreached(persons=[exposure.contact_id for exposure in exposures], by=by, at=at)
    return exposures


def _exposures(
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
            if _widen(row, one, today) and row not in made:
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


def _widen(row: Exposure, one: Named, today: date) -> bool:
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
