"""Work that keeps the workers themselves well."""

from __future__ import annotations

import logging
from typing import Final

from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Status

log: Final = logging.getLogger(__name__)

# A worker says that it lives every 10 seconds; after this long its jobs are given to others.
SILENT_SECONDS = 30


async def give_back(queue: App) -> None:
    """A worker that was killed leaves its jobs marked as running: hand them to the living. Jobs may run twice.

    Where the same work was asked for again meanwhile, the dead worker's job is dropped: the queue takes no second one.
    """
    for job in await queue.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
        try:
            try:
                await queue.job_manager.retry_job(job)
            except UniqueViolation:
                await queue.job_manager.finish_job(job, Status.FAILED, delete_job=True)
        except ConnectorException as fault:
            # Another worker has given it back in the same moment; if not, the next round does.
            log.warning("job %s of a dead worker was not given back: %s", job.id, type(fault).__name__)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="give_back_jobs_of_dead_workers", pass_context=False)
async def give_back_jobs_of_dead_workers(timestamp: int) -> None:
    """What `give_back` says, every minute."""
    await give_back(app)
