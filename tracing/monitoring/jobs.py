"""What runs by itself: orders end with their last day, and with a death."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from tracing.journal.actor import job
from tracing.journal.follower import follow
from tracing.journal.models import Entry
from tracing.monitoring.actions import end_orders_of_the_dead, end_orders_over

DEATHS: Final = ("person.died",)


@app.periodic(cron="25 4 * * *")
@app.task(queueing_lock="end_orders", pass_context=False)
def end_orders(timestamp: int) -> None:
    """Every night: orders whose last day is over."""
    end_all_over(timezone.now())


def end_all_over(at: datetime) -> None:
    today = at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    while end_orders_over(on=today, by=job("end_orders"), at=at):
        pass


@app.periodic(cron="* * * * * */10")
@app.task(queueing_lock="follow_deaths_of_ordered", pass_context=False)
def follow_deaths_of_ordered(timestamp: int) -> None:
    """Within seconds: somebody has died, and nothing is ordered of them any more."""
    follow_deaths(timezone.now())


def follow_deaths(at: datetime) -> int:
    return follow("monitoring.deaths", verbs=DEATHS, answer=_end, at=at)


def _end(entry: Entry, at: datetime) -> None:
    if entry.person_id is not None:
        end_orders_of_the_dead(person=entry.person_id, by=job("follow_deaths_of_ordered"), at=at)
