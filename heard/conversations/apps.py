from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "heard.conversations"
    label = "conversations"

    def ready(self) -> None:
        from heard.conversations import erasing  # noqa: F401  (it registers erasers)
