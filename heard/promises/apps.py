from django.apps import AppConfig


class PromisesConfig(AppConfig):
    name = "heard.promises"
    label = "promises"

    def ready(self) -> None:
        from heard.promises import erasing  # noqa: F401  (it registers an eraser)
