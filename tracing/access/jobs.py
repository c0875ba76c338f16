"""What runs by itself: a review of roles for each unit, every quarter; roles that follow groups; the staff of closed units."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from procrastinate.contrib.django import app

from tracing.access.actions import open_reviews
from tracing.access.actions.directory_groups import settle_directory
from tracing.access.actions.handing_over import hand_over_staff
from tracing.access.models import DirectoryAccount
from tracing.journal.actor import job
from tracing.jurisdictions.closing import named_heir
from tracing.jurisdictions.models import Unit
from tracing.jurisdictions.units import endings


@app.periodic(cron="20 5 * * *")
@app.task(queueing_lock="open_reviews_of_roles", pass_context=False)
def open_reviews_of_roles(timestamp: int) -> None:
    """Every night: on the first of a quarter for every unit, on other days for units that got their first role since."""
    open_reviews(by=job("open_reviews_of_roles"), at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="settle_groups_of_directories", pass_context=False)
def settle_groups_of_directories(timestamp: int) -> None:
    """Every minute: who maps a group to a role sees it given without waiting for the directory's next visit."""
    settle_all(timezone.now())


def settle_all(at: datetime) -> None:
    keepers = DirectoryAccount.objects.filter(ended_at__isnull=True).values("unit")
    for unit in Unit.objects.filter(pk__in=keepers).order_by("pk"):
        settle_directory(unit=unit, by=job("settle_groups_of_directories"), at=at)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="hand_over_staff_of_closed_units", lock="hand_over_staff_of_closed_units", pass_context=False)
def hand_over_staff_of_closed_units(timestamp: int) -> None:
    """Every minute: from the day on which a unit ends its successor sees its work, and its staff goes on there."""
    hand_over_all_staff(timezone.now())


def hand_over_all_staff(at: datetime) -> int:
    """How many things went over. What a killed worker left is taken up where it lay: the tables say what is left."""
    over = endings(at)
    units = {unit.pk: unit for unit in Unit.objects.filter(pk__in=[*over, *(e.successor for e in over.values() if e.successor)])}
    done = 0
    for key in sorted(over):
        named = named_heir(key, over)
        heir = units.get(named) or Unit.objects.filter(pk=named).first() if named else None
        while number := hand_over_staff(unit=units[key], heir=heir, by=job("hand_over_staff_of_closed_units"), at=at):
            done += int(number)  # type: ignore[arg-type]
    return done
