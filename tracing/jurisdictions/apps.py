from __future__ import annotations

from django.apps import AppConfig


class JurisdictionsConfig(AppConfig):
    name = "tracing.jurisdictions"
    label = "jurisdictions"
    verbose_name = "Jurisdictions"
