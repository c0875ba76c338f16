"""Whom a notice is for, what somebody was told, who is on call. Reads only."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from tracing.access.queries import staff_in_roles
from tracing.access.viewer import Viewer
from tracing.access.visibility import visible_to
from tracing.jurisdictions.models import Unit
from tracing.notices.models import OnCall, Told

KEPT = timedelta(days=60)
"""Older notices are not listed."""


def on_call(unit: UUID, at: datetime, *, second: bool = False) -> list[UUID]:
    """Who answers for a unit at this moment."""
    rows = OnCall.objects.filter(unit=unit, second=second, ended_at__isnull=True, from_at__lte=at, until_at__gt=at)
    return list(rows.order_by("from_at", "pk").values_list("user_id", flat=True))


def whom(unit: Unit, roles: Collection[str], disease: str, level: int, *, at_once: bool, at: datetime) -> list[UUID]:
    """Whom a notice of this level is for.

    What can wait: those with the roles there. At once: 0 who is on call there, else who is on call for the state, else those with the
    roles there, else those of the state: never nobody while there is anybody. 1: the second on call, and those with the roles there.
    2: the state's on call, first and second, and its staff with the roles.
    """
    here = staff_in_roles(unit, roles, disease, at=at)
    if not at_once:
        return here
    state = Unit.objects.filter(kind=Unit.Kind.STATE).order_by("code").first() or unit
    theirs = staff_in_roles(state, roles, disease, at=at)
    if level == 0:
        return on_call(unit.pk, at) or on_call(state.pk, at) or here or theirs
    if level == 1:
        return list(dict.fromkeys([*on_call(unit.pk, at, second=True), *here])) or theirs
    return list(dict.fromkeys([*on_call(state.pk, at), *on_call(state.pk, at, second=True), *theirs]))


def told(viewer: Viewer, *, unread: bool = False, after: UUID | None = None, at: datetime) -> QuerySet[Told]:
    """What the viewer was told, the newest first."""
    rows = visible_to(Told.objects.filter(not_before__lte=at, at__gt=at - KEPT), viewer).select_related("unit")
    if unread:
        rows = rows.filter(read_at__isnull=True)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return rows.order_by("-pk")


def tellings() -> QuerySet[Told]:
    """Every row: pages load one through `desk.page.load`."""
    return Told.objects.all()


def unread(viewer: Viewer, *, at: datetime, most: int = 99) -> int:
    """How many the viewer has not read, up to one more than `most`."""
    return visible_to(Told.objects.filter(user=viewer.user, read_at__isnull=True, not_before__lte=at), viewer)[: most + 1].count()


def shifts(units: Collection[UUID] | None, *, at: datetime) -> list[OnCall]:
    """Who is or will be on call, in these units or in all, the soonest first."""
    rows = OnCall.objects.filter(ended_at__isnull=True, until_at__gt=at).select_related("unit").order_by("from_at", "second", "pk")
    return list(rows if units is None else rows.filter(unit__in=units))[:200]


def shift(pk: UUID) -> OnCall | None:
    return OnCall.objects.filter(pk=pk).first()
