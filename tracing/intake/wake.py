"""Asking a worker to do something, inside the transaction that made it necessary.

The queue carries ids only. What it loses (a worker killed at the wrong instant) the sweepers in `jobs.py` find in our own tables.
"""

from __future__ import annotations

from typing import Final

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

READ: Final = "tracing.intake.jobs.read_received_delivery"
FILE: Final = "tracing.intake.jobs.file_waiting_reports"
REFILE: Final = "tracing.intake.jobs.refile_reports_of_a_cause"


def wake(task: str, *, once: str = "", **ids: str | int) -> bool:
    """Enqueue `task`; False when a job with the same `once` already waits in the queue.

    A refused duplicate breaks the transaction it happens in, so it gets a savepoint of its own.
    """
    try:
        with transaction.atomic():
            app.configure_task(task, queueing_lock=once or None).defer(**ids)
    except AlreadyEnqueued:
        return False
    return True
