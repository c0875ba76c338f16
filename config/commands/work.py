"""Run a worker: it files reports, sends messages, seals the journal and does what is due. Start as many as you need.

SIGTERM lets the running jobs finish. Connects to PostgreSQL directly (DATABASE_DIRECT_URL), never through a transaction pooler.
"""

from __future__ import annotations

import argparse
import asyncio
import os
from typing import TYPE_CHECKING

from config.ready import ready

if TYPE_CHECKING:
    from procrastinate.app import WorkerOptions


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--jobs", type=int, default=4, metavar="N", help="jobs at the same time (4)")
    parser.add_argument("--queues", default="", metavar="A,B", help="only these queues (all)")
    parser.add_argument("--until-idle", action="store_true", help="end when nothing is left to do")


def run(options: argparse.Namespace) -> int:
    # Two more than jobs: one for the worker's own questions, one to spare.
    os.environ.setdefault("CONTACT_WORKER_CONNECTIONS", str(options.jobs + 2))
    ready("work")
    asyncio.run(_work(options))
    return 0


async def _work(options: argparse.Namespace) -> None:
    from procrastinate.contrib.django import app

    from config.jobs import SILENT_SECONDS, give_back

    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
    with app.replace_connector(connector):
        async with app.open_async():
            await give_back(app)
            how: WorkerOptions = {
                "concurrency": options.jobs,
                "wait": not options.until_idle,
                # New jobs are announced; polling finds those that were due later or waited for a lock.
                "fetch_job_polling_interval": 1.0,
                "shutdown_graceful_timeout": 30,
                "stalled_worker_timeout": SILENT_SECONDS,
                "delete_jobs": "successful",
            }
            if options.queues:
                how["queues"] = options.queues.split(",")
            await app.run_worker_async(**how)
