from django.apps import AppConfig


class TimelineConfig(AppConfig):
    name = "heard.timeline"
    label = "timeline"

    def ready(self) -> None:
        from heard.timeline import attributes, erasing  # noqa: F401  (it registers an eraser)

        attributes.declare_all()
