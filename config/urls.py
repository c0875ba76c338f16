"""Addresses: the surfaces' own, and one that says whether this program is well."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from config.health import health

urlpatterns: list[URLPattern | URLResolver] = [path("health", health, name="health")]
for surface in ("gateway", "desk"):
    if find_spec(f"tracing.{surface}.urls"):
        urlpatterns.append(path("", include(f"tracing.{surface}.urls")))

handler400 = "config.health.bad_request"
handler403 = "config.health.forbidden"
handler404 = "config.health.not_found"
handler500 = "config.health.broken"
