"""Panels that stand in another page: drawn anew by htmx, or led back to where they were sent from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from tracing.desk.page import show


def partly(request: HttpRequest) -> bool:
    """Asked by htmx for the part alone."""
    return request.headers.get("HX-Request") == "true"


def back(request: HttpRequest, name: str, pk: UUID) -> HttpResponse:
    """To the page that the panel stands in, if it said so; else to the panel's own."""
    wanted = request.POST.get("next", "")
    here = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect(wanted if here and wanted.startswith("/") else reverse(name, args=[pk]))


def part(request: HttpRequest, template: str, context: Mapping[str, Any], *, page: str, persons: Iterable[UUID], status: int = 200) -> HttpResponse:
    """The panel alone. What could not be kept is shown too: htmx draws only answers that say "well"."""
    return show(request, template, context, page=page, persons=persons, status=200 if partly(request) else status)
