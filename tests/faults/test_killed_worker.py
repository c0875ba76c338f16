"""A worker killed at random points, again and again: after the restart every report is filed exactly once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from tests.benchmarks.filing import messages
from tests.world import connecticut, deliver, file_all, snapshot
from tracing.cases.models import Case
from tracing.intake.models import LabResult, Report, SourceDay
from tracing.intake.queries import status
from tracing.intake.wake import FILE, wake
from tracing.journal.models import Entry
from tracing.people.models import Match, Person
from tracing.tasks.models import Task

ROOT = Path(__file__).parents[2]
REPORTS, KNOWN, KILLS, SEED = 2_000, 250, 5, 20210115
"""Half of the positives are about one of `KNOWN` people, so that the same people come up before and after a kill."""

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_report_is_filed_exactly_once_however_often_the_worker_dies(database_server: Callable[[str, str], str]) -> None:
    url = database_server("contact_app", connection.settings_dict["NAME"])
    deliver(connecticut(), b"\r".join(messages(REPORTS, KNOWN, SEED)), at=timezone.now())
    assert Report.objects.filter(state="waiting").count() == REPORTS
    undisturbed = _filed_in_peace()
    assert Report.objects.filter(state="waiting").count() == REPORTS and not Person.objects.exists()

    rng = Random(SEED)
    began_at: list[int] = []
    wake(FILE, once=FILE)
    for _ in range(KILLS):
        before = _waiting()
        with _worker(url) as worker:
            _files(worker, before)
            time.sleep(rng.uniform(0, 0.5))
            worker.send_signal(signal.SIGKILL)
            worker.wait(10)
        began_at.append(_waiting())
        _nobody_hears_from_the_dead()
    assert began_at[-1] > 0, "all was filed before the last kill: more reports or fewer kills are needed"
    assert len(set(began_at)) == KILLS, "each of the killed workers had filed something"
    _until(lambda: not _connected(), "the server has noticed that the killed are gone")

    with _worker(url, "--until-idle") as last:
        said, _ = last.communicate(timeout=120)
        assert last.returncode == 0, said
    _exactly_once()
    assert snapshot() == undisturbed


def test_a_dead_workers_job_that_was_asked_for_again_keeps_no_worker_from_starting(
    database_server: Callable[[str, str], str],
) -> None:
    """The sweeper asks for the filing while the dead worker's job still counts as running: two jobs of one queueing lock."""
    connecticut()
    job = app.configure_task(FILE, queueing_lock=FILE).defer()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '2 minutes') RETURNING id")
        dead = cursor.fetchone()[0]
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s", [dead, job])
    assert wake(FILE, once=FILE)
    with _worker(database_server("contact_app", connection.settings_dict["NAME"]), "--until-idle") as worker:
        said, _ = worker.communicate(timeout=60)
    assert worker.returncode == 0, said
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE queueing_lock = %s", [FILE])
        assert cursor.fetchone() == (0,)


def _filed_in_peace() -> dict[str, Any]:
    """What becomes of the same reports when nothing is killed; taken back again."""
    with transaction.atomic():
        file_all(at=timezone.now())
        made = snapshot()
        transaction.set_rollback(True)
    return made


def _exactly_once() -> None:
    states = Counter(Report.objects.values_list("state", flat=True))
    assert states == {"filed": REPORTS}
    counts = status().total
    assert counts.agree and counts.in_ == counts.filed == REPORTS
    # Each result line once, and nothing without its report.
    lines = list(LabResult.objects.values_list("report_id", "line"))
    assert len(lines) == len(set(lines)) == REPORTS
    currents = Counter(LabResult.objects.filter(current=True).values_list("key", flat=True))
    assert set(currents.values()) == {1} and set(currents) == set(LabResult.objects.values_list("key", flat=True))
    # What counts, counted once: the journal and the sender's days.
    verbs = Counter(Entry.objects.filter(verb="report.filed").values_list("subject_id", flat=True))
    assert len(verbs) == REPORTS and set(verbs.values()) == {1}
    assert sum(SourceDay.objects.values_list("reports", flat=True)) == REPORTS
    # Nobody twice.
    people = Counter(Person.objects.values_list("name_key", "birth_on"))
    assert people and set(people.values()) == {1}
    cases = Counter(Case.objects.values_list("person_id", "disease"))
    assert cases and set(cases.values()) == {1}
    assert not Task.objects.exclude(pk__in=Case.objects.filter(task__isnull=False).values("task")).exists()
    assert not Match.objects.filter(person__isnull=True).exists()


@contextmanager
def _worker(url: str, *words: str) -> Iterator[subprocess.Popen[str]]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CONTACT_", "DATABASE_", "DJANGO_"))}
    settings = {"DATABASE_URL": url, "CONTACT_SECRET_KEY": "only-for-tests-" + "x" * 40, "CONTACT_DEMO": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "config", "work", *words], env={**kept, **settings}, cwd=ROOT, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.wait(10)
        if process.stdout is not None:
            process.stdout.close()


def _waiting() -> int:
    return Report.objects.filter(state="waiting").count()


def _files(worker: subprocess.Popen[str], before: int) -> None:
    """Wait until the worker has filed something."""
    _until(lambda: _waiting() < before or worker.poll() is not None, "the worker files")
    assert worker.poll() is None, worker.communicate()[0]


def _nobody_hears_from_the_dead() -> None:
    """As if the time after which a silent worker counts as dead had passed."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '2 minutes'")


def _connected() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'contact-work' AND datname = current_database()"
        )
        row = cursor.fetchone()
    assert row is not None
    return int(row[0])


def _until(met: Callable[[], bool], what: str, seconds: float = 40) -> None:
    until = time.monotonic() + seconds
    while not met():
        if time.monotonic() >= until:
            pytest.fail(f"waited too long: {what}")
        time.sleep(0.02)
