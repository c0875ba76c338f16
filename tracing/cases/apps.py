from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "tracing.cases"
    label = "cases"
