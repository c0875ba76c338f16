"""What every table has: a key made in Python."""

from __future__ import annotations

from django.db import models

from tracing.base.ids import uuid7


class Row(models.Model):
    """A row whose key is a UUIDv7, known before it is written."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True
