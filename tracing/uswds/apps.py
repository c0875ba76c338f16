from __future__ import annotations

from django.apps import AppConfig


class UswdsConfig(AppConfig):
    name = "tracing.uswds"
    label = "uswds"
