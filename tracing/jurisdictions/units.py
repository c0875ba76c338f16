"""Units as lists to choose from."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from tracing.jurisdictions.models import Unit

WORKING = (Unit.Kind.STATE, Unit.Kind.DEPARTMENT)
"""Kinds to which cases and their calls belong."""


def units_by_id(ids: Collection[UUID] | None) -> list[Unit]:
    """Departments and the state's own list among these units (None: all), by name."""
    rows = Unit.objects.filter(kind__in=WORKING)
    return list((rows if ids is None else rows.filter(pk__in=ids)).in_order())
