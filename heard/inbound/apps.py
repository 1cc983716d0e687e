from django.apps import AppConfig


class InboundConfig(AppConfig):
    name = "heard.inbound"
    label = "inbound"

    def ready(self) -> None:
        from heard.channels.email.protocols import use_inbox
        from heard.inbound import erasing  # noqa: F401  (it registers an eraser)
        from heard.inbound.services import receiving

        use_inbox(receiving)
