"""The embedded server, for real: made, stopped, crashed, doubled."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config import embedded
from config.roles import roles_sql

pytestmark = pytest.mark.skipif("CONTACT_TEST_DATABASE_URL" in os.environ, reason="tests run on a server that was given")


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    parent = embedded._root_folder() if os.geteuid() == 0 else tmp_path_factory.mktemp("embedded")
    folder = parent / f"contact-trial-{os.getpid()}-{time.monotonic_ns()}"
    yield folder
    embedded.remove(folder)


def one(url: str, question: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(question).fetchone()  # type: ignore[arg-type]
    assert row is not None
    return row[0]


def postmaster(home: Path) -> int:
    return int((home / "data" / "postmaster.pid").read_text().split()[0])


def gone(number: int) -> bool:
    """Ended, whether or not its parent has taken note of it."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            if Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.05)
    return False


def test_data_outlives_a_stop_and_nothing_is_left_running(home: Path) -> None:
    instance, started = embedded.start(home)
    assert started
    with psycopg.connect(instance.url(embedded.OWNER)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    again, started_again = embedded.start(home)
    assert (again, started_again) == (instance, False)
    number = postmaster(home)
    assert embedded.stop(home)
    assert not embedded.stop(home)
    assert gone(number)
    assert not (home / "data" / "postmaster.pid").exists()
    instance, _ = embedded.start(home)
    assert one(instance.url(embedded.OWNER), "SELECT n FROM kept") == 7


def test_a_killed_server_recovers_and_a_stale_pid_is_no_obstacle(home: Path) -> None:
    instance, _ = embedded.start(home)
    with psycopg.connect(instance.url(embedded.OWNER)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT g FROM generate_series(1, 10000) g")
    os.kill(postmaster(home), signal.SIGKILL)
    assert gone(postmaster(home))
    file = home / "data" / "postmaster.pid"
    # The number now belongs to somebody else: to this very test.
    file.write_text("\n".join([str(os.getpid()), *file.read_text().splitlines()[1:]]) + "\n")
    instance, started = embedded.start(home)
    assert started
    assert one(instance.url(embedded.OWNER), "SELECT count(*) FROM kept") == 10000


def test_a_port_that_was_taken_meanwhile_is_given_up(home: Path) -> None:
    instance, _ = embedded.start(home)
    embedded.stop(home)
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections that have just ended still hold it a little
        other.bind(("127.0.0.1", instance.port))
        other.listen()
        moved, _ = embedded.start(home)
        assert moved.port != instance.port
        assert one(moved.url(), "SELECT current_user") == "contact_app"


def test_two_servers_do_not_meet(home: Path) -> None:
    instance, _ = embedded.start(home)
    with embedded.throwaway() as other:
        assert other.port != instance.port
        with pytest.raises(psycopg.OperationalError):
            wrong = other.url().replace(other.passwords["contact_app"], instance.passwords["contact_app"])
            psycopg.connect(wrong)
    assert not other.home.exists()


def test_a_half_made_data_folder_is_made_anew(home: Path) -> None:
    embedded.start(home)
    embedded.remove(home)
    (home / "data").mkdir(parents=True)
    (home / "data" / "base").mkdir()
    instance, _ = embedded.start(home)
    assert one(instance.url(), "SELECT 1") == 1


def test_passwords_and_data_are_closed_to_others(home: Path) -> None:
    instance, _ = embedded.start(home)
    assert stat.S_IMODE((home / "passwords.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((home / "data").stat().st_mode) == 0o700
    assert not (home / "first-password").exists()
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(f"postgresql://contact_app:guess@127.0.0.1:{instance.port}/contact")


def test_the_logins_are_what_the_design_says(home: Path) -> None:
    instance, _ = embedded.start(home)
    question = (
        "SELECT string_agg(rolname || ' ' || rolsuper || rolinherit || rolcreaterole || rolbypassrls, ', ' ORDER BY rolname)"
        " FROM pg_roles WHERE rolname LIKE 'contact%'"
    )
    assert one(instance.url(), question) == (
        "contact_act falsefalsefalsefalse, contact_app falsefalsefalsefalse,"
        " contact_door falsefalsefalsefalse, contact_owner falsetruefalsefalse, contact_web falsefalsefalsefalse"
    )
    assert one(instance.url(), "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'contact'") == "contact_owner"


def test_a_server_whose_maker_was_killed_is_cleared_away() -> None:
    code = (
        "import sys, time; from config import embedded\nwith embedded.throwaway() as i: print(i.home, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as maker:
        assert maker.stdout is not None
        home = Path(maker.stdout.readline().strip())
        maker.kill()
    assert embedded.is_running(home)
    os.utime(home, (time.time() - 120, time.time() - 120))  # the young are left alone: they may just be starting
    with embedded.throwaway():
        assert not home.exists()


def test_the_sql_for_administrators_makes_the_same_roles(home: Path) -> None:
    text = roles_sql("contact_two")
    for word in ("NOINHERIT", "contact_web", "contact_act", 'CREATE DATABASE "contact_two"', "\\password contact_app"):
        assert word in text
    assert "SUPERUSER" not in text.replace("NOSUPERUSER", "")
