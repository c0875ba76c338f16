"""What the frame of every staff page needs: who is signed in, where they may go, whether this is a demonstration."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from tracing.access.viewer import Viewer
from tracing.desk.navigation import links


def frame(request: HttpRequest) -> dict[str, Any]:
    """A context processor: no query of its own."""
    known: dict[str, Any] = {"demo": settings.DEMO}
    viewer: Viewer | None = getattr(request, "viewer", None)
    if viewer is None or not request.user.is_authenticated:
        return known
    here = request.resolver_match.view_name if request.resolver_match else ""
    return known | {
        "home": reverse("desk:my_day"),
        "navigation": links(viewer, here),
        "search_url": reverse("desk:search") if viewer.may("people.search") else "",
        "staff_name": viewer.name,
        "staff_roles": [role.replace("_", " ").capitalize() for role in viewer.roles],
        "sign_out_url": reverse("desk:sign_out"),
    }
