from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "tracing.messaging"
    label = "messaging"
