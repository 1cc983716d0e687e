from django.apps import AppConfig


class InboundConfig(AppConfig):
    name = "heard.inbound"
    label = "inbound"

    def ready(self) -> None:
        """Channels hand their bytes to us; they cannot import us, since imports point the other way."""
        from heard.channels.email.protocols import use_inbox
        from heard.inbound.services import receiving

        use_inbox(receiving)
