"""Context processors."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from heard.ui.navigation import Navigation, navigation_for
from heard.ui.preferences import theme_of


def navigation(request: HttpRequest) -> dict[str, Any]:
    """`navigation` (asked for only by pages that show the rail) and `theme`."""
    return {"navigation": SimpleLazyObject(lambda: _navigation(request)), "theme": theme_of(request)}


def _navigation(request: HttpRequest) -> Navigation:
    user = getattr(request, "user", None)
    return navigation_for(user, request.path) if user and user.is_authenticated else Navigation()
