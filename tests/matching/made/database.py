"""The made state in PostgreSQL: people, ways to reach them, addresses and standings, copied straight into the tables.

Rows are made by as many processes as there are cores. Foreign keys are right by construction, so they are not checked one by one
(that asks for the superuser); indexes are dropped and made anew at the end.
"""

from __future__ import annotations

import io
import json
import os
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from multiprocessing import get_context
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg import sql

from tests.matching.made.files import index_written
from tests.matching.made.people import number_of
from tests.matching.made.records import Record, Written
from tracing.base.text import name_key, sort_key
from tracing.people.linkage.keys import keys
from tracing.people.linkage.record import Facts, Home, prepare
from tracing.people.linkage.weights import shipped
from tracing.places.rules import address_key

AT: Final = datetime(2021, 3, 1, 12, 0, tzinfo=UTC)
_WHEN: Final = "2020-06-01 00:00:00+00"
_FACTS: Final = json.dumps({"family": [1, "2020-06-01T00:00:00+00:00", "feed"]})
COLUMNS: Final = {
    "people_person": "id family given middle suffix birth_on birth_year sex language interpreter race ethnicity name_key sort_key keys"
    " facts provisional added_at",
    "people_waytoreach": "id person_id filed_on kind value source as_of",
    "people_address": "id person_id filed_on kind street city state zip key town_id unit_id out_of_state evidence source as_of",
    "people_standing": "id person_id filed_on unit_id why disease sensitive since",
}

Towns = dict[str, tuple[str, str]]
"""Code of a town → its row and the department's."""

_towns: Towns = {}
_state: str = ""


def _begin(towns: Towns, state: str) -> None:
    global _state
    _towns.update(towns)
    _state = state


