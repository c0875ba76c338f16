from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "tracing.notices"
    label = "notices"
