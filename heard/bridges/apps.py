from django.apps import AppConfig


class BridgesConfig(AppConfig):
    name = "heard.bridges"
    label = "bridges"
