"""The command line as people call it: separate processes, exit codes, words."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SECRET = "only-for-tests-" + "x" * 40


def contact(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CONTACT_", "DATABASE_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-m", "config", *words],
        env={**kept, **settings},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_help_lists_every_command_at_once() -> None:
    from config.cli import COMMANDS

    began = time.monotonic()
    said = contact("--help")
    assert said.returncode == 0
    assert time.monotonic() - began < 2
    for name in COMMANDS:
        assert f"  {name} " in said.stdout


def test_help_loads_no_framework() -> None:
    code = "import sys; from config.cli import main; main(['--help']); print('django' in sys.modules, 'psycopg' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.strip().endswith("False False")


@pytest.mark.parametrize("name", ["demo", "serve", "work", "migrate", "profile", "staff", "intake", "doctor", "assets", "embedded"])
def test_every_command_explains_itself(name: str) -> None:
    said = contact(name, "--help")
    assert said.returncode == 0, said.stderr
    assert f"usage: contact {name}" in said.stdout
    assert len(said.stdout) > 150


def test_a_command_that_does_not_exist() -> None:
    said = contact("frobnicate")
    assert said.returncode == 2
    assert "there is no command 'frobnicate'" in said.stderr


def test_without_a_database_it_says_what_to_set(tmp_path: Path) -> None:
    said = contact("serve", CONTACT_STATE=str(tmp_path / "nothing"))
    assert said.returncode == 2
    assert "CT101" in said.stderr and "DATABASE_URL" in said.stderr
    assert "Traceback" not in said.stderr


def test_a_short_secret_is_refused_and_not_shown() -> None:
    said = contact("serve", DATABASE_URL="postgresql://a@127.0.0.1:1/b", CONTACT_SECRET_KEY="hunter2")
    assert said.returncode == 2
    assert "CONTACT_SECRET_KEY is too short" in said.stderr
    assert "hunter2" not in said.stderr


def test_a_database_that_is_down_is_said_in_a_sentence() -> None:
    said = contact("migrate", CONTACT_OWNER_DATABASE_URL="postgresql://a:pw-7@127.0.0.1:1/b", CONTACT_SECRET_KEY=SECRET)
    assert said.returncode == 1
    assert "CT102" in said.stderr and "Traceback" not in said.stderr and "pw-7" not in said.stderr


def test_the_demo_listens_to_this_machine_only() -> None:
    said = contact(
        "serve", "--host", "0.0.0.0", DATABASE_URL="postgresql://a@127.0.0.1:1/b", CONTACT_DEMO="1", CONTACT_SECRET_KEY=SECRET
    )
    assert said.returncode == 2
    assert "CT131" in said.stderr


def test_debug_pages_are_for_the_demo_only() -> None:
    said = contact("serve", DATABASE_URL="postgresql://a@127.0.0.1:1/b", CONTACT_DEBUG="1", CONTACT_SECRET_KEY=SECRET)
    assert said.returncode == 2
    assert "CONTACT_DEBUG" in said.stderr


def test_roles_sql_is_printed_without_a_database() -> None:
    said = contact("roles-sql", "--database", "tracing")
    assert said.returncode == 0
    assert 'CREATE DATABASE "tracing"' in said.stdout


def test_the_embedded_database_runs_a_command_and_is_deleted_only_when_asked(tmp_path: Path) -> None:
    code = "import os, psycopg; print(psycopg.connect(os.environ['DATABASE_URL']).info.user)"
    said = contact("embedded", "run", "--throwaway", sys.executable, "-W", "ignore", "-c", code)
    assert (said.returncode, said.stdout.strip()) == (0, "contact_app"), said.stderr
    kept = tmp_path / "state"
    kept.mkdir()
    assert contact("embedded", "remove", CONTACT_STATE=str(kept)).returncode == 2
    assert kept.exists()
    assert contact("embedded", "remove", "--yes", CONTACT_STATE=str(kept)).returncode == 0
    assert not kept.exists()


@pytest.mark.django_db(transaction=True)
def test_doctor_finds_what_is_wrong(database_server: Callable[[str, str], str]) -> None:
    from django.db import connection

    name = connection.settings_dict["NAME"]
    app, owner = database_server("contact_app", name), database_server("contact_owner", name)
    said = contact("doctor", "--json", "--deep", DATABASE_URL=app, CONTACT_OWNER_DATABASE_URL=owner, CONTACT_SECRET_KEY=SECRET)
    assert said.stderr == ""
    found = {finding["code"]: finding for finding in map(json.loads, said.stdout.splitlines())}
    assert said.returncode == 1
    for code in ("database", "hosts", "workers"):
        if code in found:
            assert found[code]["mend"]
    assert found["hosts"]["level"] == "bad"
    assert found["workers"]["level"] == "bad"
    for code in ("login", "fails-closed", "migrations", "policies", "policies-deep", "version"):
        assert found[code]["level"] == "good", found[code]
    with connection.cursor() as cursor:
        cursor.execute("DROP POLICY web_reads ON people_person")
    try:
        said = contact("doctor", DATABASE_URL=app, CONTACT_SECRET_KEY=SECRET)
        assert "The table people_person has no row-level policy" in said.stdout
        said = contact("doctor", DATABASE_URL=owner, CONTACT_SECRET_KEY=SECRET)
        assert "owns" in said.stdout and "contact_owner" in said.stdout
    finally:
        from config.commands.migrate import settle

        settle()


def test_doctor_says_when_the_database_is_down() -> None:
    said = contact("doctor", DATABASE_URL="postgresql://a:pw-7@127.0.0.1:1/b", CONTACT_SECRET_KEY=SECRET)
    assert said.returncode == 1
    assert "The database cannot be reached" in said.stdout
    assert "pw-7" not in said.stdout + said.stderr
