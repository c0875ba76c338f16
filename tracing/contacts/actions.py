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
from tracing.contacts.models import Exposure, Quarantine
from tracing.contacts.unreached import settle_unreached
from tracing.diseases.rules import quarantine
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
    """Somebody whom a case names."""

    facts: PersonFacts
    kind: str
    last_on: date | None


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
    rules = rule_set(case.disease)
    today = at.astimezone(ZoneInfo(case.follow_unit.time_zone)).date()
    wanted = [Wanted(uuid7(), one.facts, as_of=at, unit=case.follow_unit_id, possible_until=at) for one in named]
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
    exposures, quarantines = [], []
    known = set(Exposure.objects.filter(source=case, contact__in=people.values()).values_list("contact_id", flat=True))
    for w, one in zip(wanted, named, strict=True):
        person = people[w.report]
        if person in known or person == case.person_id:
            continue
        known.add(person)
        exposure = Exposure(
            id=uuid7(), contact_id=person, source=case, disease=case.disease, kind=one.kind, last_on=one.last_on, named_at=at,
            by=by.id,
        )  # fmt: skip
        exposures.append(exposure)
        record("contact.named", by=by, at=at, subject=("exposure", exposure.id), person=person, disease=case.disease,
               codes={"kind": one.kind})  # fmt: skip
        if one.last_on is None:
            continue
        options = quarantine(rules, decision_on=today, last_exposure_on=one.last_on).options
        chosen = next((option for option in options if option.preferred), options[0] if options else None)
        if chosen is None or chosen.starts_on is None or chosen.ends_on is None:
            continue
        row = Quarantine(
            id=uuid7(), person_id=person, disease=case.disease, exposure=exposure, starts_on=chosen.starts_on,
            ends_on=chosen.ends_on, rule=f"{rules.disease}/{chosen.rule_id}", at=at,
        )  # fmt: skip
        quarantines.append(row)
        record("quarantine.set", by=by, at=at, subject=("quarantine", row.id), person=person, disease=case.disease,
               codes={"rule": row.rule})  # fmt: skip
    if not exposures:
        return UNCHANGED
    Exposure.objects.bulk_create(exposures)
    Quarantine.objects.bulk_create(quarantines)
    give_standings(
        standings=[NewStanding(e.contact_id, case.follow_unit_id, "exposed", case.disease) for e in exposures], by=by, at=at
    )
    settle_unreached(persons=[exposure.contact_id for exposure in exposures], by=by, at=at)
    return exposures
