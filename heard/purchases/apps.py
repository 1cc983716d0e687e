from django.apps import AppConfig


class PurchasesConfig(AppConfig):
    name = "heard.purchases"
    label = "purchases"

    def ready(self) -> None:
        from heard.purchases import erasing  # noqa: F401  (it registers an eraser)
