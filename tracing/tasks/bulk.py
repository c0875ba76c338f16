"""Changes to many tasks at once: begun in one transaction, done 500 at a time by a worker, resumed where it stopped, undone.

What is to be done is decided when it is begun and stands in rows, so that a page can tell how far it is, a worker that dies costs nothing,
and undoing gives back exactly what was changed and nobody has changed since.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from tracing.base.ids import uuid7
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.jurisdictions.models import UnitAncestor
from tracing.tasks.loads import in_share
from tracing.tasks.models import BulkItem, BulkWork, Share, Task, Team
from tracing.tasks.queries import CALLS

AT_ONCE: Final = 500
_State = BulkWork.State


class AlreadyShared(Exception):
    """A share of this unit's calls is lent already: it is taken back first."""


class NotAbove(Exception):
    """A share goes to a team of a unit above: the region or the state."""


class NotUndoable(Exception):
    """It is not done yet, or undone already."""


@action
def assign(*, tasks: Sequence[UUID], to: UUID | None, unit: UUID, by: Actor, at: datetime) -> BulkWork:
    """Keep calls for somebody, or (None) for nobody in particular. The caller has checked that the asker leads their unit's work."""
    rows = _waiting().filter(pk__in=tasks, unit=unit)
    return _begin("assign", unit, [(task, team, to) for task, team in rows.values_list("id", "team_id")], by, at)


@action
def assign_each(*, given: Mapping[UUID, UUID], unit: UUID, by: Actor, at: datetime) -> BulkWork:
    """Keep each call for the one it was given to by `loads.spread`."""
    rows = _waiting().filter(pk__in=given)
    return _begin("spread", unit, [(task, team, given[task]) for task, team in rows.values_list("id", "team_id")], by, at)


@action
def lend(*, unit: UUID, team: Team, percent: int, by: Actor, at: datetime) -> BulkWork:
    """Lend a share of a unit's calls, those that wait and those to come, to a team of a unit above it."""
    if Share.objects.filter(unit=unit, ended_at__isnull=True).exists():
        raise AlreadyShared
    if not UnitAncestor.objects.filter(unit=unit, ancestor=team.unit_id).exclude(ancestor=unit).exists():
        raise NotAbove
    share = Share(unit_id=unit, team=team, percent=percent, since=at, by=by.id)
    share.save(force_insert=True)
    record("share.lent", by=by, at=at, subject=("share", share.pk), codes={"unit": str(unit), "team": str(team.pk), "percent": percent})
    rows = _waiting().filter(unit=unit, team__isnull=True).values_list("id", flat=True).order_by("id")
    return _begin("lend", unit, [(task, team.pk, None) for task in rows if in_share(task, percent)], by, at, share=share)


@action
def take_back(*, share: Share, by: Actor, at: datetime) -> BulkWork:
    """End a share: what waits goes back to its unit; what is in somebody's hand is finished there."""
    locked = Share.objects.select_for_update(no_key=True).get(pk=share.pk)
    if locked.ended_at is not None:
        raise NotUndoable
    _end(locked, by, at)
    rows = Task.objects.filter(unit=locked.unit_id, team=locked.team_id, ended_at__isnull=True).values_list("id", flat=True).order_by("id")
    return _begin("take_back", locked.unit_id, [(task, None, None) for task in rows], by, at, share=locked)


@action
def end_shares_of_closed(*, units: Collection[UUID], by: Actor, at: datetime) -> list[Share] | Unchanged:
    """Units that work no more lend nothing: their shares end, and what was lent goes with their other calls to whoever took over."""
    rows = list(Share.objects.select_for_update(no_key=True).filter(unit__in=units, ended_at__isnull=True).order_by("pk"))
    for share in rows:
        _end(share, by, at)
    return rows or UNCHANGED


