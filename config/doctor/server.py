"""The database server: reachable, recent, with the right logins, tables and policies."""

from __future__ import annotations

import time
from typing import Any

import psycopg

from config.database import database_for
from config.doctor.finding import Finding, Findings, bad, good, warning
from config.roles import ACT, APP, WEB

OLDEST = 150000


def connect(process: str) -> psycopg.Connection[Any]:
    """A bare connection with the login of that process, without its role."""
    place = database_for(process)
    given = {key: value for key, value in place["OPTIONS"].items() if key not in ("pool", "options", "prepare_threshold")}
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    given |= {ours: place[theirs] for theirs, ours in names.items() if place[theirs]}
    return psycopg.connect(**given, autocommit=True)


def reachable() -> tuple[list[Finding], bool]:
    """What the application's login finds; the rest is asked only when it gets in."""
    try:
        with connect("web") as connection:
            return list(_of_the_server(connection)) + list(_of_the_login(connection)), True
    except psycopg.OperationalError as error:
        words = str(error).strip().splitlines()[-1]
        return [
            bad("database", f"The database cannot be reached: {words}", "Check DATABASE_URL, the server and its pg_hba.conf.")
        ], False


def _one(connection: psycopg.Connection[Any], question: str, *values: object) -> Any:
    row = connection.execute(question, list(values)).fetchone()  # type: ignore[arg-type]
    return row[0] if row else None


def _of_the_server(connection: psycopg.Connection[Any]) -> Findings:
    version = connection.info.server_version
    says = f"PostgreSQL {version // 10000}.{version % 10000} at {connection.info.host}."
    if version < OLDEST:
        yield bad("version", says, "ContaCT needs PostgreSQL 15 or later.")
    else:
        yield good("version", says)
    if _one(connection, "SHOW server_encoding") != "UTF8":
        yield bad("encoding", "The database is not in UTF-8: names would be refused.", "Make it anew with ENCODING 'UTF8'.")
    before = time.time()
    theirs = float(_one(connection, "SELECT extract(epoch FROM clock_timestamp())"))
    apart = abs(theirs - (before + time.time()) / 2)
    if apart > 5:
        yield bad(
            "clock",
            f"This machine's clock and the database's are {apart:.0f} seconds apart.",
            "Turn on time synchronisation (NTP).",
        )
    else:
        yield good("clock", "Clocks agree.")
    local = connection.info.host in ("localhost", "127.0.0.1", "::1", "") or connection.info.host.startswith("/")
    if not local and not connection.pgconn.ssl_in_use:
        yield bad("database-tls", "The way to the database is not encrypted.", "Add ?sslmode=verify-full to DATABASE_URL.")


