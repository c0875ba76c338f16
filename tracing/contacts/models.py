"""Exposures and quarantine."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tracing.access.visibility import VisibleQuerySet
from tracing.base.models import Row
from tracing.base.personal import BLUR, KEEP
from tracing.base.visibility import ThroughPerson
from tracing.cases.models import Case
from tracing.people.fields import FiledOn, PersonField
from tracing.people.models import Merge


class Exposure(Row):
    """A person was exposed to a case: named in an interview."""

    class Kind(models.TextChoices):
        HOUSEHOLD = "household", "Lives in the same household"
        SOCIAL = "social", "Friends, family elsewhere"
        WORK = "work", "Work"
        SCHOOL = "school", "School or day care"
        CARE = "care", "Health care"
        OTHER = "other", "Other"

    contact = PersonField(on_merge="move")
    contact_filed_on = FiledOn("contact")
    source = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="exposures")
    disease = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=Kind)
    last_on = models.DateField(null=True)
    named_at = models.DateTimeField()
    by = models.UUIDField(null=True)

    objects = VisibleQuerySet.as_manager()

    visibility = ThroughPerson("cases.detail", person="contact_id", disease="disease")
    personal = {
        **dict.fromkeys("id contact contact_filed_on source disease kind named_at by".split(), KEEP),
        "last_on": BLUR,
    }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "source"], name="exposed_to_a_case_once")]
        indexes = [models.Index(fields=["source"], name="exposure_source")]


class Quarantine(Row):
    """From when until when a contact stays at home, by which rule; settled when it ends or they become a case."""

    class Settled(models.TextChoices):
        COMPLETED = "completed", "completed"
        BECAME_CASE = "became_case", "became a case"
        NOT_NEEDED = "not_needed", "not needed"

    person = PersonField(on_merge="move")
    filed_on = FiledOn("person")
    disease = models.CharField(max_length=40)
    exposure = models.ForeignKey(Exposure, on_delete=models.PROTECT, related_name="quarantines")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    rule = models.CharField(max_length=60)
    at = models.DateTimeField()
    settled = models.CharField(max_length=12, choices=Settled, blank=True)
    settled_at = models.DateTimeField(null=True)
    merge = models.ForeignKey(Merge, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    """The merge that settled it: undone, it runs again."""

    objects = VisibleQuerySet.as_manager()

    visibility = ThroughPerson("cases.see", disease="disease")
    personal = {
        **dict.fromkeys("id person filed_on disease exposure rule at settled settled_at merge".split(), KEEP),
        "starts_on": BLUR, "ends_on": BLUR,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="quarantine_settled_at_some_time",
                condition=Q(settled="", settled_at__isnull=True) | (~Q(settled="") & Q(settled_at__isnull=False)),
            )
        ]
        indexes = [models.Index(fields=["person", "disease"], name="quarantine_open", condition=Q(settled=""))]
