"""One message: its formatted letter in a frame of its own, its files, its original."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from heard.accounts.selectors import readable_audience_ids
from heard.channels.email.frames import frame_document
from heard.channels.email.parsing import attachment as attachment_bytes
from heard.conversations.selectors import get_message
from heard.files import store
from heard.files.models import Blob
from heard.inbound.models import Inbound
from heard.timeline.models import Attachment

FRAME_POLICY = "sandbox allow-same-origin allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:{remote}"
IMAGE_SECONDS = 600
SHOWN_INLINE = {"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"}


@login_required
@require_safe
def show(request: HttpRequest, message_id: int) -> HttpResponse:
    """The letter as it was sent, alone on its page."""
    message = get_message(request.user, message_id)
    return render(
        request, "web/message.html", {"message": message, "conversation": message.conversation, "remote": "remote" in request.GET}
    )


@login_required
@require_safe
def details(request: HttpRequest, message_id: int) -> HttpResponse:
    """Whom a message went to and why it is where it is: asked for by few, so not loaded with the thread."""
    message = get_message(request.user, message_id)
    return render(request, "web/_message_details.html", {"message": message, "conversation": message.conversation})


@login_required
@xframe_options_sameorigin
@require_safe
def frame(request: HttpRequest, message_id: int) -> HttpResponse:
    """The document inside the frame: sanitised once more by its own policy, without scripts, remote images only when asked."""
    message = get_message(request.user, message_id)
    wants_remote = "remote" in request.GET
    images = {file.content_id: file.pk for file in message.interaction.attachments.all() if file.content_id}
    document = frame_document(
        message.html, image_url_for_cid=lambda cid: _signed_image(images.get(cid)), show_remote=(lambda url: url) if wants_remote else None
    )
    response = HttpResponse(document)
    response["Content-Security-Policy"] = FRAME_POLICY.format(remote=" https:" if wants_remote else "")
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
def image(request: HttpRequest, token: str) -> HttpResponse:
    """An inline image by an address that was signed for ten minutes: the frame has no session of its own."""
    try:
        number = signing.loads(token, salt="inline-image", max_age=IMAGE_SECONDS)
    except signing.BadSignature:
        raise Http404 from None
    file = get_object_or_404(Attachment.objects.select_related("blob"), pk=number)
    if file.content_type not in SHOWN_INLINE:
        raise Http404
    response = HttpResponse(_bytes_of(file), content_type=file.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = f"private, max-age={IMAGE_SECONDS}"
    return response


@login_required
@require_safe
def attachment(request: HttpRequest, number: int) -> HttpResponse:
    """A file, always as a download and never as a page."""
    files = Attachment.objects.filter(interaction__audience__in=readable_audience_ids(request.user)).select_related("blob")
    file = get_object_or_404(files, pk=number)
    return _download(_bytes_of(file), file.name or "file", file.content_type)


@login_required
@require_safe
def raw(request: HttpRequest, message_id: int) -> HttpResponse:
    """The original as it came."""
    message = get_message(request.user, message_id)
    inbound = Inbound.objects.filter(interaction=message.interaction, is_copy=False).select_related("blob").first()
    if inbound is None or inbound.blob is None:
        raise Http404
    return _download(_read(inbound.blob), f"message-{message.pk}.eml", "message/rfc822")


def _signed_image(number: int | None) -> str | None:
    return reverse("web:inline_image", args=[signing.dumps(number, salt="inline-image")]) if number else None


def _bytes_of(file: Attachment) -> bytes:
    whole = _read(file.blob)
    return whole if file.part is None else attachment_bytes(whole, file.part)


def _read(blob: Blob) -> bytes:
    try:
        return store.read(blob)
    except store.MissingBytes:
        raise Http404 from None


def _download(content: bytes, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(
        content, content_type="application/octet-stream" if "html" in content_type or "svg" in content_type else content_type
    )
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
