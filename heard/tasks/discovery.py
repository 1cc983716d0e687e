"""Finding what the apps declare: `tasks.py`, `reactions.py` and `background.py` of each."""

from functools import cache

from django.utils.module_loading import autodiscover_modules


@cache
def discover() -> None:
    """Import those modules once. A process that only enqueues does not need to."""
    autodiscover_modules("tasks", "reactions", "background")
