from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "heard.accounts"
    label = "accounts"

    def ready(self) -> None:
        from heard.accounts import erasing  # noqa: F401  (it registers an eraser)
        from heard.ui import navigation

        navigation.add("operate", _("Colleagues"), "accounts:colleagues", "users", 60, roles=["admin"])
        navigation.add("operate", _("Tokens"), "accounts:tokens", "key-round", 65, roles=["admin"])
