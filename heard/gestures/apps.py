from django.apps import AppConfig


class GesturesConfig(AppConfig):
    name = "heard.gestures"
    label = "gestures"

    def ready(self) -> None:
        from heard.gestures import endings, erasing, exporting  # noqa: F401  (they register what they say, erase and give away)
