from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "tracing.access"
    label = "access"