@action
def advance(*, work: BulkWork, by: Actor, at: datetime, limit: int = AT_ONCE) -> BulkWork | Unchanged:
    """The next `limit` tasks of a work that is being done or undone. Nothing when another worker has it, or it is over."""
    row = BulkWork.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=work.pk).first()
    if row is None or row.state not in (_State.RUNNING, _State.UNDOING):
        return UNCHANGED
    undoing = row.state == _State.UNDOING
    items = list(BulkItem.objects.filter(work=row, state="done" if undoing else "waiting").order_by("position")[:limit])
    locked = Task.objects.select_for_update(no_key=True).filter(pk__in=[item.task_id for item in items]).order_by("pk")
    tasks = {task.pk: task for task in locked}
    changed = []
    for item in items:
        task = tasks[item.task_id]
        if undoing:
            item.state = "undone" if _is_there(item, task, row) and _restore(item, task) else "left"
        else:
            item.state = "done" if _is_there(item, task, row) and _apply(item, task) else "refused"
        if item.state in ("done", "undone"):
            changed.append(task)
            record("task.assigned", by=by, at=at, subject=("task", task.pk), person=task.person_id, disease=task.disease,
                   codes={"work": str(row.pk), "team": str(task.team_id or ""), "to": str(task.assigned_to_id or "")})  # fmt: skip
    Task.objects.bulk_update(changed, ["team", "assigned_to"])
    BulkItem.objects.bulk_update(items, ["state", "was_team", "was_user"])
    if undoing:
        row.restored += len(changed)
    else:
        row.done += len(changed)
        row.refused += len(items) - len(changed)
    if len(items) < limit:
        row.state, row.ended_at = (_State.UNDONE if undoing else _State.DONE), at
        record("bulk.undone" if undoing else "bulk.done", by=by, at=at, subject=("bulk_work", row.pk), codes={"tasks": row.done})
    else:
        record("bulk.advanced", by=by, at=at, subject=("bulk_work", row.pk), codes={"tasks": len(items)})
    row.save(update_fields=["state", "done", "refused", "restored", "ended_at"])
    return row


@action
def undo(*, work: BulkWork, by: Actor, at: datetime) -> BulkWork:
    """Give back what a work has changed. A share that was lent ends with it; one that was taken back is lent again."""
    row = BulkWork.objects.select_for_update(no_key=True, of=("self",)).select_related("share").get(pk=work.pk)
    if row.state not in (_State.DONE, _State.RUNNING):
        raise NotUndoable
    if row.share is not None:
        if row.kind == "lend" and row.share.ended_at is None:
            _end(row.share, by, at)
        elif row.kind == "take_back":
            if Share.objects.filter(unit=row.share.unit_id, ended_at__isnull=True).exists():
                raise AlreadyShared
            Share.objects.filter(pk=row.share.pk).update(ended_at=None, ended_by=None)
    row.state, row.ended_at = _State.UNDOING, None
    row.save(update_fields=["state", "ended_at"])
    record("bulk.undo_asked", by=by, at=at, subject=("bulk_work", row.pk))
    return row


def going(limit: int = 50) -> list[BulkWork]:
    """Works that are not over, the oldest first."""
    return list(BulkWork.objects.filter(state__in=(_State.RUNNING, _State.UNDOING)).order_by("at", "id")[:limit])


def _waiting() -> QuerySet[Task]:
    return Task.objects.filter(state=Task.State.OPEN, kind__in=CALLS)


def _begin(
    kind: str, unit: UUID, items: Iterable[tuple[UUID, UUID | None, UUID | None]], by: Actor, at: datetime, share: Share | None = None
) -> BulkWork:
    planned = list(items)
    work = BulkWork(id=uuid7(), kind=kind, unit_id=unit, share=share, total=len(planned), at=at, by=by.id)
    work.save(force_insert=True)
    BulkItem.objects.bulk_create(
        [BulkItem(work=work, position=n, task_id=task, team=team, user=user) for n, (task, team, user) in enumerate(planned)],
        batch_size=2000,
    )
    record("bulk.begun", by=by, at=at, subject=("bulk_work", work.pk), codes={"kind": kind, "tasks": len(planned)})
    return work


def _is_there(item: BulkItem, task: Task, work: BulkWork) -> bool:
    """Whether the task is still of the unit whose work this is, or lent to the team that the work names: it may have been handed over since."""
    return task.unit_id == work.unit_id or (item.team is not None and item.team == task.team_id)


def _apply(item: BulkItem, task: Task) -> bool:
    """Whether the task is changed; not one that is over or in somebody's hand, nor one that is so already."""
    item.was_team, item.was_user = task.team_id, task.assigned_to_id
    if task.state != Task.State.OPEN or (item.team, item.user) == (task.team_id, task.assigned_to_id):
        return False
    task.team_id, task.assigned_to_id = item.team, item.user
    return True


def _restore(item: BulkItem, task: Task) -> bool:
    if task.ended_at is not None or (item.team, item.user) != (task.team_id, task.assigned_to_id):
        return False
    task.team_id, task.assigned_to_id = item.was_team, item.was_user
    return True


def _end(share: Share, by: Actor, at: datetime) -> None:
    share.ended_at, share.ended_by = at, by.id
    share.save(update_fields=["ended_at", "ended_by"])
    record("share.taken_back", by=by, at=at, subject=("share", share.pk), codes={"unit": str(share.unit_id)})
