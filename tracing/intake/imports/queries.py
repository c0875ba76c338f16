"""What a page shows of a list. Its rows are read for those alone who see the list (`TableImport` is asked for through what they may see)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db import transaction
from django.db.models import Count, QuerySet

from tracing.access.viewer import Viewer
from tracing.access.visibility import own_rows
from tracing.intake.imports.models import ImportRow, TableImport
from tracing.journal.action import ACTING_ROLE, role

GOING: Final = (TableImport.State.CHECKING, TableImport.State.RUNNING, TableImport.State.UNDOING)
TO_DO: Final[Mapping[str, tuple[str, ...]]] = {
    "running": ("new", "known", "possible", "changed"), "undoing": ("done", "same"),
}  # fmt: skip
"""State of a list → states of the rows that the step under way has still to go through."""


def going(limit: int = 20) -> list[TableImport]:
    """Lists on which the worker has something to do, the oldest first."""
    return [*TableImport.objects.filter(state__in=GOING).order_by("at", "id")[:limit]]


def lists() -> QuerySet[TableImport]:
    """Every list: pages load one through `desk.page.load`, which asks who looks."""
    return TableImport.objects.select_related("unit", "case")


def newest_lists(viewer: Viewer, most: int = 50) -> list[TableImport]:
    """Those of the viewer's own units, the newest first."""
    return [*own_rows(lists(), viewer).order_by("-at", "-id")[:most]]


def counts(batch: TableImport) -> dict[str, int]:
    """State → how many rows of the list."""
    with transaction.atomic(), role(ACTING_ROLE):
        return dict(ImportRow.objects.filter(batch=batch).values_list("state").annotate(number=Count("pk")).order_by())


def first_rows(batch: TableImport, most: int) -> list[ImportRow]:
    """The first rows of the file."""
    with transaction.atomic(), role(ACTING_ROLE):
        return [*ImportRow.objects.filter(batch=batch).order_by("number")[:most]]


def wrong_rows(batch: TableImport, most: int | None = None) -> list[ImportRow]:
    """Rows that cannot be read or were refused, in the file's order."""
    with transaction.atomic(), role(ACTING_ROLE):
        return [*ImportRow.objects.filter(batch=batch, state__in=("wrong", "refused")).order_by("number")[:most]]
