"""How a reader wants the pages: theme, language, time zone. Kept in cookies, so that they hold before a log-in too."""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.http import HttpRequest

THEME_COOKIE = "theme"
TIME_ZONE_COOKIE = "timezone"
THEMES = ("light", "dark")
YEAR = 365 * 24 * 60 * 60

_keepers: list[Callable[[Any, str, str], None]] = []


def keep_with(keeper: Callable[[Any, str, str], None]) -> None:
    """Register `keeper(user, name, value)`, called when a signed-in user chooses; `name` is "language" or "theme"."""
    if keeper not in _keepers:
        _keepers.append(keeper)


def keep(user: Any, name: str, value: str) -> None:
    for keeper in _keepers:
        keeper(user, name, value)


def theme_of(request: HttpRequest) -> str:
    """What this browser chose: "light", "dark", or "" when the system decides."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return theme if theme in THEMES else ""


def language_of(request: HttpRequest, user: Any) -> str:
    """The account's language, or "" when this browser's own choice holds or the account has none."""
    if request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME):
        return ""
    language = getattr(user, "language", "")
    return language if language in dict(settings.LANGUAGES) else ""


def time_zone_of(request: HttpRequest, user: Any) -> ZoneInfo | None:
    """The account's zone, else the one the browser named; None (the house's zone) when neither names one we know."""
    return _zone(getattr(user, "time_zone", "")) or _zone(request.COOKIES.get(TIME_ZONE_COOKIE, ""))


def _zone(name: str) -> ZoneInfo | None:
    name = unquote(name)
    if not name or len(name) > 64:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
