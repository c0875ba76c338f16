"""The moments of cases and contacts, copied from the rooms where they happened: one narrow row each, so that a board counts fast."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tracing.access.models import User
from tracing.access.visibility import VisibleQuerySet
from tracing.base.models import Row
from tracing.base.personal import BLUR, KEEP
from tracing.base.visibility import Open, OwnUnit
from tracing.cases.models import Case
from tracing.contacts.models import Exposure
from tracing.jurisdictions.models import Unit
from tracing.people.fields import FiledOn, PersonField
from tracing.tasks.models import Cover, Team

COUNTED = ["received_on", "disease", "person", "out", "tried", "ended", "team"]
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
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    """The team they were in then."""
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
            " attempted_at attempted_by team reached_at spoken_at interviewed_at"
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
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    """The one that whoever tried first was in then."""
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
            "ended_of_result attempted_at team notified_at has_way symptomatic_at_notice became_case out".split(),
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


class HandBack(Row):
    """What a team did for a unit in one time that it covered it, counted when that was over. Numbers alone."""

    cover = models.ForeignKey(Cover, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField()
    callers = models.IntegerField()
    """Of the team, who tried somebody."""
    tries = models.IntegerField()
    tried = models.IntegerField()
    """People."""
    reached = models.IntegerField()
    """Of them; whoever declined was reached."""
    interviewed = models.IntegerField()
    """Cases with an interview, in part or whole."""
    left = models.IntegerField()
    """Calls of that part that waited when it was over."""
    agreed = models.IntegerField()
    """Of them with an hour that the team agreed: the department keeps the promise."""
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    read_by = models.UUIDField(null=True)

    visibility = Open()
    personal = dict.fromkeys(
        "id cover unit team since until callers tries tried reached interviewed left agreed at read_at read_by".split(), KEEP
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cover", "since"], name="handed_back_once"),
            models.CheckConstraint(condition=Q(until__gt=models.F("since")), name="handed_back_after_it_began"),
        ]
        indexes = [
            models.Index(fields=["unit", "-until"], name="hand_back_of_unit"),
            models.Index(fields=["team", "-until"], name="hand_back_of_team"),
        ]
