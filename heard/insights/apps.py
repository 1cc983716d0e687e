from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "heard.insights"
    label = "insights"

    def ready(self) -> None:
        from heard.insights import erasing  # noqa: F401  (it registers erasers)
