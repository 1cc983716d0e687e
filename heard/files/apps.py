from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "heard.files"
    label = "files"

    def ready(self) -> None:
        from heard.files import erasing  # noqa: F401  (it registers an eraser)
