from django.apps import AppConfig


class DiseasesConfig(AppConfig):
    name = "tracing.diseases"
    label = "diseases"
