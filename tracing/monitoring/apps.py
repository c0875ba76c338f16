from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "tracing.monitoring"
    label = "monitoring"
