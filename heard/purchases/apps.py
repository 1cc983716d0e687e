from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PurchasesConfig(AppConfig):
    name = "heard.purchases"
    label = "purchases"

    def ready(self) -> None:
        from heard.purchases import attributes, erasing, exporting  # noqa: F401  (they register what they erase and give away)
        from heard.ui import navigation

        navigation.add("company", _("What we offer"), "purchases:offerings", "shopping-bag", 30)
        navigation.add("operate", _("Orders and offerings"), "purchases:takings", "shopping-bag", 40, roles=["admin"])
        attributes.declare_all()
