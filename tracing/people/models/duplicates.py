"""Two people already known who may be one, and what reviewers decided or sent on."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tracing.access.visibility import VisibleQuerySet
from tracing.base.models import Row
from tracing.base.personal import ERASE, KEEP
from tracing.base.visibility import OwnUnit
from tracing.jurisdictions.models import Unit
from tracing.people.fields import FiledOn, PersonField


class Duplicate(Row):
    """Two people of whom a scan found that they may be one. Open while `decision` is empty.

    Nobody sees the row who may not open the record of one of the two because it is restricted, or because they know them. Who
    is known for a sensitive disease is seen by those alone whose membership names it.
    """

    class Decision(models.TextChoices):
        SAME = "same", _("the same person")
        DIFFERENT = "different", _("not the same person")
        WITHDRAWN = "withdrawn", _("no longer alike")

    one = PersonField(on_merge="move")
    one_filed_on = FiledOn("one")
    other = PersonField(on_merge="move")
    other_filed_on = FiledOn("other")
    score = models.FloatField()
    """Match weight: log2 of the odds factor."""
    outcome = models.CharField(max_length=12)
    """certain, possible."""
    reasons = ArrayField(models.CharField(max_length=40), default=list)
    """`linkage.reasons.REASONS`."""
    version = models.CharField(max_length=40)
    """Of the weights."""
    conditions = ArrayField(models.CharField(max_length=40), default=list)
    """The sensitive diseases for which one of the two was ever seen."""
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    """Who decides."""
    also_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    """Who decides as well: the other person's department; or whoever sent it on."""
    found_at = models.DateTimeField()
    due_at = models.DateTimeField()
    checked_at = models.DateTimeField()
    """When a scan last found them alike."""
    put_off = models.SmallIntegerField(default=0)
    """How often somebody could not say: these come last."""
    decision = models.CharField(max_length=12, choices=Decision, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.UUIDField(null=True)

    objects = VisibleQuerySet.as_manager()

    visibility = OwnUnit("people.settle_match", also="also_unit_id", conditions="conditions", about="one_id other_id")
    personal = dict.fromkeys(
        "id one one_filed_on other other_filed_on score outcome reasons version conditions unit also_unit found_at due_at checked_at"
        " put_off decision settled_at settled_by".split(),
        KEEP,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="a_pair_once"),
            models.CheckConstraint(name="a_pair_is_two", condition=~Q(one=F("other"))),
            models.CheckConstraint(name="a_pair_is_settled_at_some_time", condition=Q(decision="") | Q(settled_at__isnull=False)),
        ]
        indexes = [
            models.Index(fields=["put_off", "-score", "id"], name="pair_by_score", condition=Q(decision="")),
            models.Index(fields=["due_at", "id"], name="pair_by_due", condition=Q(decision="")),
        ]


class ReviewStep(Row):
    """What a reviewer did with a possible match or a pair: decided, could not say, sent it on, took it back. Never changed."""

    class What(models.TextChoices):
        SAME = "same", _("the same person")
        DIFFERENT = "different", _("not the same person")
        UNSURE = "unsure", _("could not say")
        SENT = "sent", _("sent to another unit")
        TAKEN_BACK = "taken_back", _("taken back")

    item = models.UUIDField()
    """The `Match` or `Duplicate`. No foreign key: a merge lays a pair aside that has become one person."""
    of_match = models.BooleanField(default=False)
    what = models.CharField(max_length=12, choices=What)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    """Whose list it stood in, or to whom it was sent."""
    from_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    why = models.CharField(max_length=200, blank=True)
    waited_since = models.DateTimeField()
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    merge = models.UUIDField(null=True)
    """The merge that this decision made."""

    objects = VisibleQuerySet.as_manager()

    visibility = OwnUnit("people.settle_match", also="from_unit_id")
    personal = {
        **dict.fromkeys("id item of_match what unit from_unit waited_since at by merge".split(), KEEP), "why": ERASE,
    }  # fmt: skip

    class Meta:
        indexes = [
            models.Index(fields=["item", "at"], name="review_step_item"),
            models.Index(fields=["unit", "at"], name="review_step_unit"),
        ]
