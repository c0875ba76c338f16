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
