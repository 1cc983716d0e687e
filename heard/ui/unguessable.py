"""Pages whose address is the permission (a signed link in a mail): kept out of caches, indexes and Referer headers, and safe to post to.

With `Referrer-Policy: no-referrer` browsers send `Origin: null` with a form, and Django's own check of forms refuses that. So these forms
carry a mark of their own, made from the address: who can read the page knows it already, and nobody else does. It needs no cookie.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from heard.lib.keys import key

View = Callable[..., HttpResponse]


def unguessable_page(view: View) -> View:
    """For a view whose first argument after the request is `token`: sets the headers, and checks the form's mark on POST.

    Render with `form_mark(token)` as `csrf_token` in the context: then `{% csrf_token %}` writes the mark, and no cookie is set.
    """

    @wraps(view)
    def guarded(request: HttpRequest, token: str, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and not _carries_mark(request, token):
            raise PermissionDenied
        response = view(request, token, *args, **kwargs)
        response["Referrer-Policy"] = "no-referrer"
        response["Cache-Control"] = "no-store, private"
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return csrf_exempt(guarded)


def form_mark(token: str) -> str:
    """What the forms of the page at `token` carry. Never the same for two addresses."""
    return hmac.digest(key("secret"), b"heard: form of an unguessable page\0" + token.encode("utf-8", "replace"), "sha256").hex()


def _carries_mark(request: HttpRequest, token: str) -> bool:
    if getattr(request, "_dont_enforce_csrf_checks", False):  # Django's own test client says so
        return True
    given = request.POST.get("csrfmiddlewaretoken", "") or request.headers.get("X-CSRFToken", "")
    return hmac.compare_digest(given.encode("utf-8", "replace"), form_mark(token).encode())
