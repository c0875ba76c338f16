"""A call, kept as one: what was said, who was named, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tracing.access.viewer import Viewer
from tracing.cases import actions as cases
from tracing.cases.actions import Answers
from tracing.cases.models import Case, Interview
from tracing.contacts.actions import Named, name_contacts
from tracing.contacts.models import Exposure
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action
from tracing.people.actions import record_said
from tracing.people.facts import PersonFacts
from tracing.people.matching import blocking_keys, lock
from tracing.people.models import Person, WayToReach
from tracing.tasks import actions as tasks
from tracing.tasks.household import beside, take_along
from tracing.tasks.models import Attempt, Task


@dataclass(frozen=True, slots=True)
class Ended:
    """How the call ended: an outcome of `tasks.models.Attempt`, on which number, and when to try again if that was agreed."""

    outcome: str
    way: WayToReach | None = None
    again_at: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Along:
    """Another one of the household, in the same call: how it ended for them; "next": they are spoken with next."""

    task: Task
    outcome: str


NEXT: Final = "next"
ALONG: Final = ("reached", "partial", "no_answer", "refused", NEXT)
"""How it can end for somebody else of the household."""


class NotOfTheHousehold(Exception):
    """Whoever was to be served in the same call is not, or not any more, somebody it may serve."""


@dataclass(frozen=True, slots=True)
class Call:
    """What was kept of a call; None and empty where there was nothing to keep."""

    interview: Interview | None
    exposures: list[Exposure]
    attempt: Attempt | None


@action
def record_call(
    *,
    task: Task | None,
    case: Case | None,
    answers: Answers | None,
    named: Sequence[Named],
    ended: Ended | None,
    said: PersonFacts | None = None,
    along: Sequence[Along] = (),
    viewer: Viewer | None = None,
    by: Actor,
    at: datetime,
) -> Call | Unchanged:
    """Keep the interview, then the contacts, then the outcome: all or nothing, so that nothing said on the line is lost.

    `said` is what the person said about themselves: their language, another number. `along`: others of the household, each with an
    outcome of their own and the number that was called; they are asked for again at this moment (NotOfTheHousehold), as `viewer`.
    """
    interview: Interview | None = None
    exposures: list[Exposure] = []
    attempt: Attempt | None = None
    about = task.person_id if task is not None else case.person_id if case is not None else None
    # People before cases and tasks, as the filing takes them: two who work on one household never wait for each other in a ring.
    lock(key for one in named for key in blocking_keys(one.facts))
    person = Person.objects.select_for_update(no_key=True).get(pk=about) if about is not None else None
    if case is not None and answers is not None:
        interview = cases.record_interview(case=case, answers=answers, by=by, at=at)
    if case is not None and named:
        made = name_contacts(case=case, named=named, by=by, at=at)
        exposures = [] if isinstance(made, Unchanged) else made
    if task is not None and along:
        _serve(task, along, ended, viewer, by, at)
    if task is not None and ended is not None:
        attempt = tasks.record_attempt(
            task=task, outcome=ended.outcome, way=ended.way, again_at=ended.again_at, note=ended.note, by=by, at=at
        )
    told = said is not None and person is not None and bool(record_said(person=person, facts=said, by=by, at=at))
    if interview is None and not exposures and attempt is None and not told and not along:
        return UNCHANGED
    return Call(interview, exposures, attempt)


def _serve(task: Task, along: Sequence[Along], ended: Ended | None, viewer: Viewer | None, by: Actor, at: datetime) -> None:
    may = {row.pk for one in beside(task, viewer) for row in one.tasks} if viewer is not None else set()
    for one in along:
        if viewer is None or one.task.pk not in may or one.outcome not in ALONG:
            raise NotOfTheHousehold
        if one.outcome == NEXT:
            take_along(task=task, other=one.task, viewer=viewer, by=by, at=at)
        else:
            tasks.record_attempt(task=one.task, outcome=one.outcome, way=ended.way if ended else None, by=by, at=at)
