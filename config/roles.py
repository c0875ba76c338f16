"""The database's roles: the one place that says which there are and what each may be.

| role            | signs in | for                                                                            |
| contact_owner   | yes      | owns the tables, migrates; nothing that faces a network uses it                 |
| contact_app     | yes      | web and workers; inherits nothing, so that without a role it can read nothing   |
| contact_door    | no       | what signing in runs as: sessions and accounts, nothing else                    |
| contact_web     | no       | what pages read as, under row-level policies                                    |
| contact_act     | no       | what actions write as, after the check                                          |

What each role may do with tables is in `tracing.access.policies`.
"""

from __future__ import annotations

from typing import Any, Final

from psycopg import Connection, sql

OWNER: Final = "contact_owner"
APP: Final = "contact_app"
WEB: Final = "contact_web"
ACT: Final = "contact_act"
DOOR: Final = "contact_door"

_ATTRIBUTES: Final = {
    WEB: "NOLOGIN NOINHERIT",
    ACT: "NOLOGIN NOINHERIT",
    DOOR: "NOLOGIN NOINHERIT",
    APP: "LOGIN NOINHERIT NOCREATEDB NOCREATEROLE",
}


def role_statements(passwords: dict[str, str], *, owner: str = OWNER, existing: frozenset[str] = frozenset()) -> list[sql.Composed]:
    """Statements that make the roles that are missing, in order. A login without a password here gets none."""
    made: list[sql.Composed] = []
    for role, attributes in {**_ATTRIBUTES, owner: "LOGIN NOCREATEROLE"}.items():
        if role not in existing:
            made.append(sql.SQL("CREATE ROLE {} {}").format(sql.Identifier(role), sql.SQL(attributes)))
        if role in passwords:
            made.append(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(passwords[role])))
    for login in (APP, owner):
        made.append(sql.SQL("GRANT {}, {}, {} TO {}").format(*map(sql.Identifier, (WEB, ACT, DOOR, login))))
    return made


def database_statements(database: str) -> list[sql.SQL | sql.Composed]:
    """Statements that close a database to everybody but the two logins. Run as its owner, inside it."""
    name = sql.Identifier(database)
    return [
        sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name),
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, sql.Identifier(APP)),
        sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC"),
        sql.SQL("GRANT USAGE ON SCHEMA public TO {}, {}, {}").format(*map(sql.Identifier, (WEB, ACT, DOOR))),
    ]


def missing_roles(connection: Connection[Any], owner: str = OWNER) -> list[str]:
    """Which of the five roles the server does not have."""
    needed = [*_ATTRIBUTES, owner]
    rows = connection.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY (%s)", [needed]).fetchall()
    present = {row[0] for row in rows}
    return [role for role in needed if role not in present]


def ensure_roles(connection: Connection[Any], passwords: dict[str, str], owner: str = OWNER) -> None:
    """Make the roles that are missing and set the given passwords. Needs CREATEROLE (or superuser). Safe to repeat.

    Passwords travel as SCRAM verifiers, so that they never stand in a server's log.
    """
    absent = missing_roles(connection, owner)
    existing = frozenset({*_ATTRIBUTES, owner} - set(absent))
    verifiers = {
        role: connection.pgconn.encrypt_password(word.encode(), role.encode(), b"scram-sha-256").decode()
        for role, word in passwords.items()
    }
    for statement in role_statements(verifiers, owner=owner, existing=existing):
        connection.execute(statement)


def ensure_database(connection: Connection[Any], database: str) -> None:
    """Close the database to everybody else."""
    for statement in database_statements(database):
        connection.execute(statement)


def roles_sql(database: str) -> str:
    """The same for an administrator of databases to read and run with psql, where the owner may not create roles."""
    lines = [
        "-- Roles of ContaCT. Run as a role that may create roles, then set the two passwords with \\password.",
        *(f"{statement.as_string(None)};" for statement in role_statements({})),
        f"CREATE DATABASE {sql.Identifier(database).as_string(None)} OWNER {OWNER} ENCODING 'UTF8' TEMPLATE template0;",
        f"\\connect {database}",
        *(f"{statement.as_string(None)};" for statement in database_statements(database)),
        "\\password contact_owner",
        "\\password contact_app",
        "",
    ]
    return "\n".join(lines)
