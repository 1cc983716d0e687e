from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "heard.people"
    label = "people"

    def ready(self) -> None:
        from heard.people import erasing  # noqa: F401  (it registers erasers)
