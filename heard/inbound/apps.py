from django.apps import AppConfig


class InboundConfig(AppConfig):
    name = "heard.inbound"
    label = "inbound"
