"""The gateway in a server of its own, under the application's login, with lines that break and a process that is killed."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from config.embedded import free_port
from tracing.intake.actions.sources import make_key
from tracing.intake.models import Delivery, DeliveryPart, Report
from tracing.intake.queries import status
from tracing.intake.tests.made import BY, batch, message, sender

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).parents[1]


@pytest.fixture
def environment(database_server: Callable[[str, str], str]) -> dict[str, str]:
    """As a deployment has it: the application's login, which may do nothing without a role."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("CONTACT_", "DATABASE_", "DJANGO_"))},
        "DATABASE_URL": database_server("contact_app", connection.settings_dict["NAME"]),
        "CONTACT_DEMO": "1",
        "CONTACT_SECRET_KEY": "only-for-tests-" + "x" * 40,
    }


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    port = free_port()
    command = [sys.executable, "-m", "config", "serve", "--port", str(port), "--workers", "1", "--threads", "2"]
    server = subprocess.Popen(command, env=environment, cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 30
        while time.monotonic() < until and server.poll() is None:
            with suppress(OSError), _opener().open(f"http://127.0.0.1:{port}/health", timeout=5):
                break
            time.sleep(0.1)
        yield port, server
    finally:
        _kill(server)


def _kill(server: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(server.pid, 9)
    server.wait(10)


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(urllib.request.ProxyHandler({}))


def ask(port: int, key: str, path: str = "", body: bytes | None = None) -> tuple[int, dict[str, Any]]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/gateway/lab-reports{path}", data=body, headers={"Authorization": f"Bearer {key}"}
    )
    try:
        with _opener().open(request, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


def begin(port: int, key: str, body: bytes, sent: int) -> socket.socket:
    """Send the first bytes of a body and keep the line open."""
    line = socket.create_connection(("127.0.0.1", port), timeout=10)
    head = f"POST /gateway/lab-reports HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\nContent-Length: {len(body)}\r\n\r\n"
    line.sendall(head.encode() + body[:sent])
    return line


def test_from_the_post_to_the_count(environment: dict[str, str]) -> None:
    key = make_key(source=sender(), by=BY, at=timezone.now()).key
    body = batch(1, 40)
    with serving(environment) as (port, _):
        code, told = ask(port, key, body=body)
        assert code == 201
        assert Delivery.objects.get().fingerprint == told["fingerprint"], "committed before it is acknowledged"
        assert ask(port, key, body=body) == (200, {**told, "duplicate": True})
        assert ask(port, key + "x", body=body)[1]["code"] == "key_unknown"
        work = [sys.executable, "-m", "config", "work", "--until-idle", "--jobs", "2"]
        subprocess.run(work, env=environment, cwd=ROOT, check=True, timeout=60, stdout=subprocess.DEVNULL)
        code, state = ask(port, key, f"/{told['receipt']}")
    assert (code, state["read"], state["messages"], state["declared"]) == (200, True, 40, 40)
    assert state["waiting"] == 0, "the worker has read and filed what was posted"
    assert status().total.agree and status().total.in_ == 40 == Report.objects.count()
    told_by_command = subprocess.run(
        [sys.executable, "-m", "config", "intake", "status", "--format", "json"],
        env=environment, cwd=ROOT, check=True, timeout=60, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert json.loads(told_by_command.stdout)["in"] == 40


def test_files_by_command_and_a_key_made_by_command(environment: dict[str, str], tmp_path: Path) -> None:
    def contact(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "config", "intake", *words],
            env=environment, cwd=ROOT, check=True, timeout=60, stdout=subprocess.PIPE,
        )  # fmt: skip
        return done.stdout.decode()

    sender()
    (tmp_path / "a.hl7").write_bytes(batch(1, 3))
    assert "1 received, 0 known already, 0 not received." in contact("receive", str(tmp_path), "--source", "lab", "--now")
    assert Report.objects.count() == 3 and not Report.objects.filter(state="waiting").exists()
    key = contact("source", "key", "lab").strip()
    assert "lab: Lab" in contact("source", "list")
    with serving(environment) as (port, _):
        assert ask(port, key, body=batch(1, 3))[1]["duplicate"] is True


def test_a_line_that_breaks_and_a_server_that_is_killed_leave_nothing(environment: dict[str, str]) -> None:
    key = make_key(source=sender(), by=BY, at=timezone.now()).key
    body = b"".join(message(n) for n in range(5_000))  # beyond what is kept in memory
    with serving(environment) as (port, server):
        begin(port, key, body, len(body) - 1).close()
        begin(port, key, body, 10).close()
        with begin(port, key, body, len(body) // 2):
            time.sleep(0.5)
            assert ask(port, key, body=message(1))[0] == 201, "a slow line keeps nobody out"
            _kill(server)
    assert [delivery.size for delivery in Delivery.objects.all()] == [len(message(1))]
    assert DeliveryPart.objects.count() == 1


_READ = """
from config.ready import ready
ready("work")
from django.utils import timezone
from tracing.intake.actions.reading import read_delivery
from tracing.intake.models import Delivery
from tracing.journal.actor import job
def peak():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
row = Delivery.objects.get()
before = peak()
read_delivery(delivery=row, by=job("test"), at=timezone.now())
print(peak() - before)
"""


def _peak(pid: int) -> int:
    """The most memory that a process and its children have had, in KiB."""
    own = next(int(line.split()[1]) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM"))
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return own + sum(_peak(int(child)) for child in children)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="memory is read from /proc")
def test_a_large_batch_takes_little_memory(environment: dict[str, str]) -> None:
    """20 MB here, so that the test is quick: memory does not grow with the size (200 MB: 90 MB each for server and worker)."""
    key = make_key(source=sender(), by=BY, at=timezone.now()).key
    body = b"".join(message(n, "NTE|1||" + "x" * 400_000 + "\r") for n in range(50))
    with serving(environment) as (port, server):
        assert ask(port, key, body=message(1))[0] == 201
        Delivery.objects.all().delete()
        before = _peak(server.pid)
        assert ask(port, key, body=body)[1]["bytes"] == len(body)
        assert _peak(server.pid) - before < 40 * 1024
    done = subprocess.run([sys.executable, "-c", _READ], env=environment, cwd=ROOT, check=True, timeout=120, stdout=subprocess.PIPE)
    assert int(done.stdout.split()[-1]) < 60 * 1024
    assert Report.objects.count() == 50
