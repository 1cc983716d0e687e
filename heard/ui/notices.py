"""What we tell people after an act: a sentence, and where it can be undone, the way back."""

import json
from dataclasses import asdict, dataclass
from typing import Literal

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest
from django.template.loader import render_to_string

Tone = Literal["", "kept", "soon", "late"]
ICONS = {"": "info", "kept": "check", "soon": "circle-alert", "late": "circle-alert"}
TONE_OF_LEVEL = {messages.SUCCESS: "kept", messages.WARNING: "soon", messages.ERROR: "late"}


@dataclass(frozen=True, slots=True)
class Notice:
    """`title` says what happened, `text` what follows; `undo` is an address that takes the act back by POST."""

    title: str
    text: str = ""
    tone: str = ""
    undo: str = ""
    link: str = ""
    link_name: str = ""

    @property
    def icon(self) -> str:
        return ICONS.get(self.tone, "info")


def tell(
    request: HttpRequest,
    title: str,
    text: str = "",
    *,
    tone: Tone = "kept",
    undo: str = "",
    link: str = "",
    link_name: str = "",
) -> None:
    """Show a notice on the next page, or at once under htmx (the middleware adds it to the fragment).

    tell(request, _("Closed."), undo=reverse("conversations:reopen", args=[12]))
    """
    notice = Notice(title, text, tone, undo, link, link_name)
    messages.add_message(request, messages.INFO, title, extra_tags=json.dumps(asdict(notice)), fail_silently=True)


def notice_of(message: Message) -> Notice:
    """A notice from what `tell` stored, or from any other app's plain Django message."""
    try:
        return Notice(**json.loads(message.extra_tags or ""))
    except (ValueError, TypeError):
        return Notice(str(message.message), tone=TONE_OF_LEVEL.get(message.level, ""))


def pending_notices(request: HttpRequest) -> list[Notice]:
    """The notices not yet shown; reading them takes them from the store."""
    return [notice_of(message) for message in messages.get_messages(request)]


def render_notice(notice: Notice, request: HttpRequest | None = None) -> str:
    return render_to_string("ui/_notice.html", {"notice": notice}, request)
