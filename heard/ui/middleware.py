"""What every page has in common over HTTP: the reader's time zone, refusals, and how htmx hears of errors."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from heard.events.recording import last_position
from heard.lib.errors import Refusal
from heard.ui import errors
from heard.ui.notices import Notice, pending_notices, render_notice
from heard.ui.preferences import language_of, time_zone_of

GetResponse = Callable[[HttpRequest], HttpResponseBase]
NOTICE_REGION = "#notices"


def is_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


class ReaderMiddleware:
    """Speaks the reader's language and shows times in their zone. Stands after `AuthenticationMiddleware`.

    The language chosen in this browser (a cookie, read by `LocaleMiddleware`) comes before the one of the account;
    the zone of the account comes before the one that the browser named.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = getattr(request, "user", None)
        if isinstance(user, SimpleLazyObject):
            user = request.user = _who_reads(user)  # type: ignore[attr-defined]
        language = language_of(request, user)
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = language
        with timezone.override(time_zone_of(request, user)):
            return self.get_response(request)


def _who_reads(user: SimpleLazyObject) -> Any:
    """The account behind Django's proxy, which is asked for here anyway and whose every attribute costs a call through the proxy."""
    user.__class__  # noqa: B018 (asks, and so loads)
    return user._wrapped


class PageMiddleware:
    """One place for what htmx and refusals need. Stands after the session, log-in and message middlewares.

    - A Refusal becomes a 409: a notice under htmx, problem+json below `/api/`, otherwise a page.
    - A log-in page that would land inside a fragment becomes 401 with `HX-Redirect`.
    - Any other error under htmx becomes a notice for the notice region; 409 and 422 that bring their own fragment stay.
    - Notices told during an htmx request travel with its fragment.
    - A page remembers the event log's position from before it was read, so that its live stream misses nothing since.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _is_page_of_staff(request):
            request.position = last_position()  # type: ignore[attr-defined]
        response = self.get_response(request)
        patch_vary_headers(response, ["HX-Request"])
        if not is_htmx(request):
            return response
        if _leads_to_log_in(response):
            return _log_in_again(request)
        if response.status_code in (409, 422):
            return response
        if response.status_code >= 400:
            return notice_response(request, errors.words_of(response.status_code), response.status_code)
        return _with_notices(request, response)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refuse(request, exception) if isinstance(exception, Refusal) else None


def _is_page_of_staff(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    wants_page = request.method == "GET" and not is_htmx(request) and "text/html" in request.headers.get("Accept", "")
    return wants_page and user is not None and user.is_authenticated


def refuse(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The 409 for a refusal, in the form that the asker reads."""
    if request.path.startswith("/api/"):
        problem = {"type": "about:blank", "title": _("Refused"), "status": 409, "detail": refusal.message}
        return JsonResponse(problem, status=409, content_type="application/problem+json")
    notice = Notice(refusal.message, tone="soon")
    return notice_response(request, notice, 409) if is_htmx(request) else errors.page(request, 409, notice)


def notice_response(request: HttpRequest, notice: Notice, status: int) -> HttpResponse:
    """A notice that htmx puts into the notice region whatever the asking element's own target was."""
    response = HttpResponse(render_notice(notice, request), status=status)
    response["HX-Retarget"] = NOTICE_REGION
    response["HX-Reswap"] = "innerHTML"
    response["HX-Reselect"] = ".notice"
    patch_vary_headers(response, ["HX-Request"])
    return response


def _leads_to_log_in(response: HttpResponseBase) -> bool:
    if response.status_code != 302:
        return False
    return urlsplit(response.headers.get("Location", "")).path == urlsplit(resolve_url(settings.LOGIN_URL)).path


def _log_in_again(request: HttpRequest) -> HttpResponse:
    """The reader comes back to the page they were on, not to the fragment it asked for."""
    page = urlsplit(request.headers.get("HX-Current-URL", ""))
    came_from = f"{page.path}?{page.query}" if page.query else page.path
    query = urlencode({"next": came_from}) if came_from else ""
    return HttpResponse(status=401, headers={"HX-Redirect": f"{resolve_url(settings.LOGIN_URL)}?{query}".rstrip("?")})


def _with_notices(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Append what was told meanwhile, out of band, so that the act's own fragment need not know of it."""
    is_fragment = (
        isinstance(response, HttpResponse)
        and response.status_code in (200, 201)
        and response.headers.get("Content-Type", "").startswith("text/html")
        and "HX-Redirect" not in response
    )
    notices = pending_notices(request) if is_fragment else []
    if notices and isinstance(response, HttpResponse):
        shown = "".join(render_notice(notice, request) for notice in notices)
        response.content += f'<div hx-swap-oob="innerHTML:{NOTICE_REGION}">{shown}</div>'.encode()
        response.headers.pop("Content-Length", None)
    return response
