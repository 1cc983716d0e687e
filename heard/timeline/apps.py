from django.apps import AppConfig


class TimelineConfig(AppConfig):
    name = "heard.timeline"
    label = "timeline"

    def ready(self) -> None:
        from heard.timeline import erasing  # noqa: F401  (it registers an eraser)
