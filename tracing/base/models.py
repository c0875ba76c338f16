"""What every table has: a key made in Python, and rows that come with no more than their reader may see."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Self

from django.db import models

from tracing.base.ids import uuid7
from tracing.base.masking import mask
from tracing.base.sight import sight


class MaskedRow(RuntimeError):
    """A row that was loaded with less than everything was about to be written. A bug: what one does not see must survive."""


class Row(models.Model):
    """A row whose key is a UUIDv7, known before it is written."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **more: Any) -> Self:
        row = super().from_db(db, field_names, values, **more)
        level = sight()
        if level != "whole":
            mask(row, level)
        return row

    def save_base(self, *args: Any, **options: Any) -> None:
        if getattr(self, "masked", ""):
            raise MaskedRow(type(self).__name__)
        super().save_base(*args, **options)


__all__: Sequence[str] = ("MaskedRow", "Row")
