from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BridgesConfig(AppConfig):
    name = "heard.bridges"
    label = "bridges"

    def ready(self) -> None:
        from heard.bridges import crm_erasing, erasing  # noqa: F401  (they register what they erase and give away)
        from heard.bridges.book_selectors import troubled_books
        from heard.bridges.crm_selectors import troubled_bridges
        from heard.ui import navigation

        navigation.add("operate", _("Bridges"), "bridges:bridges", "cable", 43, count=troubled_bridges, roles=["admin"])
        navigation.add("operate", _("Bring people"), "bridges:files", "contact-round", 42, roles=["admin"])
        navigation.add("operate", _("Address books"), "bridges:books", "book-user", 44, count=troubled_books, roles=["admin"])
