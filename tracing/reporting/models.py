"""The moments of cases and contacts, copied from the rooms where they happened: one narrow row each, so that a board counts fast."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tracing.access.models import User
from tracing.access.visibility import VisibleQuerySet
from tracing.base.models import Row
from tracing.base.personal import BLUR, KEEP
from tracing.base.visibility import OwnUnit
from tracing.cases.models import Case
from tracing.contacts.models import Exposure
from tracing.jurisdictions.models import Unit
from tracing.people.fields import FiledOn, PersonField

COUNTED = ["received_on", "disease", "person", "out", "tried", "ended"]
"""What the board counts by, in the index itself: tens of thousands of rows are counted without being fetched."""


class CaseMoments(Row):
    """What `courses.CaseCourse` holds, of one case."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="+")
    person = PersonField(on_merge="move")
    filed_on = FiledOn("person")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    """Who follows the case now."""
    disease = models.CharField(max_length=40)
    onset_on = models.DateField(null=True)
    specimen_on = models.DateField(null=True)
    result_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    received_on = models.DateField()
    """The day of it, where the state is."""
    tried = models.SmallIntegerField(null=True)
    """Within how many hours of the receipt, as `metrics.hours_class` has it; None: not yet."""
    ended = models.SmallIntegerField(null=True)
    """The same of the whole interview."""
    tried_of_result = models.SmallIntegerField(null=True)
    """The same from the laboratory's result."""
    ended_of_result = models.SmallIntegerField(null=True)
    attempted_at = models.DateTimeField(null=True)
    attempted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    """Who tried first."""
    reached_at = models.DateTimeField(null=True)
    spoken_at = models.DateTimeField(null=True)
    interviewed_at = models.DateTimeField(null=True)
    interviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    contacts = models.IntegerField(default=0)
    has_way = models.BooleanField(default=True)
    in_quarantine = models.BooleanField(null=True)
    symptomatic = models.BooleanField(null=True)
    out = models.CharField(max_length=14, blank=True)

    objects = VisibleQuerySet.as_manager()

    visibility = OwnUnit("cases.see", person="person_id", disease="disease")
    personal = {
        **dict.fromkeys(
            "id case person filed_on unit disease result_at received_at received_on tried ended tried_of_result ended_of_result"
            " attempted_at attempted_by reached_at spoken_at interviewed_at"
            " interviewed_by contacts has_way in_quarantine symptomatic out".split(),
            KEEP,
        ),
        "onset_on": BLUR, "specimen_on": BLUR,
    }  # fmt: skip
    guarded = ("symptomatic",)

    class Meta:
        indexes = [
            models.Index(fields=["unit", "-received_at", "-id"], include=COUNTED, name="case_moments_unit"),
            models.Index(fields=["-received_at", "-id"], include=["unit", *COUNTED], name="case_moments_all"),
            models.Index(fields=["interviewed_by", "-interviewed_at"], name="case_moments_by", condition=Q(interviewed_at__isnull=False)),
        ]


class ContactMoments(Row):
    """What `courses.ContactCourse` holds: of somebody named, by the exposure of theirs that was named first. Named again within
    fourteen days is the same contact."""

    exposure = models.OneToOneField(Exposure, on_delete=models.CASCADE, related_name="+")
    person = PersonField(on_merge="move")
    filed_on = FiledOn("person")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    """Who follows the contact."""
    disease = models.CharField(max_length=40)
    exposed_on = models.DateField(null=True)
    source_onset_on = models.DateField(null=True)
    source_specimen_on = models.DateField(null=True)
    source_result_at = models.DateTimeField(null=True)
    elicited_at = models.DateTimeField()
    received_on = models.DateField()
    """The day on which they were named, where the state is."""
    tried = models.SmallIntegerField(null=True)
    """Within how many hours of being named, as `metrics.hours_class` has it; None: not yet."""
    ended = models.SmallIntegerField(null=True)
    """The same of being told."""
    tried_of_result = models.SmallIntegerField(null=True)
    """The same from the result of who named them."""
    ended_of_result = models.SmallIntegerField(null=True)
    attempted_at = models.DateTimeField(null=True)
    notified_at = models.DateTimeField(null=True)
    has_way = models.BooleanField(default=True)
    symptomatic_at_notice = models.BooleanField(null=True)
    became_case = models.BooleanField(default=False)
    out = models.CharField(max_length=14, blank=True)

    objects = VisibleQuerySet.as_manager()

    visibility = OwnUnit("cases.see", person="person_id", disease="disease")
    personal = {
        **dict.fromkeys(
            "id exposure person filed_on unit disease source_result_at elicited_at received_on tried ended tried_of_result "
            "ended_of_result attempted_at notified_at has_way symptomatic_at_notice became_case out".split(),
            KEEP,
        ),
        "exposed_on": BLUR, "source_onset_on": BLUR, "source_specimen_on": BLUR,
    }  # fmt: skip
    guarded = ("symptomatic_at_notice", "source_onset_on", "source_specimen_on", "source_result_at")

    class Meta:
        indexes = [
            models.Index(fields=["unit", "-elicited_at", "-id"], include=COUNTED, name="contact_moments_unit"),
            models.Index(fields=["-elicited_at", "-id"], include=["unit", *COUNTED], name="contact_moments_all"),
        ]
