from django.apps import AppConfig


class ImprovementsConfig(AppConfig):
    name = "heard.improvements"
    label = "improvements"
