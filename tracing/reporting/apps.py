from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "tracing.reporting"
    label = "reporting"
