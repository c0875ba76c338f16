"""The database of the tests: a server of its own for every run, made as in production.

The server starts with the first test that needs it. Tests run as the owner of the tables, and take a role where they check what a
role may do. CONTACT_TEST_DATABASE_URL (a login that may create databases and is a member of both roles) names another server.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

_GIVEN = os.environ.get("CONTACT_TEST_DATABASE_URL", "")


@pytest.fixture(scope="session")
def database_server() -> Iterator[Callable[[str, str], str]]:
    """Addresses for processes that a test starts: `database_server(login, database)`."""
    if _GIVEN:
        from urllib.parse import urlsplit, urlunsplit

        app = os.environ.get("CONTACT_TEST_APP_DATABASE_URL", _GIVEN)

        def given(login: str, database: str) -> str:
            return urlunsplit(urlsplit(app if login == "contact_app" else _GIVEN)._replace(path=f"/{database}"))

        yield given
        return
    from config import embedded

    with ExitStack() as stack:
        yield stack.enter_context(embedded.throwaway()).url


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    database_server: Callable[[str, str], str], django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """Point Django at the server that has just started, and spare the tests the cost of slow password digests."""
    from django.conf import settings
    from django.db import connections
    from django.db.backends.postgresql.operations import DatabaseOperations

    from config.database import parse_url

    place = parse_url(database_server("contact_owner", "contact"), "CONTACT_TEST_DATABASE_URL")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    for database in (settings.DATABASES["default"], connections["default"].settings_dict):
        database.update({key: place[key] for key in ("USER", "PASSWORD", "HOST", "PORT")})
    if not hasattr(DatabaseOperations, "contact_sql_flush"):
        DatabaseOperations.contact_sql_flush = DatabaseOperations.sql_flush  # type: ignore[attr-defined]
        DatabaseOperations.sql_flush = _flush_append_only  # type: ignore[method-assign,assignment]


def _flush_append_only(
    self: Any, style: Any, tables: list[str], *, reset_sequences: bool = False, allow_cascade: bool = False
) -> list[str]:
    """Emptying after a test that committed: the owner may lay the append-only triggers aside for a moment.

    Django leaves out tables that it does not make itself; the journal's are among them.
    """
    from django.apps import apps

    if tables:
        tables = [*tables, *sorted({model._meta.db_table for model in apps.get_models() if not model._meta.managed})]
    made: list[str] = self.contact_sql_flush(style, tables, reset_sequences=reset_sequences, allow_cascade=allow_cascade)
    with self.connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal AND tgtype & 32 <> 0")
        guarded = [row[0] for row in cursor.fetchall()]
    off = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in guarded]
    on = [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in guarded]
    return [*off, *made, *on] if made else made


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """After the migrations: policies, grants and partitions, as `contact migrate` makes them."""
    from django.db import connection, transaction

    from config.commands.migrate import settle

    with django_db_blocker.unblock():
        with transaction.atomic():
            settle()
        connection.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A Playwright browser; the test is left out, and the run says so, where the machine has no Chromium."""
    from tests.browser import MISSING, chromium, open_browser

    if not chromium():
        pytest.skip(MISSING)
    with open_browser() as opened:
        yield opened


def pytest_terminal_summary(terminalreporter: Any) -> None:
    from tests.browser import MISSING
    from tests.provider.running import MISSING as NO_PROVIDER

    for left_out in (MISSING, NO_PROVIDER):
        if any(left_out in str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])):
            terminalreporter.write_line(left_out, yellow=True)
