"""Interviews drawn to be reviewed, and what was found."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tracing.access.models import User
from tracing.access.visibility import VisibleQuerySet
from tracing.base.models import Row
from tracing.base.personal import ERASE, KEEP
from tracing.base.visibility import OwnRow, OwnUnit
from tracing.cases.models import Interview
from tracing.jurisdictions.models import Unit
from tracing.people.fields import FiledOn, PersonField


class InterviewReview(Row):
    """One finished interview, drawn to be read by somebody else."""

    interview = models.OneToOneField(Interview, on_delete=models.PROTECT, related_name="+")
    person = PersonField(on_merge="move")
    filed_on = FiledOn("person")
    disease = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    """Who follows the case."""
    held_by = models.UUIDField()
    """Who held the interview."""
    held_at = models.DateTimeField()
    seed = models.CharField(max_length=80)
    """By which it was drawn."""
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    marks = models.JSONField(default=dict)
    """Criterion → met, part, not, na."""
    score = models.SmallIntegerField(null=True)
    note = models.TextField(blank=True)
    """To whoever held it."""
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.UUIDField(null=True)

    objects = VisibleQuerySet.as_manager()

    visibility = OwnUnit("work.oversee", disease="disease", about="person_id")
    personal = {
        **dict.fromkeys(
            "id interview person filed_on disease unit held_by held_at seed at by marks score reviewed_at reviewed_by".split(), KEEP
        ),
        "note": ERASE,
    }  # fmt: skip
    guarded = ("note",)

    class Meta:
        indexes = [
            models.Index(fields=["unit", "-id"], name="review_open_unit", condition=Q(reviewed_at__isnull=True)),
            models.Index(fields=["unit", "-reviewed_at"], name="review_done_unit", condition=Q(reviewed_at__isnull=False)),
            models.Index(fields=["held_by", "held_at"], name="review_held_by"),
        ]


class Feedback(Row):
    """What was found of one's own interview. It names nobody who was interviewed."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    review = models.OneToOneField(InterviewReview, on_delete=models.CASCADE, related_name="+")
    disease = models.CharField(max_length=40)
    held_at = models.DateTimeField()
    marks = models.JSONField(default=dict)
    score = models.SmallIntegerField(null=True)
    note = models.TextField(blank=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    visibility = OwnRow()
    personal = {**dict.fromkeys("id user review disease held_at marks score at read_at".split(), KEEP), "note": ERASE}
    of_staff = True

    class Meta:
        indexes = [models.Index(fields=["user", "-id"], name="feedback_user")]
