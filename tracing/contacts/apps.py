from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "tracing.contacts"
    label = "contacts"
