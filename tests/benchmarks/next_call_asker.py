"""One process of asking tracers for `next_call.py`: reads who asks, says that it is ready, and on "go" lets everybody ask once."""

from __future__ import annotations

import json
import queue
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

# The least that could be meant: one unit (or anywhere), the first open row that nobody has locked, marked as mine.
_SHORTEST: Final = """
UPDATE tasks_task SET state = 'held', held_by_id = %(viewer)s, held_until = %(until)s
WHERE id = (
    SELECT id FROM tasks_task WHERE state = 'open' AND {where} ORDER BY priority DESC, id LIMIT 1 FOR UPDATE SKIP LOCKED
) RETURNING id, person_id, hold_keys
"""

Ask = Callable[[dict[str, Any]], dict[str, Any] | None]


def asking(mode: str, at: datetime) -> tuple[Callable[[], Ask], Callable[[], None]]:
    """What each thread makes for itself, and how it ends."""
    import django

    django.setup()
    from django.db import connection, transaction

    from tracing.access.viewer import Viewer
    from tracing.journal.action import role
    from tracing.tasks import next_call as room

    def viewer(tracer: dict[str, Any]) -> Viewer:
        units = {"tasks.next_call": frozenset(UUID(unit) for unit in tracer["units"])}
        everywhere = frozenset({"tasks.next_call"} if tracer["everywhere"] else ())
        return Viewer(UUID(tracer["user"]), "", units, everywhere, None, ())

    def action() -> Ask:
        connection.ensure_connection()

        def ask(tracer: dict[str, Any]) -> dict[str, Any] | None:
            who = viewer(tracer)
            with transaction.atomic(), role("contact_web"):
                task = room.next_call(viewer=who, by=who.actor, at=at)
            return None if task is None else {"task": str(task.pk), "person": str(task.person_id), "keys": task.hold_keys}

        return ask

    def bare() -> Ask:
        import psycopg

        connection.ensure_connection()
        options = connection.get_connection_params()
        for unwanted in ("cursor_factory", "context"):
            options.pop(unwanted, None)
        with transaction.atomic(), role("contact_web"):  # nobody covers anything here: the same for all
            covers = room._covers(viewer({"user": str(UUID(int=0)), "units": [], "everywhere": True}), None, at)
        native = psycopg.connect(**{**options, "options": "-c role=contact_act", "prepare_threshold": None})

        def ask(tracer: dict[str, Any]) -> dict[str, Any] | None:
            if mode == "shortest":
                several = "unit_id = ANY (%(units)s)" if len(tracer["units"]) > 1 else "unit_id = %(unit)s"
                where = "true" if tracer["everywhere"] else several
                with native.transaction():
                    found = native.execute(
                        _SHORTEST.replace("{where}", where),
                        {**room._always(viewer(tracer), at), **room._asker(None, at), "units": tracer["units"], "unit": tracer["units"][0]},
                    ).fetchone()
                return found and {"task": str(found[0]), "person": str(found[1]), "keys": found[2]}
            statement, parameters = room._statement(viewer(tracer), at)
            parameters |= room._asker(None, at) | covers
            assert statement is not None
            while True:
                with native.transaction() as block:
                    cursor = native.execute(statement, parameters)
                    found = cursor.fetchone()
                    names = [column.name for column in cursor.description or ()]
                    if found is None:
                        return None
                    row = dict(zip(names, found, strict=True))
                    if row["held_by_id"] is not None:
                        return {"task": str(row["id"]), "person": str(row["person_id"]), "keys": row["hold_keys"]}
                    raise psycopg.Rollback(block)

        return ask

    return (action if mode == "action" else bare), lambda: connection.close()


def main() -> None:
    mode, threads = sys.argv[1], int(sys.argv[2])
    order = json.loads(sys.stdin.readline())
    make, end = asking(mode, datetime.fromisoformat(order["at"]))
    waiting: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    for tracer in order["tracers"]:
        waiting.put(tracer)
    times: list[float] = []
    waits: list[float] = []
    got: list[dict[str, Any]] = []
    failed: list[BaseException] = []
    begin = threading.Barrier(threads + 1)
    started = [0.0]

    def work() -> None:
        try:
            ask = make()
            begin.wait()
            begin.wait()
            while True:
                try:
                    tracer = waiting.get_nowait()
                except queue.Empty:
                    return
                before = time.perf_counter()
                answer = ask(tracer)
                after = time.perf_counter()
                times.append(after - before)
                waits.append(after - started[0])
                if answer:
                    got.append({**answer, "user": tracer["user"]})
        except BaseException as error:
            failed.append(error)
            begin.abort()
            raise
        finally:
            end()

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    begin.wait()
    print("ready", flush=True)
    sys.stdin.readline()
    started[0] = time.perf_counter()
    begin.wait()
    for worker in workers:
        worker.join()
    if failed:
        raise SystemExit(f"failed: {failed[0]!r}")
    print(json.dumps({"times": times, "waits": waits, "got": got}), flush=True)


if __name__ == "__main__":
    main()
