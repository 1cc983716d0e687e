from django.apps import AppConfig


class GesturesConfig(AppConfig):
    name = "heard.gestures"
    label = "gestures"

    def ready(self) -> None:
        from heard.gestures import erasing  # noqa: F401  (it registers an eraser)
