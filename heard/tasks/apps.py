from django.apps import AppConfig


class TasksConfig(AppConfig):
    """The queue."""

    name = "heard.tasks"
