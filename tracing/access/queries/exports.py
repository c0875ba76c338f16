"""Lists that somebody asked to take out, for who asked and for who answers."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from tracing.access.models import ExportRequest
from tracing.access.viewer import Viewer
from tracing.access.visibility import visible_to
from tracing.journal.action import ACTING_ROLE, role


def own_exports(user: UUID, *, most: int = 50) -> list[ExportRequest]:
    """What this user asked to take out, newest first. Read under the acting role: requests lie with those who answer them."""
    with role(ACTING_ROLE):
        return list(ExportRequest.objects.filter(user=user).select_related("unit").order_by("-asked_at")[:most])


def own_export(user: UUID, key: UUID) -> ExportRequest | None:
    with role(ACTING_ROLE):
        return ExportRequest.objects.filter(user=user, pk=key).select_related("unit").first()


def export_requests() -> QuerySet[ExportRequest]:
    """Every request: pages load one through `desk.page.load`, which asks who looks."""
    return ExportRequest.objects.select_related("unit").order_by("-asked_at", "-id")


def exports_to_answer(viewer: Viewer, *, most: int = 100) -> list[ExportRequest]:
    """What waits for an answer that this viewer may give: not their own."""
    return list(visible_to(export_requests().filter(answer="").exclude(user=viewer.user), viewer)[:most])


def exports_answered(viewer: Viewer, *, most: int = 50) -> list[ExportRequest]:
    """What was answered or taken lately in the units whose requests this viewer answers."""
    return list(visible_to(export_requests().exclude(answer=""), viewer)[:most])
