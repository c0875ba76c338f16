"""Cases, in numbers."""

from __future__ import annotations

from django.db import models

from tracing.base.models import Row
from tracing.base.personal import KEEP
from tracing.base.visibility import Hidden
from tracing.jurisdictions.models import Unit


class CaseCount(Row):
    """How many cases of one unit and disease were opened in one week, as counted at one instant. Made anew every few minutes: see `counts`."""

    counted_at = models.DateTimeField()
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+", db_index=False)
    disease = models.CharField(max_length=40)
    week = models.DateField()
    """Its Sunday."""
    number = models.IntegerField()

    visibility = Hidden("small numbers among them: `counts` says which are told to whom")
    personal = dict.fromkeys("id counted_at unit disease week number".split(), KEEP)

    class Meta:
        indexes = [models.Index(fields=["counted_at", "disease"], name="case_count_counted")]
