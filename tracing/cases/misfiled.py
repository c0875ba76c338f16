"""Cases that rest on a report of somebody else: as they were before it went, so that they can be so again. Called inside an action."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from tracing.cases.actions import CASE_FIELDS, answer_proposal
from tracing.cases.models import Affiliation, Case, Interview, OutOfState, Proposal, Share, Transfer
from tracing.journal.actions import Actor, record
from tracing.people.rules import FEED
from tracing.tasks.models import Attempt, Task

WORK: Final = ("interviews", "attempts", "in_hand", "shares", "transfers", "packages", "affiliations", "said", "opened_otherwise")
"""What a human did on a case: while any of it is there, a human says what becomes of the case."""


def written(case: Case) -> dict[str, Any]:
    """What follows from results, as text."""
    fields = [case._meta.get_field(name) for name in CASE_FIELDS]
    return {f.attname: None if f.value_from_object(case) is None else f.value_to_string(case) for f in fields}  # type: ignore[union-attr]


def as_before(key: UUID, before: dict[str, Any], after: dict[str, Any], by: Actor, at: datetime) -> bool:
    """Put a case back to what it was. False: somebody has worked on it since, or another one took its place: it is worked out anew."""
    case = Case.objects.select_for_update(of=("self",)).filter(pk=key).first()
    if case is None or case.merged_into_id is not None or written(case) != after:
        return False
    others = Case.objects.filter(person=case.person_id, disease=case.disease, closure=None).exclude(pk=key)
    if before["closure_id"] is None and others.exists():
        return False
    for name in CASE_FIELDS:
        field = case._meta.get_field(name)
        text = before[field.attname]  # type: ignore[union-attr]
        setattr(case, field.attname, None if text is None else field.to_python(text))  # type: ignore[union-attr]
    case.save(update_fields=list(CASE_FIELDS))
    verb = "case.reopened" if after["closure_id"] and not before["closure_id"] else "case.changed"
    record(verb, by=by, at=at, subject=("case", key), person=case.person_id, disease=case.disease)
    return True


def work_on(case: Case, filed: Iterable[datetime]) -> dict[str, int]:
    """What a human did, by WORK. `filed`: when the reports were filed of which the case may have been opened."""
    found = {
        "interviews": Interview.objects.filter(case=case).count(),
        "attempts": Attempt.objects.filter(task=case.task_id).count() if case.task_id else 0,
        "in_hand": Task.objects.filter(pk=case.task_id, state=Task.State.HELD).count() if case.task_id else 0,
        "shares": Share.objects.filter(case=case).count(),
        "transfers": Transfer.objects.filter(case=case).count(),
        "packages": OutOfState.objects.filter(case=case).count(),
        "affiliations": Affiliation.objects.filter(case=case).count(),
        "said": sum(1 for stamp in case.facts.values() if int(stamp[0]) > FEED),
        "opened_otherwise": int(case.opened_at not in set(filed)),
    }
    return {code: number for code, number in found.items() if number}


def asked_about(people: Iterable[UUID], at: datetime) -> list[Proposal]:
    """The cases that a change of this moment has left without a positive result."""
    return list(Proposal.objects.filter(person__in=list(people), kind="withdrawn", answer="", at=at).select_related("case").order_by("pk"))


def nothing_was_there(proposal: Proposal, by: Actor, at: datetime) -> None:
    """Nobody did anything on it: closed, it never was a case."""
    answer_proposal(proposal=proposal, accept=True, by=by, at=at)


def forget(proposals: Iterable[str]) -> None:
    """What was put before a human because of a report that is theirs after all is asked no more."""
    Proposal.objects.filter(pk__in=list(proposals)).exclude(answer="refused").delete()
