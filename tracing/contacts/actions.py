"""The one door by which somebody becomes a case, and the naming of contacts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from tracing.base.ids import uuid7
from tracing.cases import actions as cases
from tracing.cases.models import Case
from tracing.cases.news import CaseNews
from tracing.contacts.calls import CALL, settle_calls
from tracing.contacts.exposing import Named, exposures_of
from tracing.contacts.following import settle_contacts
from tracing.contacts.models import Exposure, Naming, Quarantine
from tracing.contacts.unreached import settle_unreached
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.people.actions import NewStanding, Wanted, give_standings, match_or_add, settle_match
from tracing.people.matching import blocking_keys, lock
from tracing.people.models import Match
from tracing.people.rules import SAID
from tracing.tasks.models import Task

__all__ = ["CaseIsClosed", "Named", "name_contacts", "record_cases", "settle_quarantine"]


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
    settle_calls(people=_called(ill), by=by, at=at)
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


def _called(ill: Mapping[tuple[UUID, str], date]) -> set[tuple[UUID, str]]:
    """Of those who are ill whoever was to be called as a contact."""
    waiting = Task.objects.filter(person__in={person for person, _ in ill}, kind=CALL, ended_at__isnull=True)
    return {(person, disease) for person, disease in waiting.values_list("person_id", "disease") if person and (person, disease) in ill}


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
    exposures, namings, more = exposures_of(case, [(people[w.report], one) for w, one in zip(wanted, named, strict=True)], today, by, at)
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
    settle_contacts(people={(e.contact_id, e.disease) for e in (*exposures, *more)}, by=by, at=at)
    return exposures
