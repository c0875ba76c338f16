"""What runs by itself: reading, filing, refiling, looking into folders, fetching. The sweepers find what the queue lost."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app

from tracing.intake import queries
from tracing.intake.actions.holding import refile_by_cause
from tracing.intake.actions.reading import read_delivery
from tracing.intake.actions.sources import add_unknown_sender, claim_pull
from tracing.intake.classifying import follow_interviews
from tracing.intake.closing import hand_over_intake, work_of
from tracing.intake.filing_in_sets import file_some
from tracing.intake.folders import sender_folders, waiting_files
from tracing.intake.imports import queries as imports
from tracing.intake.imports.models import TableImport
from tracing.intake.imports.work import advance
from tracing.intake.models import Delivery, Source
from tracing.intake.negatives import follow_results
from tracing.intake.taking import take_and_tell
from tracing.intake.wake import FILE, READ, wake
from tracing.journal.actor import job
from tracing.jurisdictions.ending import bring_below, finish_closing
from tracing.jurisdictions.models import Unit
from tracing.jurisdictions.units import endings, open_closings

SET: Final = 100
"""Reports that are read and written together."""
SETS: Final = 20
"""After so many the job hands on to a new one, so that other work gets its turn and a worker can stop."""
IMPORT_SETS: Final = 10
"""Sets of rows of one list in a turn: then the next list has its own."""
LEFT_AFTER: Final = timedelta(minutes=2)
"""A delivery unread for longer was lost by the queue, or its worker died."""


@app.task
def read_received_delivery(delivery: str) -> None:
    """Make reports of one delivery."""
    row = Delivery.objects.filter(pk=UUID(delivery)).first()
    if row is not None:
        read_delivery(delivery=row, by=job("read_received_delivery"), at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="read_left_deliveries")
def read_left_deliveries(timestamp: int) -> None:
    """Ask again for what the queue lost."""
    for row in queries.unread_deliveries(before=timezone.now() - LEFT_AFTER, limit=500):
        wake(READ, once=f"{READ} {row.pk}", delivery=str(row.pk))


@app.task(pass_context=True)
def file_waiting_reports(context: JobContext, lane: int = 0) -> None:
    """File what waits, set by set. Where a set is not enough another lane joins in, up to FILING_AT_ONCE of them."""
    by = job("file_waiting_reports")
    for _ in range(SETS):
        if context.should_abort():
            break
        filed = file_some(limit=SET, by=by, at=timezone.now())
        if not filed:
            return
        if filed >= SET and lane + 1 < settings.FILING_AT_ONCE:
            wake(FILE, once=f"{FILE} {lane + 1}", lane=lane + 1)
    wake(FILE, once=f"{FILE} {lane}" if lane else FILE, lane=lane)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="file_left_reports")
def file_left_reports(timestamp: int) -> None:
    """Reports whose time has come (a possible match that was held back), and those whose worker died."""
    if queries.anything_waits(at=timezone.now()):
        wake(FILE, once=FILE)


@app.task(pass_context=True)
def refile_reports_of_a_cause(context: JobContext, cause: str) -> None:
    """Take up again everything that was held for a cause that was mended."""
    by, at = job("refile_reports_of_a_cause"), timezone.now()
    while not context.should_abort() and refile_by_cause(cause=cause, by=by, at=at):
        pass


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="watch_folders", lock="watch_folders")
def watch_folders(timestamp: int) -> None:
    """Receive the files in every sender's own folder, and below the folder of the setting CONTACT_WATCHED_FOLDER.

    A folder there whose name is no sender's makes one that waits to be confirmed: what it brings is held, not lost.
    """
    by, at = job("watch_folders"), timezone.now()
    places: dict[UUID, list[Path]] = defaultdict(list)
    sources = {source.pk: source for source in Source.objects.exclude(folder="").filter(next_pull_at=None)}
    for source in sources.values():
        places[source.pk].append(Path(source.folder))
    if settings.WATCHED_FOLDER:
        for code, folder in _below(Path(settings.WATCHED_FOLDER), at.timestamp()):
            try:
                source = queries.source_by_code(code) or add_unknown_sender(code=code, by=by, at=at)
            except queries.NoProfile:
                continue
            sources[source.pk] = source
            places[source.pk].append(folder)
    for key, folders in places.items():
        take_and_tell(sources[key], folders, channel="folder", by=by, at=at, limit=settings.DELIVERY_LIMIT)


def _below(root: Path, now: float) -> list[tuple[str, Path]]:
    """Only folders in which something waits: an empty one makes no sender."""
    found = []
    try:
        for code, folder in sender_folders(root):
            if queries.source_by_code(code) is not None or waiting_files(folder, now=now):
                found.append((code, folder))
    except OSError:
        return found
    return found


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="pull_due_sources")
def pull_due_sources(timestamp: int) -> None:
    """Fetch from every sender whose time has come: claim its row, fetch outside of any transaction, record what came."""
    by = job("pull_due_sources")
    while source := claim_pull(by=by, at=timezone.now()):
        # What a sender is fetched from is a folder so far (a mounted share, an SFTP drop).
        places = [Path(source.folder)] if source.folder else []
        take_and_tell(source, places, channel="pull", by=by, at=timezone.now(), limit=settings.DELIVERY_LIMIT)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="hand_over_reports_of_closed_units", lock="hand_over_reports_of_closed_units", pass_context=False)
def hand_over_reports_of_closed_units(timestamp: int) -> None:
    """Every minute: reports and senders of a unit that has ended; and when nothing of it is left anywhere, that is said once."""
    hand_over_reports(timezone.now())


def hand_over_reports(at: datetime) -> None:
    over, by = endings(at), job("hand_over_reports_of_closed_units")
    while over and hand_over_intake(endings=over, by=by, at=at):
        pass
    for closing in open_closings():
        ending = over.get(closing.unit_id)
        if ending is None:
            continue
        above = Unit.objects.get(pk=ending.successor or ending.otherwise)
        bring_below(unit=closing.unit, parent=above, by=by, at=at)
        if not any(work_of(closing.unit_id, at=at).values()):
            finish_closing(closing=closing, by=by, at=at)


@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="advance_imports")
def advance_imports(timestamp: int) -> None:
    """Lists that are looked over, imported or undone go on; after a crash where they stopped."""
    by = job("advance_imports")
    for row in imports.going():
        for _ in range(IMPORT_SETS):
            moved = advance(batch=row, by=by, at=timezone.now())
            if not isinstance(moved, TableImport) or moved.state in ("ready", "done", "undone"):
                break


@app.periodic(cron="* * * * * */10")
@app.task(queueing_lock="classify_interviewed_cases", pass_context=False)
def classify_interviewed_cases(timestamp: int) -> None:
    """Within seconds: an interview told of symptoms, and a case that no laboratory has confirmed may be another one."""
    follow_interviews(timezone.now())


@app.periodic(cron="* * * * * */10")
@app.task(queueing_lock="follow_negative_results", pass_context=False)
def follow_negative_results(timestamp: int) -> None:
    """Within seconds: a laboratory's negative result for which a quarantine waits."""
    follow_results(timezone.now())
