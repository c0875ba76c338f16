"""What the middleware puts on every request, with its type. The only place that knows under which names."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.conf import settings
from django.http import HttpRequest

from tracing.access.viewer import Viewer


def instant_of(request: HttpRequest) -> datetime:
    """When the request came in: the `at` of everything that it does."""
    return cast(datetime, request.at)  # type: ignore[attr-defined]


def viewer_of(request: HttpRequest) -> Viewer:
    """Who asks, and what they may do where."""
    return cast(Viewer, request.viewer)  # type: ignore[attr-defined]


def network_address(request: HttpRequest) -> str | None:
    """Of the browser; behind a proxy, the last address that the proxy itself wrote."""
    if settings.BEHIND_PROXY:
        return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or None
    return request.META.get("REMOTE_ADDR") or None
