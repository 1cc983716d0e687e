from django.apps import AppConfig


class EventsConfig(AppConfig):
    """The event log."""

    name = "heard.events"

    def ready(self) -> None:
        from heard.events import erasing  # noqa: F401  (it registers an eraser)
