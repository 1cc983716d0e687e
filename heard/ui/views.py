"""Our own addresses: the style sheet, the reader's preferences, and the page that shows every component."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from heard.ui import preferences
from heard.ui.showcase import examples
from heard.ui.stylesheet import stylesheet as joined_stylesheet


@require_safe
def stylesheet(request: HttpRequest, digest: str) -> HttpResponse:
    """All our CSS under a name that changes with it, so that browsers may keep it for ever. Open to everyone."""
    sheet = joined_stylesheet()
    if digest != sheet.digest:
        raise Http404
    is_packed = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(sheet.compressed if is_packed else sheet.text, content_type="text/css; charset=utf-8")
    if is_packed:
        response["Content-Encoding"] = "gzip"
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Vary"] = "Accept-Encoding"
    return response


@require_POST
def save_preferences(request: HttpRequest) -> HttpResponse:
    """Keep a choice of `theme` (light, dark, system) or `language`, and go back to the page. Open to everyone.

    Answers 204 to a script, 303 to a plain form. What is not on offer is left as it was.
    """
    by_script = request.headers.get("Sec-Fetch-Dest") == "empty"
    response = HttpResponse(status=204) if by_script else HttpResponseRedirect(_way_back(request), status=303)
    theme, language = request.POST.get("theme", ""), request.POST.get("language", "")
    if theme in preferences.THEMES:
        _set_cookie(response, preferences.THEME_COOKIE, theme)
        _keep(request, "theme", theme)
    elif theme == "system":
        response.delete_cookie(preferences.THEME_COOKIE)
        _keep(request, "theme", "")
    if language in dict(settings.LANGUAGES):
        _set_cookie(response, settings.LANGUAGE_COOKIE_NAME, language)
        _keep(request, "language", language)
    return response


@login_required
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Every component in every state, from the templates that the pages use. For administrators."""
    if getattr(request.user, "role", "") != "admin":
        raise PermissionDenied
    return render(request, "ui/components.html", examples())


def _way_back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else "/"


def _set_cookie(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=preferences.YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE, path="/")


def _keep(request: HttpRequest, name: str, value: str) -> None:
    user: Any = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        preferences.keep(user, name, value)
