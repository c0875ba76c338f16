"""What runs by itself: a review of roles for each unit, every quarter."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from tracing.access.actions import open_reviews
from tracing.journal.actor import job


@app.periodic(cron="20 5 * * *")
@app.task(queueing_lock="open_reviews_of_roles", pass_context=False)
def open_reviews_of_roles(timestamp: int) -> None:
    """Every night: on the first of a quarter for every unit, on other days for units that got their first role since."""
    open_reviews(by=job("open_reviews_of_roles"), at=timezone.now())
