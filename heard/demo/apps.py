from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemoConfig(AppConfig):
    """The demo company and its mail sink. Without `heard demo` nothing of it is open."""

    name = "heard.demo"
    label = "demo"

    def ready(self) -> None:
        from heard.demo.place import is_demo
        from heard.ui import navigation

        if is_demo():
            navigation.add("company", _("Customers’ post"), "demo:mail", "mailbox", 90)
