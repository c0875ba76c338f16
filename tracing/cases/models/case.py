"""Cases and the decisions made about them. A decision is a row."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tracing.access.visibility import VisibleQuerySet
from tracing.base.models import Row
from tracing.base.personal import BLUR, ERASE, KEEP
from tracing.base.visibility import OwnUnit, ThroughPerson
from tracing.jurisdictions.models import Town, Unit
from tracing.people.fields import FiledOn, PersonField
from tracing.people.models import Merge
from tracing.places.models import Place
from tracing.questionnaires.models import Response
from tracing.tasks.models import Task


class Case(Row):
    """One episode of one disease of one person."""

    class Classification(models.TextChoices):
        CONFIRMED = "confirmed", "Confirmed"
        PROBABLE = "probable", "Probable"
        SUSPECT = "suspect", "Suspect"
        NOT_A_CASE = "not_a_case", "Not a case"

    class Scope(models.TextChoices):
        CALL = "call", "Call"
        MESSAGE_ONLY = "message_only", "Message only"
        FACILITY = "facility", "Facility line"
        COUNT_ONLY = "count_only", "Counted only"

    person = PersonField(on_merge="keep_one")
    filed_on = FiledOn("person")
    disease = models.CharField(max_length=40)
    episode = models.SmallIntegerField()
    """1 for the first; the order in which episodes were opened."""
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    """Where it counts: the department of residence on the day of the report that opened it."""
    follow_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    """Where it is followed: of the present stay, else the same."""
    town = models.ForeignKey(Town, on_delete=models.PROTECT, null=True, related_name="+")
    classification = models.CharField(max_length=12, choices=Classification)
    classification_rule = models.CharField(max_length=60)
    scope = models.CharField(max_length=14, choices=Scope)
    scope_rule = models.CharField(max_length=60)
    scope_reason = models.CharField(max_length=60)
    first_positive_on = models.DateField()
    last_positive_on = models.DateField()
    onset_on = models.DateField(null=True)
    symptomatic = models.BooleanField(null=True)
    hospitalised = models.BooleanField(null=True)
    setting = models.CharField(max_length=20, blank=True)
    """Code of the kind of setting the person lives in, "" at home."""
    facts = models.JSONField(default=dict)
    """Field → [rank, as of, source], as on the person."""
    needs_review = models.BooleanField(default=False)
    """None of its positive results stands any more: a human decides."""
    opened_at = models.DateTimeField()
    sort_key = models.CharField(max_length=260, blank=True)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, null=True, related_name="+")
    isolation = models.ForeignKey("Isolation", on_delete=models.PROTECT, null=True, related_name="+")
    closure = models.ForeignKey("Closure", on_delete=models.PROTECT, null=True, related_name="+")
    line = models.ForeignKey("FacilityLine", on_delete=models.PROTECT, null=True, related_name="+")
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, editable=False, related_name="absorbed")
    """The case of the same illness that is worked on, since two people were found to be one: this one is not counted beside it."""
    filed_episode = models.SmallIntegerField(null=True, editable=False)
    """Its number on the person it was filed on, where a merge gave it another."""

    objects = VisibleQuerySet.as_manager()

    visibility = OwnUnit("cases.see", person="person_id", disease="disease")
    personal = {
        **dict.fromkeys(
            "id person filed_on disease episode unit follow_unit town classification classification_rule scope scope_rule"
            " scope_reason symptomatic hospitalised setting needs_review opened_at task isolation closure line merged_into"
            " filed_episode".split(),
            KEEP,
        ),
        "first_positive_on": BLUR, "last_positive_on": BLUR, "onset_on": BLUR, "facts": ERASE, "sort_key": ERASE,
    }  # fmt: skip

    guarded = ("symptomatic", "hospitalised", "setting", "scope_reason")
    whereabouts = ("town",)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "disease"], condition=Q(closure__isnull=True), name="one_open_case"),
            models.UniqueConstraint(fields=["person", "disease", "episode"], name="episodes_are_numbered"),
            models.CheckConstraint(
                name="positives_in_order", condition=Q(last_positive_on__gte=models.F("first_positive_on"))
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-opened_at", "-id"], name="case_unit_opened"),
            models.Index(fields=["unit", "sort_key", "id"], name="case_unit_name"),
            models.Index(fields=["unit", "disease", "-opened_at", "-id"], name="case_unit_disease"),
            models.Index(fields=["-opened_at", "-id"], name="case_opened"),
            models.Index(fields=["sort_key", "id"], name="case_name"),
            models.Index(fields=["disease", "-opened_at", "-id"], name="case_disease"),
            models.Index(fields=["unit", "-opened_at"], name="case_review", condition=Q(needs_review=True)),
            models.Index(fields=["task"], name="case_task"),
            models.Index(fields=["merged_into"], name="case_absorbed", condition=Q(merged_into__isnull=False)),
        ]


class Isolation(Row):
    """From when until when a person isolates, by which rule. A new decision is a new row; the case names the one in force."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="isolations")
    person = PersonField(on_merge="move")
    filed_on = FiledOn("person")
    disease = models.CharField(max_length=40)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    """The last day at home; None: until conditions without a date are met."""
    day_zero = models.DateField()
    day_zero_is = models.CharField(max_length=20)
    rule = models.CharField(max_length=60)
    reasons = models.JSONField(default=list)
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=12)
    by = models.UUIDField(null=True)

    objects = VisibleQuerySet.as_manager()

    visibility = ThroughPerson("cases.see", disease="disease")
    personal = {
        **dict.fromkeys("id case person filed_on disease day_zero_is rule reasons at by_kind by".split(), KEEP),
        "starts_on": BLUR, "ends_on": BLUR, "day_zero": BLUR,
    }  # fmt: skip

    guarded = ("reasons", "day_zero_is")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="isolation_ends_after_it_begins",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
            )
        ]
        indexes = [models.Index(fields=["case", "-at"], name="isolation_case")]


