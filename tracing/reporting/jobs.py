"""What runs by itself: whatever happened to a case or a contact is in the figures within seconds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from tracing.journal.actions import UNCHANGED
from tracing.journal.actor import job
from tracing.journal.follower import follow_in_sets
from tracing.journal.models import Entry
from tracing.reporting.handing_back import hand_back, to_hand_back
from tracing.reporting.morning_mail import send_due
from tracing.reporting.upkeep import refresh

NAME: Final = "reporting.moments"
FOLLOWED: Final = (
    "case.opened", "case.joined", "case.changed", "case.withdrawn", "case.interviewed", "case.closed", "case.reopened", "case.moved",
    "case.stay_set", "case.followed", "case.taken_over", "case.proposal_answered", "contact.named", "quarantine.set",
    "quarantine.settled", "task.attempted", "person.merged", "person.merge_undone", "person.died", "person.death_taken_back",
    "report.moved", "report.move_taken_back", "transfer.accepted", "transfer.returned", "way.added", "way.ended", "way.marked",
)  # fmt: skip
"""After these a moment may be another one."""


@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="follow_moments", pass_context=False)
def follow_moments(timestamp: int) -> None:
    """Every few seconds, until what was sealed is counted."""
    while follow_events(timezone.now()):
        pass


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="send_morning_mail", pass_context=False)
def send_morning_mail(timestamp: int) -> None:
    """Every ten minutes: whether it is the hour of the morning's mail, where a mail server is set up."""
    if settings.MAIL is not None:
        send_due(timezone.now())


def follow_events(at: datetime) -> int:
    """The next set of entries. How many."""
    return follow_in_sets(NAME, verbs=FOLLOWED, answer=_answer, at=at)


def _answer(entries: Sequence[Entry], at: datetime) -> None:
    refresh(
        persons={entry.person_id for entry in entries if entry.person_id is not None},
        cases={entry.subject_id for entry in entries if entry.subject_kind == "case" and entry.subject_id is not None},
    )


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="hand_back_covered_calls", pass_context=False)
def hand_back_covered_calls(timestamp: int) -> None:
    """Every minute: a time that a team covered calls is over, and the department is told what was done."""
    hand_back_all(timezone.now())


def hand_back_all(at: datetime) -> int:
    """Everything that is over and not handed back. How many."""
    by, done = job("hand_back_covered_calls"), 0
    for cover, since, until in to_hand_back(at):
        done += hand_back(cover=cover, since=since, until=until, by=by, at=at) is not UNCHANGED
    return done
