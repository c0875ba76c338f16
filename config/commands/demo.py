"""Try ContaCT out on this machine: own database, made-up people, web server and worker. Ctrl-C stops everything.

A second start keeps what was done. `make clean` deletes it.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import Any

from config import embedded
from config.demo.seeds import pending
from config.ready import Stop, demo_secret

PORT = 8000


class _Asked(BaseException):
    """Somebody pressed Ctrl-C, closed the window or sent SIGTERM."""

    heard = False
    """Kept beside: what is raised while the interpreter clears something away is lost."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reports", type=Path, metavar="FOLDER", help="also file the laboratory reports in this folder")
    parser.add_argument("--port", type=int, default=PORT, help=f"port of the web server ({PORT}, or the next free one)")


def run(options: argparse.Namespace) -> int:
    if os.environ.get("DATABASE_URL"):
        raise Stop("CT140", "DATABASE_URL is set. The demo uses a database of its own: unset it, or run `contact serve`.", 2)
    if options.reports and not options.reports.is_dir():
        raise Stop("CT141", f"There is no folder {options.reports}.", 2)
    os.umask(0o077)  # reports that somebody files here may be real ones: logs and folders are theirs alone
    state = embedded.state_folder()
    state.mkdir(parents=True, exist_ok=True)
    with (state / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Stop("CT142", f"The demo of this checkout is already running: {_address_of(state)}") from None
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _ask)
        return _Demo(state, options.port, options.reports).run()


def _ask(number: int, frame: FrameType | None) -> None:
    _Asked.heard = True
    raise _Asked


def _address_of(state: Path) -> str:
    try:
        return str(json.loads((state / "demo.json").read_text())["address"])
    except (OSError, ValueError, KeyError):
        return "it has not said its address yet"


