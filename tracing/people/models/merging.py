"""Two people were found to be one."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tracing.access.visibility import VisibleQuerySet
from tracing.base.models import Row
from tracing.base.personal import ERASE, KEEP
from tracing.base.visibility import ThroughPerson
from tracing.people.fields import FiledOn, PersonField


class Merge(Row):
    """Somebody said that a person is another one. Live rows (not undone) are the edges of a forest: from `merged` to `filed_on`."""

    person = PersonField(on_merge="move")
    """Who they are now: the root."""
    filed_on = FiledOn("person")
    """Who they were said to be: the root of that time."""
    merged = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    """Who was found to be somebody else. Never changes."""
    why = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=12)
    by = models.UUIDField(null=True)
    aside = models.JSONField(default=list)
    """Rows that would have stood twice, with the one that stands for each: kept here, and put back when it is needed again."""
    undone_at = models.DateTimeField(null=True)
    undone_by_kind = models.CharField(max_length=12, blank=True)
    undone_by = models.UUIDField(null=True)

    objects = VisibleQuerySet.as_manager()

    visibility = ThroughPerson()
    personal = {
        **dict.fromkeys("id person filed_on merged at by_kind by undone_at undone_by_kind undone_by".split(), KEEP),
        "why": ERASE, "aside": ERASE,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merged"], condition=Q(undone_at__isnull=True), name="merged_once_at_a_time"),
            models.CheckConstraint(name="merged_into_another", condition=~Q(merged=F("filed_on"))),
        ]
        indexes = [models.Index(fields=["filed_on"], name="merge_live", condition=Q(undone_at__isnull=True))]
