"""What waits, in numbers."""

from __future__ import annotations

from django.db import models

from tracing.access.visibility import VisibleQuerySet
from tracing.base.models import Row
from tracing.base.personal import KEEP
from tracing.base.visibility import OwnUnit
from tracing.jurisdictions.models import Unit
from tracing.tasks.models.calls import Task
from tracing.tasks.models.teams import Team


class Waiting(Row):
    """How many tasks of one unit waited at one instant that are alike in all that follows. Made anew each minute: see `tasks.waiting`."""

    counted_at = models.DateTimeField()
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+", db_index=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    """To which they are lent."""
    kind = models.CharField(max_length=12, choices=Task.Kind)
    disease = models.CharField(max_length=40, blank=True)
    in_hand = models.BooleanField()
    no_phone = models.BooleanField()
    today = models.BooleanField()
    """They may be made before the day is over where the unit is."""
    agreed = models.BooleanField()
    """Their hour was agreed with the person."""
    waited = models.SmallIntegerField()
    """At most so many hours on the list, as `waiting.WAITED` has them; 0: longer than the last."""
    number = models.IntegerField()

    objects = VisibleQuerySet.as_manager()

    visibility = OwnUnit("cases.see", disease="disease")
    personal = dict.fromkeys("id counted_at unit team kind disease in_hand no_phone today agreed waited number".split(), KEEP)

    class Meta:
        indexes = [models.Index(fields=["counted_at"], name="waiting_counted")]
