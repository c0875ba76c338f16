"""(i) A thousand tracers at one page every 20 seconds each, over HTTP, against the web server as it is run in production.

Locust plays the tracers (`tracers_at_work.py`), on the same machine. Reported: the rate of pages at which the p95 passes 150 ms, the
time of each kind of page at the last step before, and how often a person, household or number was in two hands: the tracers themselves
compare what they were given, from the answer that gave a call until the moment they say how it ended.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any, Final
from urllib.error import URLError
from urllib.request import urlopen

from tests.benchmarks.population import FAMILIES

LIMIT: Final = 150
"""Milliseconds of server time within which 95 of 100 pages must be made."""
UNITS: Final = ("new-haven", "hartford", "bridgeport", "avon")


def run(
    *, environment: dict[str, str], at: datetime, steps: Sequence[int] = (100, 200, 300, 400, 500, 600, 800, 1000), seconds: int = 60
) -> list[dict[str, Any]]:
    """Needs Django configured as the owner of a seeded database whose people may be called at `at`. Takes `seconds` for each step."""
    with tempfile.TemporaryDirectory(prefix="contact-tracers-") as folder:
        given, answer = Path(folder, "given.json"), Path(folder, "answer.json")
        given.write_text(json.dumps(_given(at, max(steps)) | {"steps": list(steps), "seconds": seconds, "answer": str(answer)}))
        port = _free_port()
        place = {**os.environ, **environment, "CONTACT_PROCESS": "web", "CONTACT_BENCH_NOON": at.isoformat()}
        server = subprocess.Popen(
            [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--http", "1", "--host", "127.0.0.1", "--port", str(port),
             "--workers", "2", "--blocking-threads", "4", "--log-level", "warning", "--no-access-log", "tests.benchmarks.noon:application"],
            env=place,
        )  # fmt: skip
        try:
            _wait(port)
            subprocess.run(
                [sys.executable, "-m", "locust", "-f", str(Path(__file__).with_name("tracers_at_work.py")), "--headless", "--only-summary",
                 "--host", f"http://127.0.0.1:{port}", "--exit-code-on-error", "0", "--loglevel", "ERROR"],
                env={**os.environ, "CONTACT_BENCH_TRACERS": str(given)}, check=True, stdout=subprocess.DEVNULL,
            )  # fmt: skip
        finally:
            server.terminate()
            server.wait()
        return _rows(json.loads(answer.read_text()), steps, seconds)


def _given(at: datetime, tracers: int) -> dict[str, Any]:
    """Sessions of so many tracers, and for each open call the keys that must be in one hand."""
    from django.conf import settings

    from tests.world import BY
    from tracing.access.actions import add_user, grant_membership
    from tracing.access.models import Role, Session
    from tracing.access.sessions import SessionStore
    from tracing.jurisdictions.models import Unit
    from tracing.tasks.models import Task

    role = Role.objects.get(code="tracer")
    units = [
        Unit.objects.filter(code=code).first() or Unit.objects.get(town_rows__town__code=code, town_rows__valid_to=None) for code in UNITS
    ]
    sessions = []
    for number in range(tracers):
        user = add_user(email=f"tracer-{number}-{time.time_ns()}@bench.example", name=f"Tracer {number}", password=None, by=BY, at=at)
        # As the made-up people live: four of ten tracers in the largest department, few in the smallest.
        unit = units[0 if number % 10 < 4 else 1 if number % 10 < 7 else 2 if number % 10 < 9 or number % 50 else 3]
        grant_membership(user=user, role=role, unit=unit, since=at, by=BY, at=at)
        store = SessionStore()
        store["_auth_user_id"] = str(user.pk)
        store["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
        store["_auth_user_hash"] = user.get_session_auth_hash()
        store.save()
        sessions.append(str(store.session_key))
    Session.objects.filter(pk__in=sessions).update(expire_date=datetime.now(UTC) + timedelta(days=1))
    keys = {str(pk): held for pk, held in Task.objects.filter(state="open").values_list("pk", "hold_keys")}
    return {"sessions": sessions, "keys": keys, "cookie": settings.SESSION_COOKIE_NAME, "names": FAMILIES[:200]}


def _rows(answer: dict[str, Any], steps: Sequence[int], seconds: int) -> list[dict[str, Any]]:
    rows, kept = [], 0.0
    shown: list[list[Any]] = []
    for number, pages in sorted((int(number), pages) for number, pages in answer["asked"].items()):
        p50, p95 = _percentiles(pages)
        rate, failed = len(pages) / (seconds / 2), sum(failed for *_, failed in pages)
        rows.append(_row(
            f"{steps[number]} tracers, a page every 20 s each", f"{p50:.0f} / {p95:.0f}", "ms p50 / p95",
            f"{rate:.1f} pages a second, {failed} failed of {len(pages)}", round(p95 / LIMIT, 2),
        ))  # fmt: skip
        if p95 <= LIMIT or not shown:
            shown = pages
        if p95 <= LIMIT:
            kept = rate
    rows.append(_row(f"pages a second up to which the p95 stays within {LIMIT} ms", f"{kept:.1f}", "a second", "ratio to the 50 asked", kept / 50))
    for name in sorted({name for name, *_ in shown}):
        p50, p95 = _percentiles([page for page in shown if page[0] == name])
        rows.append(_row(f"{name}, at that rate or the lowest", f"{p50:.0f} / {p95:.0f}", "ms p50 / p95", "as they wait", round(p95 / LIMIT, 2)))
    for name, count in answer["faults"].items():
        rows.append(_row(f"persons, households or numbers {name}", str(count), "", f"{answer['calls']:,} calls given out; must be 0", None))
    return rows


def _row(name: str, value: str, unit: str, note: str, ratio: float | None) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "ratio": ratio if ratio is None else round(ratio, 2), "note": note}


def _percentiles(pages: list[list[Any]]) -> tuple[float, float]:
    taken = [page[1] for page in pages]
    if len(taken) < 2:
        return (taken or [0.0])[0], (taken or [0.0])[0]
    cut = quantiles(taken, n=20)
    return cut[9], cut[18]


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            urlopen(f"http://127.0.0.1:{port}/health", timeout=2).close()
            return
        except (URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError("the web server did not come up")
