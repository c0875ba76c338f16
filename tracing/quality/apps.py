from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "tracing.quality"
    label = "quality"
