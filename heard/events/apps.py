from django.apps import AppConfig


class EventsConfig(AppConfig):
    """The event log."""

    name = "heard.events"
