"""A call, kept as one with what was advised and declined in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tracing.access.viewer import Viewer
from tracing.cases.actions import Answers
from tracing.cases.models import Case
from tracing.contacts.actions import Named
from tracing.contacts.interview import Along, Call, Ended, record_call
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action
from tracing.monitoring.actions import give_advice, refuse
from tracing.monitoring.rules import Advised
from tracing.people.facts import PersonFacts
from tracing.people.models import Refusal
from tracing.tasks.models import Attempt, Task


@action
def keep_call(
    *, task: Task, case: Case | None, answers: Answers | None, named: Sequence[Named], ended: Ended | None, said: PersonFacts | None = None,
    along: Sequence[Along] = (), viewer: Viewer | None = None, advised: Sequence[Advised] = (), declined: Sequence[str] = (),
    language: str = "", by: Actor, at: datetime,
) -> Call | Unchanged:  # fmt: skip
    """As `contacts.interview.record_call`, then what they were advised in that language, then what they decline. A call that ends with
    "declines" and says not what declines the interview."""
    made = record_call(
        task=task, case=case, answers=answers, named=named, ended=ended, said=said, along=along, viewer=viewer, by=by, at=at
    )
    call = None if isinstance(made, Unchanged) else made
    attempt = call.attempt if call else None
    if task.person_id is None:
        return made
    scopes = list(declined)
    if attempt is not None and attempt.outcome == Attempt.Outcome.REFUSED and not scopes:
        scopes = [Refusal.Scope.INTERVIEW]
    told = give_advice(
        person=task.person_id, disease=task.disease, said=advised, language=language, channel="call", attempt=attempt, by=by, at=at
    )
    refused = refuse(person=task.person_id, disease=task.disease, scopes=scopes, by=by, at=at) if scopes else UNCHANGED
    if call is None and isinstance(told, Unchanged) and isinstance(refused, Unchanged):
        return UNCHANGED
    return call or Call(None, [], None)
