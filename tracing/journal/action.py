"""`@action`: the one door through which anything changes."""

from __future__ import annotations

import functools
import inspect
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, ParamSpec, TypeVar

from django.db import connection, transaction

from tracing.base.sight import seen_as
from tracing.journal.actor import Actor
from tracing.journal.models import Entry, OldValues
from tracing.journal.origin import origin

P = ParamSpec("P")
R = TypeVar("R")

ACTING_ROLE: Final = "contact_act"
# `WITH … INSERT` counts as well; a SELECT that calls a function (an enqueued job) does not: it changes nothing of ours.
_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|MERGE|WITH\b.*?\b(INSERT|UPDATE|DELETE)\b)", re.IGNORECASE | re.DOTALL)


class NotJournaled(RuntimeError):
    """An action changed something and wrote no entry. A bug; everything is undone."""


class Unchanged:
    """What an action returns when there was nothing to do."""

    def __bool__(self) -> Literal[False]:
        return False


UNCHANGED: Final = Unchanged()


@dataclass(slots=True)
class Frame:
    """What one running action has done so far."""

    name: str
    wrote: bool = False
    entries: list[Entry] = field(default_factory=list)
    old: list[OldValues] = field(default_factory=list)


_frames: ContextVar[tuple[Frame, ...]] = ContextVar("journal_frames", default=())


def running() -> Frame:
    """The innermost running action; RuntimeError outside of any."""
    frames = _frames.get()
    if not frames:
        raise RuntimeError("journal entries are written inside an @action")
    return frames[-1]


def _watch(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    result = execute(sql, params, many, context)
    frames = _frames.get()
    if frames and not frames[-1].wrote and _WRITES.match(sql if isinstance(sql, str) else str(sql)):
        frames[-1].wrote = context["cursor"].rowcount != 0
    return result


@contextmanager
def role(name: str) -> Iterator[None]:
    """Run the block under a database role; must be inside a transaction. A failed block leaves the role to the rollback."""
    before = getattr(connection, "contact_role", "")
    if before == name:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('role', %s, true)", [name])
    connection.contact_role = name  # type: ignore[attr-defined]
    try:
        yield
    except BaseException:
        connection.contact_role = before  # type: ignore[attr-defined]
        raise
    with connection.cursor() as cursor:
        if before:
            cursor.execute("SELECT set_config('role', %s, true)", [before])
        else:  # what the connection began with: nothing for pages, the acting role for workers
            cursor.execute("RESET ROLE")
    connection.contact_role = before  # type: ignore[attr-defined]


def action(verb: Callable[P, R]) -> Callable[P, R]:
    """Make a function a change: keyword-only, with `by` (Actor) and `at` (instant).

    Joins the running transaction or opens one, runs under the acting role, writes the entries recorded inside it at the end, and
    raises NotJournaled, undoing everything, when rows changed and nothing was recorded.
    """
    signature = inspect.signature(verb)
    for needed in ("by", "at"):
        if needed not in signature.parameters:
            raise TypeError(f"{verb.__qualname__}: an action takes {needed}")
    if any(p.kind is not p.KEYWORD_ONLY for p in signature.parameters.values()):
        raise TypeError(f"{verb.__qualname__}: an action takes keyword arguments only")

    @functools.wraps(verb)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if not isinstance(kwargs.get("by"), Actor) or not isinstance(kwargs.get("at"), datetime):
            raise TypeError(f"{verb.__qualname__}: pass by=Actor and at=datetime")
        outer = _frames.get()
        frame = Frame(verb.__qualname__)
        token = _frames.set((*outer, frame))
        try:
            if outer:
                with transaction.atomic():
                    result = verb(*args, **kwargs)
                    _check(frame)
                outer[-1].entries += frame.entries
                outer[-1].old += frame.old
                return result
            with transaction.atomic(), role(ACTING_ROLE), seen_as("whole"), connection.execute_wrapper(_watch):
                result = verb(*args, **kwargs)
                _check(frame)
                _write(frame)
                return result
        finally:
            _frames.reset(token)

    run.is_action = True  # type: ignore[attr-defined]
    return run


def _check(frame: Frame) -> None:
    if frame.wrote and not frame.entries:
        raise NotJournaled(f"{frame.name} changed something and recorded nothing")


_INSERT: Final = """
INSERT INTO journal_entry (id, at, verb, actor_kind, actor_id, actor_name, subject_kind, subject_id, person_id, disease, codes,
    changed, old_digest, address, session)
SELECT id, at, verb, actor_kind, actor_id, actor_name, subject_kind, subject_id, person_id, disease, codes::jsonb,
    string_to_array(changed, ','), old_digest, %s::inet, %s
FROM unnest(%s::uuid[], %s::timestamptz[], %s::text[], %s::text[], %s::uuid[], %s::text[], %s::text[], %s::uuid[], %s::uuid[], %s::text[],
    %s::text[], %s::text[], %s::bytea[]) AS n(id, at, verb, actor_kind, actor_id, actor_name, subject_kind, subject_id, person_id,
    disease, codes, changed, old_digest)
"""


def _columns(entry: Entry) -> tuple[object, ...]:
    return (
        entry.id, entry.at, entry.verb, entry.actor_kind, entry.actor_id, entry.actor_name, entry.subject_kind, entry.subject_id,
        entry.person_id, entry.disease, json.dumps(entry.codes, default=str), ",".join(entry.changed), entry.old_digest,
    )  # fmt: skip


def _write(frame: Frame) -> None:
    if frame.entries:
        # One array a column: an insert of hundreds of rows with thousands of parameters took a fifth of the filing's time.
        with connection.cursor() as cursor:
            here = origin()
            columns = [list(column) for column in zip(*map(_columns, frame.entries), strict=True)]
            cursor.execute(_INSERT, [here.address, here.session, *columns])
    if frame.old:
        OldValues.objects.bulk_create(frame.old)
