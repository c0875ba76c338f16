"""A worker killed while a closed unit's work is handed over: the next one takes up where it lay, and each case goes over once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from tracing.cases import jobs
from tracing.cases.models import Case
from tracing.desk.tests.world import add_case, world
from tracing.journal.actor import job
from tracing.journal.models import Entry
from tracing.jurisdictions.ending import close_unit
from tracing.people.models import Standing
from tracing.tasks.models import Task

pytestmark = pytest.mark.django_db(transaction=True)
CASES, KILLS = 40, 3
HAND_OVER = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()
from django.db import connection
from django.utils import timezone
from tracing.cases.jobs import hand_over_all
with connection.cursor() as cursor:
    cursor.execute("SET ROLE contact_act")
print("begins", flush=True)
hand_over_all(timezone.now(), most=1)
"""


def test_each_case_goes_over_once_however_often_the_worker_dies(database_server: Callable[[str, str], str]) -> None:
    now = timezone.now()
    made = world(now - timedelta(days=3))
    for number in range(CASES):
        add_case(made, f"Family{number}", "Ana", phone=f"+120355501{number:02}", street=f"{number} Elm Street")
    close_unit(
        unit=made.units["new-haven"], successor=made.units["hartford"], on=(now - timedelta(days=1)).date(), by=job("test"),
        at=now - timedelta(days=2),
    )  # fmt: skip
    url = database_server("contact_app", connection.settings_dict["NAME"])
    left = [_left()]
    for _kill in range(KILLS):
        with _process(url) as worker:
            assert worker.stdout is not None
            worker.stdout.readline()
            deadline = time.monotonic() + 30
            while _left() == left[-1] and worker.poll() is None and time.monotonic() < deadline:
                time.sleep(0.005)
            worker.send_signal(signal.SIGKILL)
            worker.wait(10)
        left.append(_left())
    assert left[-1] > 0, "all was handed over before the last kill"
    assert len(set(left)) == KILLS + 1, "each of the killed had handed something over"
    jobs.hand_over_all(timezone.now())
    assert _left() == 0
    moved = Counter(Entry.objects.filter(verb="case.taken_over").values_list("subject_id", flat=True))
    assert len(moved) == CASES and set(moved.values()) == {1}
    assert set(Task.objects.filter(ended_at=None).values_list("unit__code", flat=True)) == {"hartford"}
    lasting = Counter(Standing.objects.filter(until=None).values_list("unit__code", "why"))
    assert lasting == {("hartford", "residence"): CASES}
    assert Standing.objects.filter(unit__code="new-haven", why="shared").count() == CASES


def _left() -> int:
    return Case.objects.filter(unit__code="new-haven", closure=None).count()


def _process(url: str) -> subprocess.Popen[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CONTACT_", "DATABASE_", "DJANGO_"))}
    settings = {"DATABASE_URL": url, "CONTACT_SECRET_KEY": "only-for-tests-" + "x" * 40, "CONTACT_DEMO": "1"}
    return subprocess.Popen(
        [sys.executable, "-c", HAND_OVER], env={**kept, **settings}, cwd=Path(__file__).parents[2], stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
