"""`contact demo` as a newcomer meets it: starts, tells its address, stops without a trace, keeps the data."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import psutil
import pytest

from config import embedded
from config.demo.calls import ZONE, agreed_hour
from tracing.tasks.rules import may_call

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.skipif("CONTACT_TEST_DATABASE_URL" in os.environ, reason="tests run on a server that was given")


@dataclass
class Demo:
    """One `contact demo` and what it said."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)
    address: str = ""

    def wait_until_ready(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            if "ContaCT is running at" in line:
                self.address = line.split()[4]
                return
        raise AssertionError("the demo did not start:\n" + "".join(self.lines))

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        return self.finish()

    def finish(self) -> int:
        """Read what it says to its end; its exit code."""
        with self.process:
            assert self.process.stdout is not None
            self.lines += self.process.stdout.readlines()
            return self.process.wait(60)


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    parent = embedded._root_folder() if os.geteuid() == 0 else tmp_path_factory.mktemp("demo")
    folder = parent / f"contact-trial-demo-{os.getpid()}"
    yield folder
    embedded.remove(folder)


def start(state: Path, port: int = 8000) -> Demo:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CONTACT_", "DATABASE_", "DJANGO_"))}
    return Demo(
        subprocess.Popen(
            [sys.executable, "-u", "-m", "config", "demo", "--port", str(port)],
            env={**kept, "CONTACT_STATE": str(state)},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    )


def left_over(state: Path) -> list[str]:
    """Processes that still work for this demo."""
    found = []
    for process in psutil.process_iter(["pid", "cmdline", "environ"]):
        try:
            mine = str(state) in " ".join(process.info["cmdline"] or []) or (process.info["environ"] or {}).get(
                "CONTACT_STATE"
            ) == str(state)
            if mine and process.status() != psutil.STATUS_ZOMBIE and process.pid != os.getpid():
                found.append(f"{process.pid} {' '.join(process.info['cmdline'])}")
        except psutil.Error:
            continue
    return found


def none_left(state: Path) -> bool:
    until = time.monotonic() + 40
    while left_over(state) and time.monotonic() < until:
        time.sleep(0.2)
    return not left_over(state)


def status(address: str) -> int:
    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *args: object, **kwargs: object) -> None:
            return None

    try:
        with urllib.request.build_opener(Stay, urllib.request.ProxyHandler({})).open(address, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_the_demo_starts_stops_and_keeps_its_data(state: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        first = start(state, taken)
        first.wait_until_ready()
        assert any(f"Port {taken} is in use" in line for line in first.lines)
    assert status(f"{first.address}health") == 200
    assert status(f"{first.address}no-such-page") in (302, 404)
    second = start(state)
    assert second.finish() == 1
    assert "already running" in "".join(second.lines) and first.address in "".join(second.lines)
    assert first.end(signal.SIGINT) == 0
    assert "Stopped." in first.lines[-1]
    assert any("with the password" in line for line in first.lines)
    assert none_left(state), left_over(state)

    filled = (state / "seeded.json").read_text() if (state / "seeded.json").exists() else ""
    began = time.monotonic()
    again = start(state)
    again.wait_until_ready()
    assert time.monotonic() - began < 60
    if filled:
        assert (state / "seeded.json").read_text() == filled
        assert not any("Sending in" in line for line in again.lines)
    assert again.end(signal.SIGTERM) == 0
    assert none_left(state), left_over(state)


def test_a_demo_that_was_killed_leaves_nothing_in_the_way(state: Path) -> None:
    killed = start(state)
    killed.wait_until_ready()
    killed.end(signal.SIGKILL)
    until = time.monotonic() + 40
    # The children notice; the database is left for the next start to find.
    while [line for line in left_over(state) if "postgres" not in line] and time.monotonic() < until:
        time.sleep(0.2)
    assert not [line for line in left_over(state) if "postgres" not in line]
    again = start(state)
    again.wait_until_ready()
    assert status(f"{again.address}health") == 200
    assert again.end(signal.SIGINT) == 0
    assert none_left(state), left_over(state)


@pytest.mark.parametrize("hour", range(24))
def test_the_agreed_call_lies_ahead_at_an_hour_when_people_are_called(hour: int) -> None:
    """The demo starts in the evening and at night as well."""
    at = datetime(2026, 11, 22, hour, 59, 58, tzinfo=ZONE)
    agreed = agreed_hour(at)
    assert agreed > at and may_call(agreed, ZONE)
