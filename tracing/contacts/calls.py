"""The call to a contact: one per person and disease, from the first naming until they were told; stopped when they become a case or
turn out not to have been exposed, and on its list again when that is taken back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from tracing.contacts.models import Quarantine
from tracing.contacts.quarantining import Contact, Who, contacts_among
from tracing.contacts.rules import EXPOSED, ILL
from tracing.diseases.rules import PriorityFacts, first_call_due
from tracing.diseases.ruleset import rule_sets
from tracing.diseases.tuning import rules_in_force
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action
from tracing.messaging.models import Message
from tracing.people.models import Guardianship, Person
from tracing.people.rules import age_on
from tracing.tasks import actions as tasks
from tracing.tasks import scoring
from tracing.tasks.models import Task
from tracing.tasks.queries import hold_keys

CALL: Final = Task.Kind.CONTACT_CALL
BECAME_CASE, NOT_EXPOSED, TOO_LATE = "became_case", "not_exposed", "too_late"
SCHOOL: Final = "school_exposure"
"""The message to who answers for a pupil: it names nobody but says whom to call."""
STILL_TOLD: Final = timedelta(days=14)
"""Somebody who need not stay at home, or of whose meeting no day is known, is still told for so long."""
_OPEN: Final = frozenset({Task.State.OPEN, Task.State.HELD})


@action
def settle_calls(*, people: Collection[Who], by: Actor, at: datetime) -> int | Unchanged:
    """Bring the calls of these contacts into line with what is known now. Asked twice it does one thing."""
    wanted = sorted(set(people), key=str)
    if not wanted:
        return UNCHANGED
    persons = {person.pk: person for person in Person.objects.filter(pk__in={who for who, _disease in wanted})}
    calls: dict[Who, list[Task]] = {key: [] for key in wanted}
    for task in Task.objects.filter(person__in=persons, kind=CALL).order_by("-added_at", "-pk"):
        if task.person_id is not None and (task.person_id, task.disease) in calls:
            calls[task.person_id, task.disease].append(task)
    to_stop: dict[str, list[Task]] = {BECAME_CASE: [], NOT_EXPOSED: [], TOO_LATE: []}
    again: dict[str, list[Task]] = {reason: [] for reason in to_stop}
    restated: list[tasks.Restated] = []
    new: list[tuple[Who, Contact]] = []
    written = _written_to(persons, wanted)
    for key, contact in contacts_among(wanted).items():
        running = [task for task in calls[key] if task.state in _OPEN]
        counted = [one for one in contact.exposures if one.close is not False]
        state = contact.standing if counted else ""
        if state != EXPOSED:
            to_stop[BECAME_CASE if state == ILL else NOT_EXPOSED] += running
            continue
        day = at.astimezone(ZoneInfo(counted[-1].follower.time_zone)).date()
        worth = _worth(contact, day)
        if running and not worth:
            to_stop[TOO_LATE] += running
        elif running:
            restated += [tasks.Restated(task.pk, facts=_facts(contact, persons[key[0]], day)) for task in running]
        if running or not worth or (key in written and written[key] >= counted[-1].named_at):
            continue
        newest = calls[key][0] if calls[key] else None
        if newest is not None and newest.state == Task.State.STOPPED and newest.stopped_by in again:
            again[newest.stopped_by].append(newest)
        elif newest is None or (newest.ended_at or at) < counted[-1].named_at:
            new.append((key, contact))
    done = 0
    for reason, rows in to_stop.items():
        done += len(tasks.stop(tasks=rows, reason=reason, by=by, at=at) or ()) if rows else 0
    for reason, rows in again.items():
        done += len(tasks.reopen_stopped(tasks=rows, reason=reason, by=by, at=at) or ()) if rows else 0
    done += len(tasks.restate(said=restated, by=by, at=at) or ()) if restated else 0
    done += len(_add(new, persons, by, at)) if new else 0
    return done or UNCHANGED


def _written_to(persons: dict[UUID, Person], wanted: list[Who]) -> dict[Who, datetime]:
    """Of whom somebody who answers for them was written to, and when last; a message that was stopped or failed is none."""
    answering = Guardianship.objects.filter(ward__in=persons, ended_at__isnull=True, keep_away=False, guardian__isnull=False)
    wards: dict[UUID, list[UUID]] = {}
    for ward, guardian in answering.values_list("ward_id", "guardian_id"):
        wards.setdefault(guardian, []).append(ward)
    if not wards:
        return {}
    asked, found = set(wanted), {}
    going = Message.objects.filter(person__in=wards, template=SCHOOL).exclude(state__in=(Message.State.STOPPED, Message.State.FAILED))
    for guardian, disease, at in going.order_by("added_at").values_list("person_id", "disease", "added_at"):
        found.update({(ward, disease): at for ward in wards[guardian] if (ward, disease) in asked})
    return found


@action
def stop_late_calls(*, by: Actor, at: datetime, limit: int = 500) -> int | Unchanged:
    """Calls to contacts to whom there is nothing left to tell: the days of their quarantine and of watching are over."""
    waiting = Task.objects.filter(kind=CALL, state=Task.State.OPEN, added_at__lt=at - STILL_TOLD / 2).order_by("added_at", "pk")
    people = {(person, disease) for person, disease in waiting.values_list("person_id", "disease") if person is not None}
    late = {key for key, contact in contacts_among(people).items() if contact.exposures and not _worth(contact, at.date())}
    return settle_calls(people=sorted(late, key=str)[:limit], by=by, at=at)


def _worth(contact: Contact, day: date) -> bool:
    """Whether there is still something to tell them."""
    row = contact.rows[0] if contact.rows else None
    if row is not None and row.ends_on is not None and row.settled != Quarantine.Settled.COMPLETED:
        return max(row.ends_on, row.monitor_until or row.ends_on) >= day
    last = max((one.last_on for one in contact.exposures if one.last_on), default=None)
    return last is None or last + STILL_TOLD >= day


def _facts(contact: Contact, person: Person, day: date) -> dict[str, object]:
    counted = [one for one in contact.exposures if one.close is not False]
    days = [one.last_on for one in counted if one.last_on]
    first = [one.first_on or one.last_on for one in counted]
    in_force = next((row for row in contact.rows if not row.settled), None)
    said = contact.told
    protected = bool(contact.cases) or (said is not None and bool(said.vaccinated_on or said.boosted_on or said.immune))
    return scoring.kept(
        PriorityFacts(
            decision_on=day, of="contact", age=age_on(person.birth_on, person.birth_year, day),
            symptomatic=bool(said and said.symptomatic), first_exposure_on=min((one for one in first if one), default=None),
            last_exposure_on=max(days, default=None), continues=any(one.continues for one in counted),
            sources=len({one.source_id for one in counted}), susceptible=not protected, interpreter=person.language not in ("", "en"),
            quarantine_ends_on=in_force.ends_on if in_force else None,
        )
    )  # fmt: skip


def _add(new: list[tuple[Who, Contact]], persons: dict[UUID, Person], by: Actor, at: datetime) -> list[Task]:
    keys = hold_keys([person for (person, _disease), _contact in new])
    rules = rules_in_force()
    made = []
    for (person, disease), contact in new:
        unit = contact.exposures[-1].follower
        day = at.astimezone(ZoneInfo(unit.time_zone)).date()
        facts = _facts(contact, persons[person], day)
        scored = scoring.score(disease, facts, attempts=0, on=day, rules=rules)
        ruleset = rule_sets().get(disease)
        made.append(
            tasks.NewTask(
                kind=CALL, unit_id=unit.pk, person_id=person, disease=disease, facts=facts, not_before=at,
                due_at=first_call_due(ruleset, at) if ruleset else None, sort_key=persons[person].sort_key,
                priority=scored.score if scored else 0, reasons=scoring.reasons(scored) if scored else [],
                rule=scored.rule_id if scored else "", language=persons[person].language, hold_keys=keys.get(person, []),
            )
        )  # fmt: skip
    return tasks.add(tasks=made, by=by, at=at)
