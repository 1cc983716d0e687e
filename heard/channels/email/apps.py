from django.apps import AppConfig


class EmailConfig(AppConfig):
    name = "heard.channels.email"
    label = "email"
