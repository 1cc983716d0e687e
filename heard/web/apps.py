from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    name = "heard.web"
    label = "web"

    def ready(self) -> None:
        from heard.conversations.selectors import waiting_count
        from heard.ui import navigation
        from heard.ui.navigation import Count

        navigation.add("main", _("Home"), "web:home", "house", 10)
        navigation.add(
            "main", _("Inbox"), "web:inbox", "inbox", 20, count=lambda user: Count(waiting_count(user), "late", str(_("waiting on us")))
        )
        navigation.add("main", _("People"), "web:people", "users", 30)
        navigation.add("company", _("My customers"), "web:customers", "user-round-check", 1)
        navigation.add("company", _("Segments"), "web:segments", "group", 8)
        navigation.add("company", _("What we promised"), "web:promises", "handshake", 5)
        navigation.add("company", _("Asked inside"), "conversations:asks", "message-circle-question-mark", 3, count=_asked)
        navigation.add("company", _("Who is who?"), "web:review", "scale", 7)
        navigation.add("company", _("How soon we answer"), "web:policies", "clock", 10)
        navigation.add("company", _("What we gave"), "web:gestures", "gift", 20)
        navigation.add("operate", _("Quarantine"), "web:quarantine", "archive-restore", 10, roles=["admin"])
        navigation.add("operate", _("Ledger"), "web:ledger", "scale", 20, roles=["admin"])
        navigation.add("operate", _("Tasks"), "web:tasks", "list-checks", 30, roles=["admin"])
        navigation.add("operate", _("Erasures"), "web:erasures", "eraser", 70, roles=["admin"])
        navigation.add("operate", _("What we hold"), "web:what_we_hold", "scroll-text", 80, roles=["admin"])
        navigation.add("main", _("Search"), "web:search", "search", 50)


def _asked(user: Any) -> Any:
    from heard.conversations.asked import asked_count
    from heard.ui.navigation import Count

    return Count(asked_count(user), "", str(_("waiting for your answer")))
