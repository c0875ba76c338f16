"""Who answered which version of which questionnaire, and each answer."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tracing.access.visibility import VisibleQuerySet
from tracing.base.models import Row
from tracing.base.personal import ERASE, KEEP
from tracing.base.visibility import ThroughPerson
from tracing.people.fields import FiledOn, PersonField


class Response(Row):
    """One interview: a questionnaire answered by a person or by whoever speaks for them, in one call or in several."""

    class Status(models.TextChoices):
        IN_PROGRESS = "in_progress", "in progress"
        COMPLETE = "complete", "complete"
        STOPPED = "stopped", "stopped"

    class Informant(models.TextChoices):
        SELF = "self", "the person"
        PARENT = "parent", "parent"
        GUARDIAN = "guardian", "guardian"
        SPOUSE = "spouse", "husband, wife or partner"
        OTHER = "other", "somebody else"

    person = PersonField(on_merge="move")
    filed_on = FiledOn("person")
    disease = models.CharField(max_length=40)
    questionnaire = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    status = models.CharField(max_length=12, choices=Status, default=Status.IN_PROGRESS)
    language = models.CharField(max_length=16)
    """BCP 47 code of the language in which it is asked."""
    informant = models.CharField(max_length=10, choices=Informant, default=Informant.SELF)
    informant_name = models.CharField(max_length=200, blank=True)
    interpreter = models.BooleanField(default=False)
    begun_at = models.DateTimeField()
    begun_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    objects = VisibleQuerySet.as_manager()

    visibility = ThroughPerson("cases.detail", disease="disease")
    personal = {
        **dict.fromkeys(
            (
                "id person filed_on disease questionnaire version status language informant interpreter begun_at begun_by ended_at"
                " ended_by"
            ).split(),
            KEEP,
        ),
        "informant_name": ERASE,
    }  # fmt: skip

    guarded = ("informant_name",)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="in_progress", ended_at__isnull=True) | (~Q(status="in_progress") & Q(ended_at__isnull=False)),
                name="response_ended_or_not",
            )
        ]
        indexes = [models.Index(fields=["person", "disease"], name="response_person")]


class Answer(Row):
    """What was said to one question, as it stands. What stood there before is in the journal, and `revision` says how often it changed."""

    response = models.ForeignKey(Response, on_delete=models.PROTECT, related_name="answers")
    person = PersonField(on_merge="move")
    filed_on = FiledOn("person")
    disease = models.CharField(max_length=40)
    path = models.CharField(max_length=200, blank=True)
    """Instances of the repeating groups that it stands in; "" outside of any."""
    link_id = models.CharField(max_length=80)
    value = models.JSONField(null=True)
    """As its question's kind says: a boolean, a number, a day as text, a text, a code, a list of codes; None: taken back."""
    revision = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()
    by = models.UUIDField(null=True)

    objects = VisibleQuerySet.as_manager()

    visibility = ThroughPerson("cases.detail", disease="disease")
    personal = {
        **dict.fromkeys("id response person filed_on disease path link_id revision at by".split(), KEEP),
        "value": ERASE,
    }  # fmt: skip

    guarded = ("value",)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["response", "path", "link_id"], name="one_answer_to_a_question")]
        indexes = [models.Index(fields=["person"], name="answer_person")]
