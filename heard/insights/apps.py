from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "heard.insights"
    label = "insights"
