from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImprovementsConfig(AppConfig):
    name = "heard.improvements"
    label = "improvements"

    def ready(self) -> None:
        from heard.improvements import (  # noqa: F401  (they register what they erase and give away, and what stands under a telling)
            erasing,
            exporting,
            mail_endings,
            telling_erasing,
        )
        from heard.ui import navigation

        navigation.add("main", _("Improve"), "improvements:improvements", "sprout", 40)
        navigation.add("company", _("Open window"), "window:window", "app-window", 60)
