"""(c) *Next call*: a thousand tracers ask at the same moment, through at most twenty connections, against 200,000 open calls.

Every round, all tracers press the button at once; whatever they got stays in their hands until the round is over. Three things are
measured in the same run, on the same rows: the action as a page calls it (transaction, roles, statement, journal entry, commit),
the same statement bare through psycopg, and the shortest statement that could be meant by "take the next row" (no households, no
deaths, no hours, no journal). After each round the hands are compared: no task, no person and no number twice.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any, Final

import psycopg

from tests.benchmarks.server import fresh

NOON: Final = "2026-11-20T17:00:00+00:00"
MODES: Final = ("action", "bare", "shortest")

_SEED: Final = """
INSERT INTO jurisdictions_unit (id, code, name, kind, parent_id, time_zone, phone, sort_key, own)
    SELECT gen_random_uuid(), 'bench-state', 'State', 'state', NULL, 'America/New_York', '', '', false;
INSERT INTO jurisdictions_unit (id, code, name, kind, parent_id, time_zone, phone, sort_key, own)
    SELECT gen_random_uuid(), 'bench-' || n, 'Department ' || n, 'department',
           (SELECT id FROM jurisdictions_unit WHERE code = 'bench-state'), 'America/New_York', '', '', false
    FROM generate_series(1, %(units)s) n;
CREATE TEMP TABLE seed AS
    SELECT n, gen_random_uuid() AS person, u.id AS unit, '+1203' || lpad((2000000 + n - (n %% 10 = 1)::int)::text, 7, '0') AS phone
    FROM generate_series(0, %(tasks)s - 1) n
    -- Large and small departments; neighbours in number, who share homes and telephones, often live in different ones.
    JOIN LATERAL (SELECT 1 + ((n::bigint * 7919) %% %(units)s) * ((n::bigint * 104729) %% %(units)s) / %(units)s AS k) p ON true
    JOIN jurisdictions_unit u ON u.code = 'bench-' || p.k;
INSERT INTO people_person (id, family, given, middle, suffix, sex, language, race, ethnicity, name_key, sort_key, facts,
                           provisional, added_at, keys)
    SELECT person, 'F' || n, 'G', '', '', '', '', '{}', '', '', 'f' || n, '{}', false, %(at)s::timestamptz, '{}' FROM seed;
INSERT INTO people_death (id, person_id, filed_on, source, at)
    SELECT gen_random_uuid(), person, person, 'registry', %(at)s::timestamptz FROM seed WHERE n %% 100 = 7;
INSERT INTO tasks_task (id, kind, unit_id, person_id, filed_on, disease, state, priority, reasons, rule, facts, not_before,
                        attempts, hold_keys, sort_key, added_at, stopped_by)
    SELECT gen_random_uuid(), 'first_call', unit, person, person, 'covid19', 'open', ((n / 10) * 31) %% 900, '[]', 'bench', '{}',
           -- One in twenty is a callback that is not due yet.
           %(at)s::timestamptz + CASE WHEN n %% 20 = 3 THEN interval '1 day' ELSE interval '-1 hour' END, 0,
           array_remove(
               ARRAY[CASE WHEN n %% 10 IN (2, 3, 4) THEN 'home:' || n / 10 END, 'person:' || person, 'phone:' || phone], NULL
           ),
           'f' || n, %(at)s::timestamptz, ''
    FROM seed;
INSERT INTO access_user (id, password, email, name, is_active, external_id)
    SELECT gen_random_uuid(), '', 'bench-' || n || '@example.org', 'Tracer ' || n, true, '' FROM generate_series(1, %(tracers)s) n;