class Closure(Row):
    """The end of an investigation. The case names the one in force; reopening leaves this row and unnames it."""

    class Reason(models.TextChoices):
        COMPLETED = "completed", "Isolation completed"
        NOT_REACHED = "not_reached", "Could not be reached"
        REFUSED = "refused", "Declined"
        NOT_A_CASE = "not_a_case", "Not a case"
        MOVED = "moved", "Moved out of state"
        DIED = "died", "Died"
        NEW_EPISODE = "new_episode", "A new episode began"
        MERGED = "merged", "Worked on under another case of the same person"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="closures")
    person = PersonField(on_merge="move")
    filed_on = FiledOn("person")
    disease = models.CharField(max_length=40)
    reason = models.CharField(max_length=12, choices=Reason)
    note = models.TextField(blank=True)
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=12)
    by = models.UUIDField(null=True)
    merge = models.ForeignKey(Merge, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    """The merge that owns it: undone, the case is open again."""

    objects = VisibleQuerySet.as_manager()

    visibility = ThroughPerson("cases.see", disease="disease")
    personal = {**dict.fromkeys("id case person filed_on disease reason at by_kind by merge".split(), KEEP), "note": ERASE}
    guarded = ("note",)


class Proposal(Row):
    """What a report would change about a case, put before a human: nothing moves silently."""

    class Kind(models.TextChoices):
        WITHDRAWN = "withdrawn", "The positive result was withdrawn"
        MOVED = "moved", "A report gives another address"

    class Answer(models.TextChoices):
        ACCEPTED = "accepted", "accepted"
        REFUSED = "refused", "refused"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="proposals")
    person = PersonField(on_merge="move")
    filed_on = FiledOn("person")
    disease = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=14, choices=Kind)
    to_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    to_town = models.ForeignKey(Town, on_delete=models.PROTECT, null=True, related_name="+")
    report_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    answer = models.CharField(max_length=8, choices=Answer, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)

    objects = VisibleQuerySet.as_manager()

    visibility = OwnUnit("cases.detail", person="person_id", disease="disease")
    personal = dict.fromkeys(
        "id case person filed_on disease unit kind to_unit to_town report_id at answer answered_at answered_by".split(), KEEP
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind", "to_unit"], condition=Q(answer=""), name="one_open_proposal", nulls_distinct=False
            )
        ]
        indexes = [models.Index(fields=["unit", "at"], name="proposal_open", condition=Q(answer=""))]


class Interview(Row):
    """What a person, or whoever speaks for them, said. Beats every feed."""

    class Kind(models.TextChoices):
        PARTIAL = "partial", "partial"
        COMPLETE = "complete", "complete"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="interviews")
    person = PersonField(on_merge="move")
    filed_on = FiledOn("person")
    disease = models.CharField(max_length=40)
    kind = models.CharField(max_length=8, choices=Kind)
    symptomatic = models.BooleanField(null=True)
    symptoms = ArrayField(models.CharField(max_length=30), default=list)
    onset_on = models.DateField(null=True)
    hospitalised = models.BooleanField(null=True)
    setting = models.CharField(max_length=20, blank=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, related_name="+")
    setting_name = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    response = models.ForeignKey(Response, on_delete=models.PROTECT, null=True, related_name="+")
    """The answers it was taken from, where a questionnaire was asked; one row while it goes on, one when it is complete."""
    at = models.DateTimeField()
    by = models.UUIDField(null=True)

    objects = VisibleQuerySet.as_manager()

    visibility = ThroughPerson("cases.detail", disease="disease")
    personal = {
        **dict.fromkeys(
            "id case person filed_on disease kind symptomatic symptoms hospitalised setting place response at by".split(), KEEP
        ),
        "onset_on": BLUR, "setting_name": ERASE, "note": ERASE,
    }  # fmt: skip

    guarded = ("symptomatic", "symptoms", "hospitalised", "setting", "setting_name", "note")

    class Meta:
        indexes = [models.Index(fields=["by", "-at"], name="interview_by")]


class FacilityLine(Row):
    """A nursing home, prison or shelter with cases among its residents: one line of work, not a call for each."""

    disease = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    setting = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    key = models.CharField(max_length=260)
    """The address key, by which residents are recognised."""
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, related_name="+")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    last_case_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    visibility = OwnUnit("cases.see", disease="disease")
    personal = dict.fromkeys("id disease unit setting name key place task opened_at last_case_at".split(), KEEP)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["disease", "key"], name="one_line_for_a_facility")]
        indexes = [models.Index(fields=["unit", "-last_case_at", "id"], name="facility_line_unit")]
