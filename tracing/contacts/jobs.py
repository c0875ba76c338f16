"""What runs by itself: whoever loses their last number is looked for, whoever has one again or needs none is not."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.utils import timezone
from procrastinate.contrib.django import app

from tracing.contacts.calls import stop_late_calls
from tracing.contacts.following import concerned, settle_contacts, touches
from tracing.contacts.quarantining import complete_quarantines
from tracing.contacts.unreached import settle_unreached
from tracing.journal.actor import job
from tracing.journal.follower import follow
from tracing.journal.models import Entry
from tracing.people.household.queries import with_wards

CHANGES: Final = frozenset({"phone", "email", "way_works", "addresses", "guardian"})
DETAILS: Final = (
    "person.changed", "way.added", "way.corrected", "way.ended", "way.marked", "address.changed", "address.ended", "guardian.named",
    "guardian.ended", "person.confidential", "person.confidential_ended",
)  # fmt: skip
NEEDS: Final = (
    "case.closed", "case.reopened", "task.finished", "task.stopped", "task.reopened", "task.moved", "quarantine.settled",
    "person.died", "person.death_taken_back", "person.merged", "person.merge_undone",
)  # fmt: skip


CASES: Final = ("case.changed", "case.isolation_set", "case.closed", "case.reopened", "case.withdrawn", "case.interviewed")
MESSAGES: Final = ("message.failed", "message.stopped")
PEOPLE: Final = ("person.died", "person.death_taken_back", "person.merged", "person.merge_undone")


@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="follow_cases_of_contacts", pass_context=False)
def follow_cases_of_contacts(timestamp: int) -> None:
    """Within seconds: a case has other dates or is none any more, and somebody's quarantine hangs on it."""
    follow_cases(timezone.now())


def follow_cases(at: datetime) -> int:
    return follow("contacts.cases", verbs=(*CASES, *PEOPLE, *MESSAGES), answer=_settle, concerns=_has_contacts, at=at)


def _has_contacts(entry: Entry) -> bool:
    """Somebody was exposed to them, or they were exposed to somebody: true of few."""
    return entry.person_id is not None and touches(entry.person_id)


def _settle(entry: Entry, at: datetime) -> None:
    if entry.person_id is not None:
        settle_contacts(people=concerned(entry.person_id), by=job("follow_cases_of_contacts"), at=at)


@app.periodic(cron="20 5 * * *")
@app.task(queueing_lock="complete_ended_quarantines", pass_context=False)
def complete_ended_quarantines(timestamp: int) -> None:
    """Every night: quarantines whose last day is over, and calls that would come too late."""
    at = timezone.now()
    while complete_quarantines(by=job("complete_ended_quarantines"), at=at):
        pass
    stop_late_calls(by=job("complete_ended_quarantines"), at=at)


@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="follow_unreached", pass_context=False)
def follow_unreached(timestamp: int) -> None:
    """Within seconds: details or needs of somebody changed."""
    follow_details(timezone.now())


def follow_details(at: datetime) -> int:
    return follow("contacts.unreached", verbs=(*DETAILS, *NEEDS), answer=_answer, concerns=_concerns, at=at)


def _concerns(entry: Entry) -> bool:
    return entry.person_id is not None and (entry.verb in NEEDS or not CHANGES.isdisjoint(entry.changed))


def _answer(entry: Entry, at: datetime) -> None:
    if entry.person_id is not None:
        settle_unreached(persons=with_wards(entry.person_id), by=job("follow_unreached"), at=at)