DROP TABLE seed;
"""


def run(
    *,
    tasks: int = 200_000,
    units: int = 70,
    tracers: int = 1_000,
    connections: int = 20,
    processes: int = 2,
    rounds: int = 3,
    environment: Mapping[str, str] | None = None,
) -> list[dict[str, Any]]:
    """Rows {name, value, unit, ratio, note}. Without `environment` (of a migrated, empty database) it brings its own server."""
    with ExitStack() as stack:
        place = dict(environment) if environment is not None else stack.enter_context(fresh())
        owner = stack.enter_context(psycopg.connect(place["CONTACT_OWNER_DATABASE_URL"], autocommit=True))
        everybody = _seed(owner, tasks=tasks, units=units, tracers=tracers)
        measured: dict[str, list[float]] = {mode: [] for mode in MODES}
        waited: list[float] = []
        twice = 0
        for _ in range(rounds):
            # Turn by turn, so that whatever the machine does meanwhile falls on all three.
            for mode in MODES:
                times, waits, got = _round(place, mode, everybody, connections, processes)
                measured[mode] += times
                if mode == "action":
                    waited += waits
                    twice += _twice(owner, got, tracers)
                _lay_down(owner)
    return _rows(measured, waited, twice, tasks, tracers, connections, rounds)


def _seed(owner: psycopg.Connection[Any], **sizes: int) -> list[dict[str, Any]]:
    """The tracers: most of one department, some of a region of eight, a few of the whole state."""
    cursor = psycopg.ClientCursor(owner)
    with owner.transaction():
        cursor.execute(_SEED, {**sizes, "at": NOON})
    cursor.execute("VACUUM ANALYZE tasks_task, tasks_hold, people_person, people_death, jurisdictions_unit, access_user")
    departments = [
        str(row[0])
        for row in cursor.execute(
            "SELECT unit_id FROM tasks_task GROUP BY 1 HAVING count(*) >= 100 ORDER BY count(*) DESC, 1"
        ).fetchall()
    ]
    staff = cursor.execute("SELECT id FROM access_user WHERE email LIKE 'bench-%' ORDER BY email").fetchall()
    users = [str(row[0]) for row in staff]
    made = []
    for number, user in enumerate(users):
        # More tracers where there is more to do: the first departments are the largest.
        first = number * number * len(departments) // (len(users) * len(users))
        units = [departments[first]] if number % 10 else departments[first : first + 8]
        made.append({"user": user, "units": units, "everywhere": number % 50 == 0})
    return made


def _round(
    place: Mapping[str, str], mode: str, everybody: list[dict[str, Any]], connections: int, processes: int
) -> tuple[list[float], list[float], list[dict[str, Any]]]:
    """Every tracer asks once. Seconds at the connection, seconds from pressing to answer, and what they got."""
    askers = []
    for number in range(processes):
        mine = everybody[number::processes]
        asker = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.next_call_asker", mode, str(connections // processes)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, **place, "CONTACT_PROCESS": "web"},
        )  # fmt: skip
        assert asker.stdin is not None and asker.stdout is not None
        asker.stdin.write(json.dumps({"at": NOON, "tracers": mine}) + "\n")
        asker.stdin.flush()
        askers.append(asker)
    for asker in askers:
        assert asker.stdout is not None and asker.stdout.readline() == "ready\n"
    for asker in askers:
        assert asker.stdin is not None
        asker.stdin.write("go\n")
        asker.stdin.flush()
    times, waits, got = [], [], []
    for asker in askers:
        assert asker.stdout is not None
        answer = json.loads(asker.stdout.readline())
        asker.communicate()
        times += answer["times"]
        waits += answer["waits"]
        got += answer["got"]
    return times, waits, got


def _twice(owner: psycopg.Connection[Any], got: list[dict[str, Any]], tracers: int) -> int:
    """How many tasks, persons or keys are in two hands at this moment; also when the rows and the answers disagree."""
    if len(got) != tracers:
        raise AssertionError(f"{tracers - len(got)} of {tracers} tracers got nothing although there was enough")
    faults = 0
    for what in ("task", "person"):
        faults += sum(times - 1 for times in Counter(one[what] for one in got).values())
    faults += sum(times - 1 for times in Counter(key for one in got for key in one["keys"]).values())
    in_hand = {
        (str(task), str(user))
        for task, user in owner.execute("SELECT id, held_by_id FROM tasks_task WHERE state = 'held'").fetchall()
    }
    faults += len(in_hand ^ {(one["task"], one["user"]) for one in got})
    dead = owner.execute(
        "SELECT count(*) FROM tasks_task t JOIN people_death d ON d.person_id = t.person_id WHERE t.state = 'held'"
    ).fetchone()
    return faults + (dead[0] if dead else 0)


def _lay_down(owner: psycopg.Connection[Any]) -> None:
    with owner.transaction():
        owner.execute("DELETE FROM tasks_hold")
        owner.execute("UPDATE tasks_task SET state = 'open', held_by_id = NULL, held_until = NULL WHERE state = 'held'")
    owner.execute("VACUUM tasks_task")


def _rows(
    measured: dict[str, list[float]], waited: list[float], twice: int, tasks: int, tracers: int, connections: int, rounds: int
) -> list[dict[str, Any]]:
    bare = percentile(measured["bare"], 95)
    names = {
        "action": "Next call: the action, p95",
        "bare": "Next call: the same statement bare, p95",
        "shortest": "Next call: the shortest claim of a row, p95",
    }
    size = f"{tracers:,} tracers, {connections} connections, {tasks:,} open, {rounds} rounds"
    rows: list[dict[str, Any]] = [
        {
            "name": names[mode], "value": round(1000 * percentile(measured[mode], 95), 2), "unit": "ms",
            "ratio": round(percentile(measured[mode], 95) / bare, 2),
            "note": f"p50 {1000 * percentile(measured[mode], 50):.2f} ms; {size}",
        }
        for mode in MODES
    ]  # fmt: skip
    rows.append(
        {"name": "Next call: from pressing to answer when all press at once, p95", "value": round(1000 * percentile(waited, 95)),
         "unit": "ms", "ratio": None, "note": "mostly the wait for one of the connections"}
    )  # fmt: skip
    rows.append(
        {"name": "Next call: tasks, persons or numbers in two hands", "value": twice, "unit": "", "ratio": None,
         "note": f"{rounds * tracers:,} calls given out; must be 0"}
    )  # fmt: skip
    return rows


def percentile(values: list[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    for option, default in (("tasks", 200_000), ("tracers", 1_000), ("connections", 20), ("rounds", 3), ("processes", 2)):
        parser.add_argument(f"--{option}", type=int, default=default)
    for row in run(**vars(parser.parse_args())):
        print(row)
