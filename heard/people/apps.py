from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "heard.people"
    label = "people"

    def ready(self) -> None:
        from heard.people import erasing, segment_erasing, segment_exporting  # noqa: F401  (they register what they erase and give away)
