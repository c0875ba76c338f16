"""`contact work` as a process: does what waits, gives back what a killed worker had, ends in order."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from procrastinate.contrib.django import app

ROOT = Path(__file__).resolve().parent.parent
TASK = "config.jobs.give_back_jobs_of_dead_workers"

pytestmark = pytest.mark.django_db(transaction=True)


def work(url: str, *words: str) -> subprocess.Popen[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CONTACT_", "DATABASE_", "DJANGO_"))}
    settings = {"DATABASE_URL": url, "CONTACT_SECRET_KEY": "only-for-tests-" + "x" * 40, "CONTACT_DEMO": "1"}
    return subprocess.Popen(
        [sys.executable, "-m", "config", "work", *words],
        env={**kept, **settings},
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def asked(question: str, *values: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(question, list(values))
        row = cursor.fetchone()
    assert row is not None
    return int(row[0])


@pytest.fixture
def address(database_server: Callable[[str, str], str]) -> str:
    return database_server("contact_app", connection.settings_dict["NAME"])


def test_a_worker_does_what_waits_and_deletes_it(address: str) -> None:
    app.configure_task(TASK, queue="trial").defer(timestamp=0)
    process = work(address, "--until-idle", "--queues", "trial")
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert asked("SELECT count(*) FROM procrastinate_jobs WHERE queue_name = 'trial'") == 0


def test_what_a_killed_worker_had_is_done_by_the_next(address: str) -> None:
    job = app.configure_task(TASK, queue="trial").defer(timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '2 minutes') RETURNING id")
        dead = cursor.fetchone()[0]
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s", [dead, job])
    process = work(address, "--until-idle", "--queues", "trial")
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert asked("SELECT count(*) FROM procrastinate_jobs WHERE id = %s", job) == 0


def written_as_periodic() -> set[str]:
    """Functions under `@app.periodic(…)` in the source, whoever imports them."""
    found = set()
    for path in (*ROOT.glob("tracing/*/jobs.py"), *ROOT.glob("tracing/*/jobs/*.py"), ROOT / "config" / "jobs.py"):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and any(
                isinstance(d, ast.Call) and ast.unparse(d.func) == "app.periodic" for d in node.decorator_list
            ):
                found.add(f"{module}.{node.name}")
    return found


def test_a_worker_starts_everything_that_is_due_by_itself(address: str) -> None:
    registered = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    assert set(registered) == written_as_periodic() and len(registered) > 10
    # What is due every few minutes, once an hour or once a day is not due now; most are, and must begin within its first minute.
    often = {name for name, cron in registered.items() if cron.startswith("* ")}
    assert len(often) > len(registered) / 2
    process = work(address)
    begun: set[str] = set()
    until = time.monotonic() + 90
    while not often <= begun and time.monotonic() < until and process.poll() is None:
        time.sleep(0.2)
        with connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT task_name FROM procrastinate_periodic_defers")
            begun = {name for (name,) in cursor.fetchall()}
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=60)
    assert often <= begun, (often - begun, said)
    assert process.returncode == 0 and "Traceback" not in said, said
    assert asked("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'") == 0


def test_a_worker_that_is_asked_to_stop_takes_its_leave(address: str) -> None:
    process = work(address)
    until = time.monotonic() + 60
    while not asked("SELECT count(*) FROM procrastinate_workers") and time.monotonic() < until:
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert "Traceback" not in said
    assert asked("SELECT count(*) FROM procrastinate_workers") == 0


def test_workers_act_and_do_not_own(address: str) -> None:
    """The role is set on the connection: without it the login could do nothing, with the owner's it could do all."""
    code = (
        "from config.ready import ready; ready('work')\n"
        "from django.db import connection\n"
        "with connection.cursor() as cursor:\n"
        "    cursor.execute('SELECT session_user, current_user'); print(*cursor.fetchone())\n"
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CONTACT_", "DATABASE_", "DJANGO_"))}
    settings = {"DATABASE_URL": address, "CONTACT_SECRET_KEY": "only-for-tests-" + "x" * 40}
    said = subprocess.run([sys.executable, "-c", code], env={**kept, **settings}, cwd=ROOT, capture_output=True, text=True)
    assert said.stdout.strip() == "contact_app contact_act", said.stderr
