"""Changes to many tasks at once."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tracing.base.models import Row
from tracing.base.personal import KEEP
from tracing.base.visibility import Hidden, Open
from tracing.jurisdictions.models import Unit
from tracing.tasks.models.calls import Task
from tracing.tasks.models.teams import Share


class BulkWork(Row):
    """One change to many tasks, made in the background: what was asked, how far it is. It goes on where it stopped, and can be undone."""

    class Kind(models.TextChoices):
        ASSIGN = "assign", "Calls assigned"
        SPREAD = "spread", "Calls spread over a team"
        LEND = "lend", "Share lent to a team"
        TAKE_BACK = "take_back", "Share taken back"

    class State(models.TextChoices):
        RUNNING = "running", "running"
        DONE = "done", "done"
        UNDOING = "undoing", "being undone"
        UNDONE = "undone", "undone"

    kind = models.CharField(max_length=12, choices=Kind)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    share = models.ForeignKey(Share, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.RUNNING)
    total = models.IntegerField()
    done = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    """In somebody's hand or over when their turn came: left as they were."""
    restored = models.IntegerField(default=0)
    """Of those done, given back by undoing; what was changed again since stays."""
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    visibility = Open()
    personal = dict.fromkeys("id kind unit share state total done refused restored at by ended_at".split(), KEEP)

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="bulk_work_going", condition=Q(state__in=("running", "undoing"))),
            models.Index(fields=["unit", "-at"], name="bulk_work_of_unit"),
        ]


class BulkItem(Row):
    """One task of a bulk work: what it was and what it becomes."""

    work = models.ForeignKey(BulkWork, on_delete=models.CASCADE, related_name="+")
    position = models.IntegerField()
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, default="waiting")
    """waiting, done, refused, undone, left (changed by somebody since: not undone)"""
    team = models.UUIDField(null=True)
    user = models.UUIDField(null=True)
    was_team = models.UUIDField(null=True)
    was_user = models.UUIDField(null=True)

    visibility = Hidden("the work tells how far it is; a task tells whose it is")
    personal = dict.fromkeys("id work position task state team user was_team was_user".split(), KEEP)

    class Meta:
        indexes = [models.Index(fields=["work", "state", "position"], name="bulk_item_next")]
