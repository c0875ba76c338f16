"""The one door by which somebody becomes a case, and the naming of contacts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from tracing.cases import actions as cases
from tracing.cases.models import Case
from tracing.cases.news import CaseNews
from tracing.contacts.calls import CALL, settle_calls
from tracing.contacts.exposing import Named, expose, people_of
from tracing.contacts.models import Exposure, Quarantine
from tracing.contacts.unreached import settle_unreached
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.people.matching import blocking_keys, lock
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


@action
def name_contacts(*, case: Case, named: Sequence[Named], by: Actor, at: datetime) -> list[Exposure] | Unchanged:
    """Keep who was exposed to a case. Each is looked up first; naming somebody never tells whether they were known.

    Up to 500 at once. A possible match does not hold the naming up: the contact is added, and a human joins the two later.
    """
    if not named:
        return UNCHANGED
    # People before cases, as the filing takes them: two who work on one household never wait for each other in a ring.
    lock(key for one in named for key in blocking_keys(one.facts))
    if Case.objects.select_for_update(no_key=True).values_list("closure_id", flat=True).get(pk=case.pk) is not None:
        raise CaseIsClosed(str(case.pk))
    people = people_of(case, [(one.facts, one.person) for one in named], by, at)
    return expose(case, list(zip(people, named, strict=True)), by, at) or UNCHANGED
