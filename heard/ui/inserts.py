"""Inserts: a frame names a place, an app says what stands there on every page. Unlike panels they come with the page itself."""

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

Insert = Callable[[HttpRequest], str]
_inserts: dict[str, list[Insert]] = {}


def add(place: str, insert: Insert) -> None:
    """Let `insert(request)` stand at `place` ("page.top", "log_in.more"); called from `AppConfig.ready()`.

    It answers markup that is safe as it stands, or "" for nothing, and is asked on every page: let it be cheap.
    """
    known = _inserts.setdefault(place, [])
    if insert not in known:
        known.append(insert)


def inserted(place: str, request: HttpRequest | None) -> SafeString:
    """What all of them say, in the order in which they were added. Nothing outside a request."""
    found = [insert(request) for insert in _inserts.get(place, ())] if request is not None else []
    return mark_safe("".join(found))  # noqa: S308  (each is safe as it stands)
