"""Panels: a page names a place, other apps say what stands there. The page loads each by its own address."""

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True, slots=True)
class Panel:
    url_name: str
    order: int


_panels: dict[str, dict[str, Panel]] = {}


def add(place: str, url_name: str, order: int = 100) -> None:
    """Offer `url_name` at `place` ("conversation.aside"); called from `AppConfig.ready()`.

    The view takes the same URL arguments as the page that holds the place, and answers with a fragment, or with 204
    when it has nothing to say.
    """
    _panels.setdefault(place, {})[url_name] = Panel(url_name, order)


def addresses(place: str, *args: Any, **kwargs: Any) -> list[str]:
    """The addresses of all panels at `place`, in order, for the page's own URL arguments. Empty when nobody offers one."""
    found = []
    for panel in sorted(_panels.get(place, {}).values(), key=lambda panel: (panel.order, panel.url_name)):
        try:
            found.append(reverse(panel.url_name, args=args, kwargs=kwargs))
        except NoReverseMatch:
            continue
    return found
