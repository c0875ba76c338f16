"""What runs by itself: a review of roles for each unit, every quarter; roles that follow the groups of directories."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from procrastinate.contrib.django import app

from tracing.access.actions import open_reviews
from tracing.access.actions.directory_groups import settle_directory
from tracing.access.models import DirectoryAccount
from tracing.journal.actor import job
from tracing.jurisdictions.models import Unit


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
