"""Bring the database to this version: roles, tables, row-level policies, partitions. Safe to repeat.

Signs in with CONTACT_OWNER_DATABASE_URL. Where that login may not create roles, `contact roles-sql` prints what an
administrator runs once.
"""

from __future__ import annotations

import argparse
import os
from urllib.parse import unquote, urlsplit

from config.ready import Stop, ready


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quiet", action="store_true", help="say nothing but errors")


def run(options: argparse.Namespace) -> int:
    ready("owner", embedded=True)
    bring_up_to_date(verbosity=0 if options.quiet else 1)
    if not options.quiet:
        print("The database is up to date: tables, policies, partitions.")
    return 0


def bring_up_to_date(verbosity: int = 1, using: str = "default") -> None:
    """Everything, in order. Needs Django configured as the owner."""
    from django.core.management import call_command
    from django.db import connections, transaction
    from django.db.migrations.executor import MigrationExecutor

    _make_roles()
    executor = MigrationExecutor(connections[using])
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    call_command("migrate", verbosity=verbosity, interactive=False, database=using)
    with transaction.atomic(using=using):
        settle(using)
    if waiting:
        with connections[using].cursor() as cursor:
            # Of a column that was just added nothing is known, and nobody counts a table again because of it: plans that guess
            # read a million cases where they need fifty.
            cursor.execute("ANALYZE")


def settle(using: str = "default") -> None:
    """What Django's migrations cannot say: the journal's partitions, triggers, policies and grants. Inside a transaction, as the owner."""
    from django.db import connections
    from django.utils import timezone

    from tracing.access import policies
    from tracing.journal import sql
    from tracing.people.merging import roots

    with connections[using].cursor() as cursor:
        for statement in sql.partitions(timezone.now().date(), months=14):
            cursor.execute(statement)
    roots.apply(using)
    policies.apply(using)


def _make_roles() -> None:
    import psycopg
    from django.db import connection

    from config.roles import APP, ensure_database, ensure_roles, missing_roles

    connection.ensure_connection()
    native = connection.connection
    owner = native.info.user
    if not missing_roles(native, owner):
        return
    login = urlsplit(os.environ.get("DATABASE_DIRECT_URL") or os.environ.get("DATABASE_URL", ""))
    passwords = {APP: unquote(login.password)} if login.username == APP and login.password else {}
    try:
        with native.transaction():
            ensure_roles(native, passwords, owner)
            ensure_database(native, native.info.dbname)
    except psycopg.errors.InsufficientPrivilege:
        raise Stop(
            "CT103",
            f"The database lacks roles that the login {owner} may not create.\n"
            "Give an administrator of the server the output of `contact roles-sql`, then repeat.",
        ) from None
