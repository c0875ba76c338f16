from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "tracing.people"
    label = "people"