def _id(number: int, kind: int, at: int) -> str:
    """A key for a row of this person, UUIDv7 in form."""
    return str(UUID(int=(1_577_836_800_000 + number // 1_000) << 80 | 0x7 << 76 | kind << 66 | at << 64 | 0x2 << 62 | number))


def _text(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\t", " ").replace("\n", " ")


def _keys(record: Record, phones: tuple[str, ...], homes: list[tuple[str, Any]]) -> str:
    """What `people.actions` would have written when the person was added."""
    known = Facts(
        record.family, record.given, record.middle, record.suffix, "", record.birth_date.replace("-", ""), record.sex, phones,
        (record.email,) if record.email else (), tuple(Home(home.street, home.city, "CT", home.zip) for _, home in homes),
    )  # fmt: skip
    return f"{{{','.join(map(str, keys(prepare(known, shipped()))))}}}"


class _Rows:
    """Lines of COPY for one block."""

    def __init__(self) -> None:
        self.out = {table: io.StringIO() for table in COLUMNS}

    def line(self, table: str, *values: str) -> None:
        self.out[table].write("\t".join(values) + "\n")

    def person(self, record: Record, phones: tuple[str, ...], homes: list[tuple[str, Any]]) -> None:
        id, number = record.id, number_of(record.id)
        birth = record.birth_date
        self.line(
            "people_person", id, _text(record.family), _text(record.given), _text(record.middle), record.suffix, birth or "\\N",
            birth[:4] or "\\N", record.sex, "", "\\N", "{}", "", name_key(record.family, record.given),
            sort_key(record.family, record.given), _keys(record, phones, homes), _FACTS, "f", _WHEN,
        )  # fmt: skip
        ways = [("phone", phone) for phone in dict.fromkeys(phones)] + ([("email", record.email)] if record.email else [])
        for at, (kind, value) in enumerate(ways):
            self.line("people_waytoreach", _id(number, 1, at), id, id, kind, value, "feed", _WHEN)
        unit = _state
        for at, (kind, home) in enumerate(homes):
            town, unit = _towns[home.town]
            self.line(
                "people_address", _id(number, 2, at), id, id, kind, home.street, home.city, "CT", home.zip,
                address_key(home.street, home.zip), town, unit, "f", "{exact_town}", "feed", _WHEN,
            )  # fmt: skip
            self.line("people_standing", _id(number, 3, at), id, id, unit, kind, "covid19", "f", _WHEN)
        if not homes:
            self.line("people_standing", _id(number, 3, 0), id, id, unit, "state", "covid19", "f", _WHEN)

    def bytes(self) -> dict[str, bytes]:
        return {table: out.getvalue().encode() for table, out in self.out.items()}


def _block(job: tuple[int, int, int]) -> tuple[int, dict[str, bytes]]:
    """The rows of one block; at most `most` people of it."""
    seed, at, most = job
    rows, count = _Rows(), 0
    for written in index_written(seed, at):
        if count >= most:
            break
        count += 1
        if isinstance(written, Written):
            homes = [("residence", written.home)] if written.home else []
            if written.second_home:
                homes.append(("stay", written.second_home))
            rows.person(written.record, written.phones, homes)
        else:
            rows.person(written, (), [])
    return count, rows.bytes()


def load(superuser: str, people: int, *, seed: int = 1, processes: int = 0) -> int:
    """Fill the tables of a migrated database in which the profile is loaded. Returns the seconds it took.

    Refuses when there are people already.
    """
    began = time.monotonic()
    with psycopg.connect(superuser, autocommit=True) as connection:
        if connection.execute("SELECT EXISTS (SELECT FROM people_person)").fetchone() == (True,):
            raise SystemExit("this database has people already")
        towns, state = _places(connection)
        remake = _drop_indexes(connection)
        _copy(superuser, people, seed, processes or min(4, os.cpu_count() or 1), towns, state)
        print(f"copied after {time.monotonic() - began:.0f} s", flush=True)
        connection.execute("SET maintenance_work_mem = '512MB'")
        for statement in remake:
            connection.execute(statement.encode())
        connection.execute("VACUUM (ANALYZE) people_person, people_waytoreach, people_address, people_standing")
    return round(time.monotonic() - began)


def count(superuser: str) -> int:
    with psycopg.connect(superuser) as connection:
        row = connection.execute("SELECT count(*) FROM people_person").fetchone()
    assert row
    return int(row[0])


def _places(connection: psycopg.Connection[Any]) -> tuple[Towns, str]:
    rows = connection.execute(
        "SELECT t.code, t.id::text, d.department_id::text FROM jurisdictions_town t JOIN jurisdictions_towndepartment d ON d.town_id = t.id"
        " WHERE (d.valid_from IS NULL OR d.valid_from <= %s) AND (d.valid_to IS NULL OR d.valid_to > %s)", [AT.date(), AT.date()],
    ).fetchall()  # fmt: skip
    state = connection.execute("SELECT id::text FROM jurisdictions_unit WHERE kind = 'state'").fetchone()
    assert state and rows, "load the profile first"
    return {code: (town, unit) for code, town, unit in rows}, state[0]


def _drop_indexes(connection: psycopg.Connection[Any]) -> list[str]:
    """Drop what is no constraint; returns the statements that make it again."""
    rows = connection.execute(
        "SELECT i.indexname, i.indexdef FROM pg_indexes i JOIN pg_class c ON c.relname = i.indexname JOIN pg_index x ON x.indexrelid = c.oid"
        " WHERE i.tablename = ANY(%s) AND NOT x.indisunique", [list(COLUMNS)],
    ).fetchall()  # fmt: skip
    for name, _ in rows:
        connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    return [definition for _, definition in rows]


def _copy(superuser: str, people: int, seed: int, processes: int, towns: Towns, state: str) -> None:
    with ExitStack() as stack:
        copies = {}
        for table, columns in COLUMNS.items():
            connection = stack.enter_context(psycopg.connect(superuser))
            connection.execute("SET session_replication_role = replica")
            cursor = stack.enter_context(connection.cursor())
            copies[table] = stack.enter_context(cursor.copy(f"COPY {table} ({', '.join(columns.split())}) FROM STDIN".encode()))
        pool = stack.enter_context(get_context("spawn").Pool(processes, _begin, (towns, state)))
        done = 0
        for at, (count, rows) in enumerate(pool.imap(_block, ((seed, at, 1 << 30) for at in range(people // 1_900 + 2)))):
            if done + count > people:
                count, rows = _block_here(seed, at, people - done, towns, state)
            for table, lines in rows.items():
                copies[table].write(lines)
            done += count
            if at % 200 == 199:
                print(f"{done:,} people", flush=True)
            if done >= people:
                break
        pool.terminate()


def _block_here(seed: int, at: int, most: int, towns: Towns, state: str) -> tuple[int, dict[str, bytes]]:
    _begin(towns, state)
    return _block((seed, at, most))
