from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "tracing.journal"
    label = "journal"
