from django.apps import AppConfig


class PromisesConfig(AppConfig):
    name = "heard.promises"
    label = "promises"

    def ready(self) -> None:
        from heard.promises import attributes, endings, erasing  # noqa: F401  (they register an eraser, and what mails end with)

        attributes.declare_all()
