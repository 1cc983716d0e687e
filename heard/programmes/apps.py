from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class ProgrammesConfig(AppConfig):
    """The why of the company, and how it steers by it."""

    name = "heard.programmes"
    label = "programmes"

    def ready(self) -> None:
        from heard.ui import navigation

        navigation.add("company", pgettext_lazy("the page on whom we serve and what we promise", "The why"), "programmes:why", "compass", 5)
