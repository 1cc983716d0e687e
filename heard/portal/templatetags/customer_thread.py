"""The customer's thread. Ten messages of twenty pieces each take a template engine longer than all else on the page: a function writes them."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from heard.conversations.models import Message
from heard.conversations.thread import Line, Wait
from heard.people.models import Identity
from heard.portal.templatetags.portal import not_arrived, speaking, waited
from heard.timeline.models import Interaction
from heard.ui.paragraphs import paragraphs
from heard.ui.templatetags.ui import elapsed, face, file_link, icon, moment, waited_line

register = template.Library()


@register.simple_tag
def thread_lines(lines: Iterable[Line], identity: Identity, token: str) -> SafeString:
    """What was said, with its files, and between the messages how long they waited."""
    written = (_waiting(line.wait) if line.wait else _message(line.message, identity, token) for line in lines)
    return mark_safe("".join(written))  # noqa: S308 (each piece is escaped below)


def _message(message: Message, identity: Identity, token: str) -> str:
    said = message.interaction
    speaks = speaking(message, identity)
    css = f"message{' message--ours' if said.direction == 'out' else ''}{' message--automatic' if said.is_automatic else ''}"
    return (
        f'<li><article class="{css}" id="message-{message.pk}" aria-labelledby="m{message.pk}"><header class="message__head">'
        f'{face(speaks.name, ours=speaks.is_ours)}<h3 id="m{message.pk}">{escape(speaks.name)}</h3>'
        f'<span class="message__way">{escape(speaks.way)}</span>{moment(said.happened_at, "exact")}</header>'
        f"{_erased() if said.erased_at else _words(message, said, token)}</article></li>"
    )


def _erased() -> str:
    word = _("Erased.")
    return f'<div class="message__body"><p class="quiet">{escape(word)}</p></div>'


def _words(message: Message, said: Interaction, token: str) -> str:
    files = "".join(
        file_link(reverse("portal:file", args=[token, one.pk]), one.name, one.content_type, one.size) for one in said.attachments.all()
    )
    return f'<div class="message__body">{paragraphs(said.text)}</div><div class="message__foot">{files}{not_arrived(message)}</div>'


def _waiting(wait: Wait) -> str:
    if wait.until is None:
        running = escape(_("You have been waiting for %(time)s")) % {"time": elapsed(wait.since)}
        return f'<li class="wait wait--now">{icon("clock")}<span>{running}</span></li>'
    return waited_line(escape(_("You waited %(time)s")) % {"time": escape(waited(wait.since, wait.until))}, is_late=wait.is_late)
