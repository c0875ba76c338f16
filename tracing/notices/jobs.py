"""What runs by itself: staff are told, what nobody answers for is carried further, mail goes out."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from tracing.diseases.conditions import condition
from tracing.journal.actor import job
from tracing.journal.follower import follow
from tracing.journal.models import Entry
from tracing.notices.actions import escalate_due, give_notices
from tracing.notices.happened import READERS
from tracing.notices.mailing import NotSent, claim_mail, record_mail, send

AT_ONCE: Final = ("case.opened", "report.held")
"""Followed for what cannot wait, apart from the rest: a busy night of transfers holds no case of measles up."""
REST: Final = tuple(sorted(set(READERS)))


@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="give_urgent_notices", pass_context=False)
def give_urgent_notices(timestamp: int) -> None:
    """Within seconds: what is told at once."""
    follow_urgent(timezone.now())


def follow_urgent(at: datetime) -> int:
    return follow("notices.urgent", verbs=AT_ONCE, answer=_urgent, concerns=_may_be_urgent, at=at)


def _may_be_urgent(entry: Entry) -> bool:
    """Nearly every case is of a disease that is not: it costs no question."""
    return entry.verb != "case.opened" or condition(entry.disease).category(entry.at.year) == 1


def _urgent(entry: Entry, at: datetime) -> None:
    give_notices(entry=entry, only_at_once=True, by=job("give_urgent_notices"), at=at)


@app.periodic(cron="* * * * * */15")
@app.task(queueing_lock="give_other_notices", pass_context=False)
def give_other_notices(timestamp: int) -> None:
    """Within half a minute: the rest."""
    follow_rest(timezone.now())


def follow_rest(at: datetime) -> int:
    return follow("notices.rest", verbs=REST, answer=_rest, concerns=_may_be_told, at=at)


def _may_be_told(entry: Entry) -> bool:
    return entry.verb not in AT_ONCE or _may_be_urgent(entry)


def _rest(entry: Entry, at: datetime) -> None:
    give_notices(entry=entry, only_at_once=None if entry.verb not in AT_ONCE else False, by=job("give_other_notices"), at=at)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="escalate_notices", pass_context=False)
def escalate_notices(timestamp: int) -> None:
    """Every minute: what nobody has answered for in time."""
    escalate_all(timezone.now())


def escalate_all(at: datetime) -> None:
    while escalate_due(by=job("escalate_notices"), at=at):
        pass


@app.periodic(cron="* * * * * */10")
@app.task(queueing_lock="send_staff_mail", pass_context=False)
def send_staff_mail(timestamp: int) -> None:
    """Every ten seconds, where a mail server is set up: claim, send outside any transaction, record."""
    if settings.MAIL is not None:
        send_all(timezone.now())


def send_all(at: datetime) -> int:
    """Everything that is due; returns how many went out."""
    by, sent = job("send_staff_mail"), 0
    while claimed := claim_mail(by=by, at=at):
        for mail in claimed:
            try:
                send(mail, at.date())
            except NotSent as refusal:
                record_mail(mail=mail, problem=refusal.problem, again=refusal.again, by=by, at=at)
            else:
                record_mail(mail=mail, by=by, at=at)
                sent += 1
    return sent