class _Demo:
    """The processes of one demo, started in order and stopped in the other."""

    def __init__(self, state: Path, port: int, reports: Path | None) -> None:
        self.state = state
        self.port = port
        self.reports = reports
        self.children: dict[str, subprocess.Popen[Any]] = {}
        self.environment: dict[str, str] = {}

    def run(self) -> int:
        try:
            self._start()
            return self._watch()
        except _Asked:
            return 0
        finally:
            self._stop()

    def _start(self) -> None:
        began = time.monotonic()
        self._step("Starting the database", self._database)
        self._step("Bringing tables and policies up to date", lambda: self._command("migrate", "--quiet"))
        if pending(self.state):
            self._call([sys.executable, "-m", "config.demo.seeds", str(self.state)])
        if self.reports:
            self._step(f"Receiving reports from {self.reports}", self._receive)
        port = self._free_port()
        address = f"http://127.0.0.1:{port}/"
        self._spawn("worker", "work")
        self._spawn("web", "serve", "--host", "127.0.0.1", "--port", str(port), "--workers", "1")
        self._step("Starting web server and worker", lambda: self._wait_for(f"{address}health"))
        (self.state / "demo.json").write_text(json.dumps({"address": address, "pid": os.getpid()}))
        print(f"\nContaCT is running at  {address}   (ready after {time.monotonic() - began:.0f} s)\n", flush=True)
        for line in _sign_ins(self.environment["CONTACT_DEMO_PASSWORD"]):
            print(f"  {line}")
        whom = "Everybody in it is made up" + (", but for whom your reports name" if self.reports else "")
        print(f"\n{whom}. Logs: {self.state / 'log'}. Ctrl-C stops it and keeps the data.", flush=True)

    def _step(self, says: str, do: Callable[[], None]) -> None:
        print(f"  {says} …", flush=True)
        do()

    def _database(self) -> None:
        instance, _ = embedded.start(self.state)
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("CONTACT_", "DATABASE_"))},
            **instance.environment(),
            "CONTACT_DEMO": "1",
            "CONTACT_SECRET_KEY": demo_secret(self.state),
            "CONTACT_DEMO_PASSWORD": _password(self.state),
            "CONTACT_STATE": str(self.state),
            "CONTACT_WATCHED_FOLDER": str(self._inbox()),
            "PYTHONUNBUFFERED": "1",
        }

    def _inbox(self) -> Path:
        """Laboratory files put into a folder of this folder are received within a minute."""
        inbox = self.state / "inbox"
        inbox.mkdir(exist_ok=True)
        return inbox

    def _receive(self) -> None:
        # What was received before is known by its fingerprint and changes nothing.
        self._command("intake", "receive", str(self.reports))

    def _command(self, *words: str) -> None:
        self._call([sys.executable, "-m", "config", *words])

    def _call(self, command: list[str]) -> None:
        """Run to its end; its own words go to the terminal."""
        child = subprocess.Popen(
            command, env=self.environment, cwd=embedded.CHECKOUT, stdin=subprocess.DEVNULL,
            start_new_session=True, preexec_fn=embedded.stop_with_parent,
        )  # fmt: skip
        self.children["step"] = child
        code = child.wait()
        del self.children["step"]
        if code:
            raise Stop("CT143", "The demo could not be prepared; the lines above say why. `make clean` begins anew.")

    def _spawn(self, name: str, *words: str) -> None:
        log = self.state / "log"
        log.mkdir(exist_ok=True)
        with (log / f"{name}.log").open("w") as file:
            # In a session of their own, so that Ctrl-C reaches this process alone, which stops them in order.
            self.children[name] = subprocess.Popen(
                [sys.executable, "-m", "config", *words], env=self.environment, cwd=embedded.CHECKOUT,
                stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT,
                start_new_session=True, preexec_fn=embedded.stop_with_parent,
            )  # fmt: skip

    def _free_port(self) -> int:
        if embedded.port_is_free(self.port):
            return self.port
        port = next((p for p in range(self.port + 1, self.port + 50) if embedded.port_is_free(p)), None) or embedded.free_port()
        print(f"  Port {self.port} is in use by another program; taking {port}.", flush=True)
        return port

    def _wait_for(self, address: str) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            self._check_children()
            try:
                # Straight to this machine, whatever proxy the environment names.
                opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
                with opener.open(address, timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise Stop("CT144", f"The web server did not answer within a minute. Its log is {self.state / 'log' / 'web.log'}.")

    def _check_children(self) -> None:
        for name, child in self.children.items():
            if child.poll() is not None:
                log = self.state / "log" / f"{name}.log"
                tail = "\n".join(log.read_text(errors="replace").splitlines()[-20:])
                raise Stop("CT145", f"The {name} process ended with code {child.returncode}. The end of {log}:\n{tail}")

    def _watch(self) -> int:
        while not _Asked.heard:
            time.sleep(0.5)
            self._check_children()
        return 0

    def _stop(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # once is enough
        print("\nStopping …", flush=True)
        for child in self.children.values():
            if child.poll() is None:
                child.terminate()
        until = time.monotonic() + 35
        for child in self.children.values():
            try:
                child.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        if (self.state / "data").exists():
            embedded.stop(self.state)
        (self.state / "demo.json").unlink(missing_ok=True)
        print("Stopped.", flush=True)


def _password(state: Path) -> str:
    """One password for all demo staff: other accounts of this machine can reach the port, so it is not a known one."""
    path = state / "demo-password"
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(f"demo-{secrets.token_hex(5)}")
    return path.read_text().strip()


def _sign_ins(password: str) -> list[str]:
    """Whom one may sign in as, from the demo's staff."""
    if find_spec("config.demo.staff") is None:
        return []
    from config.demo import staff

    people: list[tuple[str, str]] = staff.SIGN_INS
    width = max(len(email) for email, _ in people)
    return ["Sign in as", *(f"  {email:<{width}}  {role}" for email, role in people), f"with the password  {password}"]
