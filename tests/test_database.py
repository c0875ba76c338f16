"""What must hold on every supported server, from PostgreSQL 15 on: migrations, logins, policies, constraints."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models, transaction

from config.commands.migrate import settle
from tracing.access import policies

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]


def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_server_is_recent_enough() -> None:
    assert connection.pg_version >= 150000  # type: ignore[attr-defined]
    assert connection.ops.__class__.__module__.startswith("django.db.backends.postgresql")


def test_settling_twice_changes_nothing() -> None:
    before = policies.present()
    with transaction.atomic():
        settle()
    assert policies.present() == before
    assert policies.differences() == []


def test_every_table_belongs_to_the_owner_and_none_to_the_application() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
        assert [row[0] for row in cursor.fetchall()] == [connection.settings_dict["USER"]]


def test_without_a_role_the_application_reads_no_table(database_server: Callable[[str, str], str]) -> None:
    url = database_server("contact_app", connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [row[0] for row in cursor.fetchall()]
    assert len(tables) > 30
    with psycopg.connect(url, autocommit=True) as bare:
        if bare.info.user != "contact_app":
            pytest.skip("the server that was given has no login contact_app")
        for table in tables:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                bare.execute(f'SELECT 1 FROM "{table}"')  # type: ignore[arg-type]
            bare.execute("SET ROLE contact_act")
            bare.execute(f'SELECT 1 FROM "{table}" LIMIT 1')  # type: ignore[arg-type]
            bare.execute("RESET ROLE")


def test_the_reading_role_without_a_session_sees_no_row_of_a_protected_table() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE contact_web")
        for model in policies.our_models():
            if policies.condition(model) not in ("", "true"):
                cursor.execute(f'SELECT count(*) FROM "{model._meta.db_table}"')
                assert cursor.fetchone() == (0,)
        cursor.execute("RESET ROLE")


def test_definer_functions_name_their_search_path() -> None:
    """Otherwise whoever calls could put a table of their own in the way."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
            " AND NOT coalesce(array_to_string(proconfig, ','), '') LIKE '%search_path=%'"
        )
        assert cursor.fetchall() == []


def test_every_declared_constraint_and_index_is_in_the_database() -> None:
    missing: list[str] = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if not model.__module__.startswith("tracing.") or not model._meta.managed:
                continue
            present = connection.introspection.get_constraints(cursor, model._meta.db_table)
            declared: list[models.BaseConstraint | models.Index] = [*model._meta.constraints, *model._meta.indexes]
            missing += [f"{model._meta.db_table}: {part.name}" for part in declared if part.name not in present]
    assert missing == []
