"""What the middleware puts on every request, with its type. The only place that knows under which names."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.http import HttpRequest

from tracing.access.viewer import Viewer


def instant_of(request: HttpRequest) -> datetime:
    """When the request came in: the `at` of everything that it does."""
    return cast(datetime, request.at)  # type: ignore[attr-defined]


def viewer_of(request: HttpRequest) -> Viewer:
    """Who asks, and what they may do where."""
    return cast(Viewer, request.viewer)  # type: ignore[attr-defined]
