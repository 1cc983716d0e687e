from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "heard.matching"
    label = "matching"

    def ready(self) -> None:
        from heard.matching import erasing  # noqa: F401  (it registers erasers)
        from heard.matching.link_rule import EvidenceRule
        from heard.people.linking import register_link_rule

        register_link_rule(EvidenceRule())