def _of_the_login(connection: psycopg.Connection[Any]) -> Findings:
    login = connection.info.user
    row = connection.execute(
        "SELECT rolsuper, rolbypassrls, rolinherit, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    assert row is not None
    faults = [
        word
        for word, wrong in zip(
            ("is a superuser", "bypasses row security", "inherits its roles' rights", "may create roles", "may create databases"),
            row, strict=True,
        )
        if wrong
    ]  # fmt: skip
    owned = _one(connection, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user")
    if owned:
        faults.append(f"owns {owned} tables")
    mend = "Sign in as a login made by `contact roles-sql`; the owner's login goes into CONTACT_OWNER_DATABASE_URL only."
    if faults:
        yield bad("login", f"The application's login {login} {', '.join(faults)}: policies would not hold it.", mend)
    else:
        yield good("login", f"The application's login {login} has no rights of its own.")
    for role in (WEB, ACT):
        member = _one(connection, "SELECT pg_has_role(current_user, oid, 'MEMBER') FROM pg_roles WHERE rolname = %s", role)
        if not member:
            yield bad("roles", f"The login {login} cannot become {role}.", f"As an administrator: GRANT {role} TO {login};")
    if _one(connection, "SELECT to_regclass('public.people_person') IS NOT NULL"):
        try:
            _one(connection, "SELECT id FROM people_person LIMIT 1")
        except psycopg.errors.InsufficientPrivilege:
            yield good("fails-closed", "Without a role the login can read no person.")
        else:
            yield bad(
                "fails-closed",
                f"The login {login} reads people without any role.",
                f"REVOKE ALL ON people_person FROM {APP}, PUBLIC;",
            )


def direct_way() -> Findings:
    """Workers listen for news, which a transaction pooler does not pass on."""
    try:
        with connect("work") as connection:
            connection.execute("LISTEN contact_doctor")
        yield good("direct", "Workers reach the database.")
    except psycopg.Error as error:
        yield bad("direct", f"Workers cannot reach or listen to the database: {type(error).__name__}.", "Set DATABASE_DIRECT_URL.")


def migrations() -> Findings:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        yield bad("migrations", f"{len(missing)} migrations have not been run.", "Run `contact migrate` with the owner's login.")
    else:
        yield good("migrations", "The tables are those of this version.")


def policies() -> Findings:
    """That every protected table is guarded, from the catalogue alone. `--deep` compares word by word."""
    from django.db import connection

    from tracing.access import policies as declared

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid AND p.polname = 'web_reads'"
            " WHERE c.relrowsecurity AND c.relnamespace = 'public'::regnamespace"
        )
        guarded = {row[0] for row in cursor.fetchall()}
        cursor.execute(
            "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')"
            " AND has_table_privilege(%s, c.oid, 'SELECT')", [WEB],
        )  # fmt: skip
        readable = {row[0] for row in cursor.fetchall()}
    open_tables, to_guard = set(declared.EXTRA), set()
    for model in declared.our_models():
        seen = declared.condition(model)
        if seen == "true":
            open_tables.add(model._meta.db_table)
        elif seen:
            to_guard.add(model._meta.db_table)
    unguarded = sorted(to_guard - guarded)
    too_open = sorted(readable - guarded - open_tables - set(declared.THIRD_PARTY))
    for table in unguarded:
        yield bad("policies", f"The table {table} has no row-level policy.", "Run `contact migrate` with the owner's login.")
    for table in too_open:
        yield bad("policies", f"Pages may read all of {table}, which no declaration says.", f"REVOKE ALL ON {table} FROM {WEB};")
    if not unguarded and not too_open:
        yield good("policies", f"{len(to_guard)} tables are guarded by row-level policies.")


def policies_word_by_word() -> Findings:
    """Applies the declarations as the owner, compares and takes them back. Holds locks for a moment."""
    from django.db import OperationalError, connections

    from tracing.access import policies as declared

    connections.databases["owner"] = {**connections.databases["default"], **database_for("owner")}
    try:
        with connections["owner"].cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        different = declared.differences("owner")
    except OperationalError as error:
        yield warning("policies-deep", f"Not compared: {str(error).strip().splitlines()[0]}", "Repeat at a quieter time.")
        return
    finally:
        connections["owner"].close()
    if different:
        yield bad(
            "policies-deep", f"Policies or grants differ from the declarations: {', '.join(different)}.", "Run `contact migrate`."
        )
    else:
        yield good("policies-deep", "Policies and grants are word by word as declared.")


def partitions() -> Findings:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT max(relname) FROM pg_class WHERE relname ~ '^journal_entry_[0-9]{4}_[0-9]{2}$'")
        newest = (cursor.fetchone() or [None])[0]
        cursor.execute("SELECT to_char(now() + interval '2 months', '\"journal_entry_\"YYYY_MM')")
        needed = cursor.fetchone()[0]
    if newest is None or newest < needed:
        yield warning(
            "partitions", "The journal has no table for two months from now.", "Run `contact migrate` at least once a month."
        )
    else:
        yield good("partitions", f"The journal has tables until {newest[-7:].replace('_', '-')}.")
