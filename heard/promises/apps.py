from django.apps import AppConfig


class PromisesConfig(AppConfig):
    name = "heard.promises"
    label = "promises"
