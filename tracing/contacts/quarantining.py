"""One quarantine in force per person and disease, from all that is known: exposures, their sources, own illness, what they told."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from tracing.base.ids import uuid7
from tracing.cases.dossier import infectious
from tracing.cases.models import Case
from tracing.contacts.models import Circumstances, Exposure, Quarantine
from tracing.contacts.rules import EXPOSED, ILL, Decided, Exposed, Known, Told, decide, standing
from tracing.diseases.rules import ContactFacts
from tracing.diseases.ruleset import rule_sets
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.people.matching import lock
from tracing.people.models import Death

NO_CASE: Final = "not_a_case"
Who = tuple[UUID, str]
"""A person and a disease."""


@dataclass(slots=True)
class Contact:
    """All that is known of one person as a contact of one disease."""

    exposures: list[Exposure] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    told: Circumstances | None = None
    rows: list[Quarantine] = field(default_factory=list)
    """The newest first."""
    dead: bool = False

    @property
    def known(self) -> Known:
        return Known(
            self.dead, max((case.last_positive_on for case in self.cases), default=None),
            any(case.closure_id is None for case in self.cases),
        )  # fmt: skip

    @property
    def standing(self) -> str:
        return standing(self.known, max((one.last_on for one in self.exposures if one.last_on), default=None))


def contacts_among(people: Collection[Who]) -> dict[Who, Contact]:
    """Of everybody's rows, in seven statements. Exposures that were taken back, those to a source that turned out to be no case, and
    those of somebody to themselves do not count."""
    found = {key: Contact() for key in people}
    persons = {person for person, _disease in found}
    exposures = Exposure.objects.filter(contact__in=persons, taken_back_at__isnull=True).select_related(
        "source__isolation", "source__closure", "source__follow_unit", "unit"
    )
    for one in exposures.order_by("named_at", "pk"):
        key = (one.contact_id, one.disease)
        if key in found and (one.source is None or (counts(one.source) and one.source.person_id != one.contact_id)):
            found[key].exposures.append(one)
    for case in Case.objects.filter(person__in=persons).exclude(classification=NO_CASE).select_related("closure").order_by("pk"):
        key = (case.person_id, case.disease)
        if key in found and counts(case):
            found[key].cases.append(case)
    for told in Circumstances.objects.filter(person__in=persons).order_by("at", "pk"):
        if (key := (told.person_id, told.disease)) in found:
            found[key].told = told
    for row in Quarantine.objects.filter(person__in=persons).order_by("-at", "-pk"):
        if (key := (row.person_id, row.disease)) in found:
            found[key].rows.append(row)
    for person in Death.objects.filter(person__in=persons, taken_back_at__isnull=True).values_list("person_id", flat=True):
        for key, contact in found.items():
            contact.dead = contact.dead or key[0] == person
    return found


def counts(case: Case) -> bool:
    """Whether it stands as a case: not one that was closed as none."""
    return case.classification != NO_CASE and (case.closure is None or case.closure.reason != NO_CASE)


def told_by(contact: Contact) -> Told:
    first = min((day for one in contact.exposures if (day := one.first_on or one.last_on)), default=None)
    infected = [day for case in contact.cases if (day := case.onset_on or case.first_positive_on) and (first is None or day < first)]
    said = contact.told
    facts = ContactFacts(infected_on=max(infected, default=None))
    if said is None:
        return Told(facts)
    facts = ContactFacts(
        infected_on=facts.infected_on, symptomatic=bool(said.symptomatic), vaccinated_on=said.vaccinated_on, vaccine=said.vaccine,
        boosted_on=said.boosted_on, immune=bool(said.immune), prophylaxis=said.prophylaxis, prophylaxis_on=said.prophylaxis_on,
    )  # fmt: skip
    return Told(facts, said.option, said.negative_on)


def decided(contact: Contact, disease: str, on: date) -> Decided | None:
    """By the rules in force on that day; None without rules, without an exposure that counts, without a day."""
    ruleset = rule_sets().get(disease)
    exposed = [
        Exposed(
            one, one.last_on, one.first_on, one.continues, infectious(one.source, on).ends_on if one.continues and one.source is not None else None,
            one.close,
        )
        for one in contact.exposures
        if one.last_on is not None
    ]  # fmt: skip
    return decide(ruleset, decision_on=on, exposures=exposed, told=told_by(contact)) if ruleset is not None else None


@action
def set_quarantines(*, people: Collection[Who], by: Actor, at: datetime) -> int | Unchanged:
    """Bring the quarantine of each of these into line with what is known now; the dates that stand already stay, with the rule that made
    them. Asked twice it does one thing."""
    wanted = sorted(set(people), key=str)
    if not wanted:
        return UNCHANGED
    lock(f"quarantine:{person}:{disease}" for person, disease in wanted)
    ends: list[tuple[Quarantine, str]] = []
    again: list[Quarantine] = []
    made: list[Quarantine] = []
    for (person, disease), contact in contacts_among(wanted).items():
        newest = contact.rows[0] if contact.rows else None
        in_force = next((row for row in contact.rows if not row.settled), None)
        state = contact.standing if contact.exposures else ""
        if state != EXPOSED:
            if in_force is not None:
                ends.append((in_force, Quarantine.Settled.BECAME_CASE if state == ILL else Quarantine.Settled.NOT_NEEDED))
            continue
        if newest is not None and newest.merge_id is not None:
            continue
        today = _day(contact, at)
        if newest is not None and newest.settled != Quarantine.Settled.REPLACED:
            before = decided(contact, disease, _day(contact, newest.at))
            if before is not None and _same(newest, before):
                if newest.settled == Quarantine.Settled.BECAME_CASE or (newest.settled == Quarantine.Settled.NOT_NEEDED and before.stays):
                    again.append(newest)
                continue
        now = decided(contact, disease, today)
        if in_force is not None:
            over = in_force.ends_on is not None and in_force.ends_on < today and (now is None or in_force.ends_on < now.starts_on)
            why = Quarantine.Settled.COMPLETED if over else Quarantine.Settled.REPLACED if now else Quarantine.Settled.NOT_NEEDED
            ends.append((in_force, why))
        if now is not None:
            made.append(_row(person, disease, now, at))
    return _keep(ends, again, made, by, at)


def _keep(ends: list[tuple[Quarantine, str]], again: list[Quarantine], made: list[Quarantine], by: Actor, at: datetime) -> int | Unchanged:
    for why in {why for _row, why in ends}:
        Quarantine.objects.filter(pk__in=[row.pk for row, settled in ends if settled == why]).update(settled=why, settled_at=at)
    Quarantine.objects.filter(pk__in=[row.pk for row in again]).update(settled="", settled_at=None)
    Quarantine.objects.bulk_create(made)
    for row, why in ends:
        _say("quarantine.settled", row, by, at, why=why)
    for row in again:
        _say("quarantine.set", row, by, at, why="again", rule=row.rule)
    for row in made:
        _say("quarantine.set", row, by, at, rule=row.rule, option=row.option)
    return len(ends) + len(again) + len(made) or UNCHANGED


def _row(person: UUID, disease: str, now: Decided, at: datetime) -> Quarantine:
    assert isinstance(now.exposure, Exposure)
    return Quarantine(
        id=uuid7(), person_id=person, disease=disease, exposure=now.exposure, starts_on=now.starts_on, ends_on=now.ends_on,
        option=now.option.code, test_from=now.option.test_from, monitor_until=now.option.monitor_until, reasons=list(now.reasons),
        rule=f"{disease}/{now.option.rule_id}", at=at, settled="" if now.stays else Quarantine.Settled.NOT_NEEDED,
        settled_at=None if now.stays else at,
    )  # fmt: skip


def _same(row: Quarantine, now: Decided) -> bool:
    told = (row.starts_on, row.ends_on, row.rule.partition("/")[2])
    return told == (now.starts_on, now.ends_on, now.option.rule_id)


def _day(contact: Contact, at: datetime) -> date:
    """The day where the source that was named last is followed."""
    return at.astimezone(ZoneInfo(contact.exposures[-1].follower.time_zone)).date()


def _say(verb: str, row: Quarantine, by: Actor, at: datetime, **codes: Any) -> None:
    record(verb, by=by, at=at, subject=("quarantine", row.pk), person=row.person_id, disease=row.disease, codes=codes)


@action
def complete_quarantines(*, by: Actor, at: datetime, limit: int = 500) -> int | Unchanged:
    """Those whose last day is over."""
    rows = Quarantine.objects.select_for_update(no_key=True, skip_locked=True, of=("self",)).filter(settled="", ends_on__lt=at.date())
    done = [
        row
        for row in rows.select_related("exposure__source__follow_unit", "exposure__unit").order_by("ends_on", "pk")[:limit]
        if row.ends_on is not None and row.ends_on < at.astimezone(ZoneInfo(row.exposure.follower.time_zone)).date()
    ]
    return _keep([(row, Quarantine.Settled.COMPLETED) for row in done], [], [], by, at)

