"""A deployment's settings, as Django's own check sees them, and what its log and its error pages give away."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from config.logs import CodesOnly, OnlyThePath

ROOT = Path(__file__).resolve().parent.parent


def test_djangos_deployment_check_has_nothing_to_say() -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CONTACT_", "DATABASE_", "DJANGO_"))}
    said = subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        env={
            **kept,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "CONTACT_SECRET_KEY": "JX4n2vQ8w0sYl7c_TtB3mZk-Rf9hGdE5uPaKoL1iSjNyWqVxHgC6bMrDzFeU",
            "CONTACT_HOSTS": "contact.health.example",
            "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    # Subdomains and the browsers' preload list are for the owner of the domain to decide.
    warnings = [line for line in said.stderr.splitlines() if line.startswith("?:") and "W005" not in line and "W021" not in line]
    assert warnings == []


def test_a_log_shows_the_place_of_an_error_and_not_its_words() -> None:
    try:
        raise ValueError("Jane Roe, 203-555-0101")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed", (), sys.exc_info())
    line = CodesOnly().format(record)
    assert "builtins.ValueError" in line and "test_deployment.py" in line
    assert "Jane" not in line and "203" not in line


def test_a_log_has_no_query_strings() -> None:
    record = logging.LogRecord("x", logging.WARNING, __file__, 1, "Not Found: %s", ("/cases/?name=roe#x",), None)
    OnlyThePath().filter(record)
    assert record.getMessage() == "Not Found: /cases/"


@pytest.mark.django_db
def test_pages_say_where_scripts_may_come_from() -> None:
    answer = Client().get("/health")
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
def test_an_error_page_repeats_nothing_of_what_was_asked() -> None:
    answer = Client(raise_request_exception=False).get("/people/roe-jane/?phone=2035550101")
    assert answer.status_code in (302, 404)
    assert b"roe" not in answer.content and b"555" not in answer.content
