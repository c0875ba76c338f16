from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "tracing.tasks"
    label = "tasks"
