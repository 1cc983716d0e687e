from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "heard.matching"
    label = "matching"
