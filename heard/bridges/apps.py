from django.apps import AppConfig


class BridgesConfig(AppConfig):
    name = "heard.bridges"
    label = "bridges"

    def ready(self) -> None:
        from heard.bridges import crm_erasing  # noqa: F401  (they register what they erase and give away)
