from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "tracing.intake"
    label = "intake"
