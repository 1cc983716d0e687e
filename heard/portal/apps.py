from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """The customer's side: the page of one conversation, and what we hold."""

    name = "heard.portal"
    label = "portal"

    def ready(self) -> None:
        from heard.portal import (  # noqa: F401  (they register an eraser, the link under mails)
            erasing,
            exporting,
            mail,
        )
        from heard.ui import navigation, panels

        panels.add("conversation.aside", "portal:panel", order=40)
        navigation.add("operate", _("Customers’ pages"), "portal:front_door", "door-open", 60, roles=["admin"])
