from django.apps import AppConfig


class QuestionnairesConfig(AppConfig):
    name = "tracing.questionnaires"
    label = "questionnaires"
