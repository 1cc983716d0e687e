from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemoConfig(AppConfig):
    """The demo company and its mail sink. Without `heard demo` nothing of it is open."""

    name = "heard.demo"
    label = "demo"

    def ready(self) -> None:
        from heard.demo.place import is_demo
        from heard.ui import inserts, navigation

        if is_demo():
            from heard.demo import guide

            inserts.add("page.top", guide.on_staff_pages)
            inserts.add("customer.top", guide.on_customer_pages)
            inserts.add("log_in.more", guide.on_log_in_page)
            navigation.add("company", _("Customers’ post"), "demo:mail", "mailbox", 90)
