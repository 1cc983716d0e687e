from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EmailConfig(AppConfig):
    name = "heard.channels.email"
    label = "email"

    def ready(self) -> None:
        from heard.channels.email import erasing  # noqa: F401  (it registers an eraser)
        from heard.channels.email.selectors import troubled_mailboxes
        from heard.ui import navigation

        navigation.add("operate", _("Mailboxes"), "email:mailboxes", "mailbox", 40, count=troubled_mailboxes, roles=["admin"])
