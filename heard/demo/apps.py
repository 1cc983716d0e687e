from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demo company and its mail sink. Without `heard demo` nothing of it is open."""

    name = "heard.demo"
    label = "demo"
