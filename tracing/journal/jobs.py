"""The journal's own work: sealing.

Partitions are made ahead by `contact migrate`, because workers may not make tables; what falls behind the last goes into a default one.
"""

from __future__ import annotations

from typing import Final

from django.utils import timezone
from procrastinate.contrib.django import app

from tracing.journal import sealer

BATCH: Final = 5_000
BATCHES_AT_A_TIME: Final = 20


@app.periodic(cron="* * * * * */3")
@app.task(queueing_lock="seal_the_journal", lock="seal_the_journal", pass_context=False)
def seal_the_journal(timestamp: int) -> None:
    """Every three seconds: number and chain what was written. Whoever follows the journal is at most that far behind."""
    seal_all()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="seal_the_looks", lock="seal_the_looks", pass_context=False)
def seal_the_looks(timestamp: int) -> None:
    """Every minute: number and chain what was looked at. Nobody follows looks, so that they need no haste."""
    seal_all(sealer.LOOKS)


def seal_all(kept: sealer.Kept = sealer.ENTRIES) -> int:
    """Seal until nothing is left (at most 100,000 rows in one go). How many."""
    sealed = 0
    for _ in range(BATCHES_AT_A_TIME):
        done = sealer.seal(at=timezone.now(), limit=BATCH, kept=kept)
        sealed += done
        if done < BATCH:
            break
    return sealed
