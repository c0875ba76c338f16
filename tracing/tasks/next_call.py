"""*Next call*: the most urgent person of the asker's departments, locked to them. The statement is in `sql.py`."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

from tracing.access.viewer import Viewer
from tracing.journal.action import running
from tracing.journal.actions import Actor, action, record
from tracing.jurisdictions.holidays import holidays
from tracing.jurisdictions.zones import EVERY
from tracing.tasks import rules, sql
from tracing.tasks.covering.queries import in_force_for, works_now
from tracing.tasks.handing import hand_over, stay
from tracing.tasks.models import Caller, Hold, Task, Team

PERMISSION: Final = "tasks.next_call"
RESTRICTED: Final = "people.see_restricted"
_TRIES: Final = 40
"""Somebody was quicker with the same household so often in a row; then the list is as good as empty."""
_EACH: Final = 32
"""Candidates looked at per unit when somebody has several, shared among them; more when all of them are being taken."""
_MANY: Final = 400


class TaskInOtherHands(Exception):
    """Somebody else has this person, their household or their number in hand, or there is nothing left to do."""


class NotACall(TaskInOtherHands):
    """There is nobody to call: a facility's line is worked on its own page."""


@action
def next_call(*, viewer: Viewer, by: Actor, at: datetime) -> Task | None:
    """The call to make now; None when there is none, or it is night there. What the asker has in hand already comes first.

    The person, their household and every number of theirs are in this hand alone for `rules.HOLD`, across departments.
    """
    mine, abandoned = _held(viewer, at)
    if abandoned:
        _return(abandoned, by, at)
    if mine:
        return _stay(mine[0], by, at)
    caller = Caller.objects.filter(user=viewer.user).select_related("team__unit").first()
    team = caller.team if caller else None
    statement, parameters = _statement(viewer, at, team)
    if statement is None:
        return None
    parameters |= _asker(caller, at) | _covers(viewer, team if parameters["team"] else None, at)
    task, nobody_free = _ask(statement, parameters)
    if task is None and nobody_free and "each" in parameters:
        task, nobody_free = _ask(statement, {**parameters, "each": _MANY, "few": max(_EACH, _MANY // max(1, len(parameters["covered"])))})
    if task is None and nobody_free:
        task, _ = _ask(sql.NEXT_ELSEWHERE, {**parameters, **_whose(viewer, team if parameters["team"] else None)})
    if task is not None:
        _at_work(caller, viewer, at)
        record(
            "task.taken", by=by, at=at, subject=("task", task.id), person=task.person_id, disease=task.disease,
            codes={"priority": task.priority},
        )  # fmt: skip
        hand_over(task, viewer, by=by, at=at)
    return task


@action
def take(*, task: Task, viewer: Viewer, by: Actor, at: datetime) -> Task:
    """Take one that was chosen from a list, under the same lock. The caller has checked that the viewer may."""
    if task.held_by_id == viewer.user and task.held_until is not None and task.held_until > at:
        return task
    if task.person_id is None:
        raise NotACall(str(task.pk))
    _, abandoned = _held(viewer, at)
    if abandoned:
        _return(abandoned, by, at)
    taken, _ = _ask(sql.TAKE_ONE, {**_always(viewer, at), "task": task.pk})
    if taken is None:
        raise TaskInOtherHands
    record("task.taken", by=by, at=at, subject=("task", taken.id), person=taken.person_id, disease=taken.disease)
    hand_over(taken, viewer, by=by, at=at)
    return taken


@action
def keep(*, task: Task, by: Actor, at: datetime) -> Task:
    """A sign of work: the person stays in hand for another `rules.HOLD`."""
    task = Task.objects.select_for_update(no_key=True).get(pk=task.pk)
    if task.held_by_id is None or task.held_by_id != by.id:
        raise TaskInOtherHands
    return _stay(task, by, at, always=True)


@action
def return_abandoned(*, by: Actor, at: datetime, limit: int = 500) -> int:
    """Tasks that nobody worked on until their hold ran out go back to their lists. How many."""
    rows = list(
        Task.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(state=Task.State.HELD, held_until__lte=at)
        .order_by("held_until")[:limit]
    )
    _return(rows, by, at)
    return len(rows)


def _held(viewer: Viewer, at: datetime) -> tuple[list[Task], list[Task]]:
    """What the viewer has in hand, and what anybody has abandoned; both oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(sql.IN_HAND, {"at": at, **_cleared(viewer)})
        rows = cursor.fetchall()
    if not rows:
        return [], []
    mine = Task.objects.filter(pk__in=[task for task, is_mine in rows if is_mine]).order_by("held_until")
    abandoned = Task.objects.select_for_update(no_key=True, skip_locked=True).filter(
        pk__in=[task for task, is_mine in rows if not is_mine], state=Task.State.HELD, held_until__lte=at
    )
    return list(mine), list(abandoned)


def _stay(task: Task, by: Actor, at: datetime, *, always: bool = False) -> Task:
    """Longer in the same hand; a page loaded twice in a row writes nothing."""
    if not always and task.held_until is not None and task.held_until - at > rules.HOLD / 2:
        return task
    task.held_until = at + rules.HOLD
    task.save(update_fields=["held_until"])
    Hold.objects.filter(task=task).update(until=task.held_until)
    if task.held_by_id is not None:
        Caller.objects.filter(user=task.held_by_id).update(last_at=at)
        stay(task, task.held_by_id, task.held_until, at)
    record("task.kept", by=by, at=at, subject=("task", task.id), person=task.person_id, disease=task.disease)
    return task


def _return(rows: list[Task], by: Actor, at: datetime) -> None:
    for task in rows:
        record(
            "task.returned", by=by, at=at, subject=("task", task.id), person=task.person_id, disease=task.disease,
            codes={"held_by": str(task.held_by_id)},
        )  # fmt: skip
        task.state, task.held_by, task.held_until = Task.State.OPEN, None, None
    if rows:
        Task.objects.bulk_update(rows, ["state", "held_by", "held_until"])
        Hold.objects.filter(task__in=rows).delete()


def _always(viewer: Viewer, at: datetime) -> dict[str, Any]:
    return {
        "team": None, "at": at, "until": at + rules.HOLD, "opens": rules.OPENS, "closes": rules.CLOSES, **_cleared(viewer),
    }  # fmt: skip


def _asker(caller: Caller | None, at: datetime) -> dict[str, Any]:
    """What the asker can do, and where it is night."""
    return {
        "languages": caller.languages if caller else [], "skills": caller.skills if caller else [],
        "interpreter": caller is None or caller.interpreter, "asleep": rules.asleep(at, EVERY, ZoneInfo),
        "at_work_since": at - rules.HOLD, "left_since": at - rules.LEFT_FOR,
    }  # fmt: skip


def _covers(viewer: Viewer, team: Team | None, at: datetime) -> dict[str, Any]:
    """What the asker's team covers of other units now, what others cover alone, and whether the team works at all at this hour."""
    kept = holidays()
    units = None if PERMISSION in viewer.everywhere else viewer.units.get(PERMISSION, frozenset())
    found = in_force_for(team, units, at=at, kept=kept)
    return {
        "covered": [unit for unit, _kind in found.pairs], "covered_kinds": [kind for _unit, kind in found.pairs], "left": found.left,
        "few": max(4, _EACH // max(1, len(found.pairs))), "works": team is None or works_now(team, at, kept),
        "holiday": at.astimezone(ZoneInfo(settings.TIME_ZONE)).date() in kept,
    }  # fmt: skip


def _at_work(caller: Caller | None, viewer: Viewer, at: datetime) -> None:
    """Colleagues leave calls in this caller's languages to them; written at most every few minutes, and only for who speaks one."""
    if caller is None or not caller.languages:
        return
    units, everywhere = sorted(viewer.units.get(PERMISSION, frozenset())), PERMISSION in viewer.everywhere
    if caller.last_at is None or at - caller.last_at > rules.HOLD / 6 or (caller.units, caller.everywhere) != (units, everywhere):
        Caller.objects.filter(pk=caller.pk).update(last_at=at, units=units, everywhere=everywhere)


def _cleared(viewer: Viewer) -> dict[str, Any]:
    """Who asks, and which restricted people they may call."""
    units = sorted(viewer.units.get(RESTRICTED, frozenset()))
    return {"viewer": viewer.user, "cleared": units, "cleared_everywhere": RESTRICTED in viewer.everywhere}


def _whose(viewer: Viewer, team: Team | None) -> dict[str, Any]:
    if team is not None:
        return {"units": [team.unit_id], "everywhere": False}
    return {"units": sorted(viewer.units.get(PERMISSION, frozenset())), "everywhere": PERMISSION in viewer.everywhere}


def _statement(viewer: Viewer, at: datetime, team: Team | None = None) -> tuple[str | None, dict[str, Any]]:
    """Which of the four, with its parameters; None for somebody who takes no calls. Of a team: the list of its unit, what is lent to it and
    what it covers now; whoever is in none takes from all their units."""
    units = sorted(viewer.units.get(PERMISSION, frozenset()))
    if team is not None and team.ended_at is None and (PERMISSION in viewer.everywhere or team.unit_id in units):
        return sql.NEXT_OF_TEAM, {**_always(viewer, at), "unit": team.unit_id, "team": team.pk, "each": _EACH}
    if PERMISSION in viewer.everywhere:
        return sql.NEXT_OF_EVERYBODY, _always(viewer, at)
    if not units:
        return None, {}
    if len(units) == 1:
        return sql.NEXT_OF_ONE_UNIT, {**_always(viewer, at), "unit": units[0]}
    return sql.NEXT_OF_UNITS, {**_always(viewer, at), "units": units, "each": max(4, _EACH // len(units))}


def _ask(statement: str, parameters: dict[str, Any]) -> tuple[Task | None, bool]:
    """Run the statement until it takes something or finds nobody. The flag: nobody was found (all locked, or none there)."""
    frame = running()
    wrote = frame.wrote
    for _ in range(_TRIES):
        savepoint = transaction.savepoint()
        found = list(Task.objects.raw(statement, parameters))
        if found and found[0].held_by_id is not None:
            transaction.savepoint_commit(savepoint)
            return found[0], False
        # Nothing was taken: whatever holds were written are undone, and there is nothing to journal.
        transaction.savepoint_rollback(savepoint)
        frame.wrote = wrote
        if not found:
            return None, True
    return None, False
