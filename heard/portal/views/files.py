"""A file of the thread, for whoever may read the message it came with."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from heard.channels.email.envelope import UnreadableEmail
from heard.channels.email.parsing import attachment as content_of
from heard.files import store
from heard.portal.links import open_page
from heard.portal.selectors import file_for
from heard.portal.views.page import closed_door
from heard.ui.unguessable import unguessable_page


@unguessable_page
@require_safe
def show(request: HttpRequest, token: str, number: int) -> HttpResponse:
    """Always as a download and never as a page."""
    page = open_page(token)
    if page is None:
        return closed_door(request, token)
    file = file_for(page.conversation.pk, page.identity.pk, number)
    if file is None:
        raise Http404
    try:
        whole = store.read(file.blob)
        content = whole if file.part is None else content_of(whole, file.part)
    except (store.MissingBytes, LookupError, UnreadableEmail):
        raise Http404 from None
    is_active = "html" in file.content_type or "svg" in file.content_type or "xml" in file.content_type
    response = HttpResponse(content, content_type="application/octet-stream" if is_active else file.content_type)
    response["Content-Disposition"] = content_disposition_header(True, file.name or "file") or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
