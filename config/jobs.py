"""Work that keeps the workers themselves well."""

from __future__ import annotations

from procrastinate.contrib.django import app

# A worker says that it lives every 10 seconds; after this long its jobs are given to others.
SILENT_SECONDS = 30


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="give_back_jobs_of_dead_workers", pass_context=False)
async def give_back_jobs_of_dead_workers(timestamp: int) -> None:
    """A worker that was killed leaves its jobs marked as running: hand them to the living. Jobs may run twice."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
        await app.job_manager.retry_job(job)
