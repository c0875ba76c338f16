"""What every table has: a key made in Python, and rows that come with no more than their reader may see."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Self, TypeVar

from django.db import models

from tracing.base.ids import uuid7
from tracing.base.masking import mask
from tracing.base.sight import sight


class MaskedRow(RuntimeError):
    """A row that was loaded with less than everything was about to be written. A bug: what one does not see must survive."""


R = TypeVar("R", bound=models.Model, covariant=True)


class WholeRows(models.QuerySet[R]):
    """Writes rows in sets, and none that came with less than everything."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **options: Any) -> list[Any]:
        rows = [whole(row) for row in objs]
        return super().bulk_create(rows, *args, **options)

    def bulk_update(self, objs: Iterable[Any], *args: Any, **options: Any) -> int:
        return super().bulk_update([whole(row) for row in objs], *args, **options)


def whole(row: Any) -> Any:
    """The row, if it may be written: MaskedRow when it was loaded with less than everything."""
    if getattr(row, "masked", ""):
        raise MaskedRow(type(row).__name__)
    return row


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
        whole(self)
        super().save_base(*args, **options)


__all__: Sequence[str] = ("MaskedRow", "Row", "WholeRows", "whole")
