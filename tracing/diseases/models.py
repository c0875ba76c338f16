"""Which rule sets were in use, word for word. No personal data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django.db import models

from tracing.base.models import Row
from tracing.base.personal import KEEP, Treatment
from tracing.base.visibility import Open, Visibility


class PublishedRuleSet(Row):
    """One version of a disease's rules as published. Never changed and never removed: old dates were made by it."""

    visibility: ClassVar[Visibility] = Open()
    holds_personal_data: ClassVar[bool] = False
    personal: ClassVar[Mapping[str, Treatment]] = dict.fromkeys(
        ("id", "disease", "version", "digest", "document", "published_at", "published_by_kind", "published_by"), KEEP
    )

    disease = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    """SHA-256 of the document as canonical JSON, in hexadecimal."""
    document = models.JSONField()
    published_at = models.DateTimeField()
    published_by_kind = models.CharField(max_length=12)
    published_by = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["disease", "version"], name="one_rule_set_per_version")]

    def __str__(self) -> str:
        return f"{self.disease} {self.version}"


class Tuning(Row):
    """Points that a state gives instead of those shipped, from a day on: drafted, looked at (who would move), published. Never changed then;
    the next one, or a newer version of the shipped rule, ends it."""

    visibility: ClassVar[Visibility] = Open()
    holds_personal_data: ClassVar[bool] = False
    personal: ClassVar[Mapping[str, Treatment]] = dict.fromkeys(
        (
            "id disease of rule from_on base points note state at by published_at published_by preview seen total previewed_after previewed_at"
            " applied_after applied_at"
        ).split(),
        KEEP,
    )

    class State(models.TextChoices):
        DRAFT = "draft", "draft"
        PUBLISHED = "published", "published"
        DROPPED = "dropped", "dropped"

    disease = models.CharField(max_length=40)
    of = models.CharField(max_length=10)
    """case | contact: whose calls."""
    rule = models.CharField(max_length=60)
    """The shipped rule whose points these are."""
    from_on = models.DateField()
    base = models.SmallIntegerField()
    points = models.JSONField()
    """Code of a weight → points; every weight of the rule has some."""
    note = models.CharField(max_length=200)
    """Why."""
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    published_at = models.DateTimeField(null=True)
    published_by = models.UUIDField(null=True)
    preview = models.JSONField(default=dict)
    """Who would move, as far as it was counted: numbers, and keys of calls."""
    seen = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    previewed_after = models.UUIDField(null=True)
    """The last call that was looked at."""
    previewed_at = models.DateTimeField(null=True)
    """When the last was; None while it goes on."""
    applied_after = models.UUIDField(null=True)
    applied_at = models.DateTimeField(null=True)
    """When every call that waits had been scored by it."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["disease", "of"], condition=models.Q(state="draft"), name="one_tuning_in_draft"),
            models.UniqueConstraint(fields=["disease", "of", "from_on"], condition=models.Q(state="published"), name="one_tuning_of_a_day"),
        ]
        indexes = [
            models.Index(fields=["disease", "of", "-at"], name="tuning_of"),
            models.Index(fields=["-published_at"], name="tuning_published", condition=models.Q(state="published")),
        ]

    def __str__(self) -> str:
        return f"{self.disease} {self.of} {self.from_on}"
