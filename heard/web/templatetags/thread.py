"""The thread of a conversation. Each message has thirty pieces, which take a template engine longer than all else on the page: functions
write them. What few messages have, a question to a colleague or its answer, stays a template.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from heard.conversations.models import Ask, AskAnswer, Conversation, Message
from heard.conversations.thread import Line, Wait
from heard.timeline.models import Interaction
from heard.ui.paragraphs import paragraphs
from heard.ui.templatetags.quick import numbered_address
from heard.ui.templatetags.ui import chip, duration, elapsed, face, file_link, icon, moment, promise, wait, waited_line
from heard.web.templatetags.marks import meanings_of, said_words
from heard.web.templatetags.web import answer_in, ask_in, delivery_chip, speaker

register = template.Library()


@dataclass(frozen=True, slots=True)
class _Page:
    """What the lines of one page have in common."""

    conversation: Conversation
    name: str
    can_write: bool
    csrf_token: Any

    def render(self, name: str, **further: Any) -> str:
        """One of the templates for what is seldom there."""
        return render_to_string(name, {"csrf_token": self.csrf_token, "can_write": self.can_write, **further})


@register.simple_tag(takes_context=True)
def thread_lines(context: template.Context, lines: Iterable[Line]) -> SafeString:
    """Messages, and between them how long somebody waited."""
    person = context.get("person")
    name = (person.first_name if person else "") or _("The customer")
    page = _Page(context["conversation"], name, context["user"].can_write, context.get("csrf_token"))
    return mark_safe("".join(_line(line, page) for line in lines))  # noqa: S308 (each piece is escaped below)


def _line(line: Line, page: _Page) -> str:
    if line.wait:
        return _silence(line.wait) if line.wait.is_silence else _waiting(line.wait, page)
    return page.render("web/_inner_wait.html", wait=line.inner) if line.inner else _message(line.message, page)


# Waits


def _silence(one: Wait) -> str:
    if one.until:
        words = escape(_("%(time)s, and a promise passed without a word from us")) % {"time": escape(duration(one.length))}
    else:
        words = escape(_("A promise passed. We have said nothing for %(time)s.")) % {"time": elapsed(one.since)}
    return f'<li class="wait wait--long">{icon("circle-alert")}<span>{words}</span></li>'


def _waiting(one: Wait, page: _Page) -> str:
    words = wait(one.since, one.until, page.name)
    if one.until is None:
        return f'<li class="wait wait--now">{icon("clock")}<span>{words}.{_due(one, page.conversation)}</span></li>'
    return waited_line(words, is_late=one.is_late)


def _due(one: Wait, conversation: Conversation) -> str:
    """When an answer is due, behind a wait that runs."""
    if not conversation.due_at or conversation.due_kind == "by_hand":
        return ""
    if one.is_late:
        passed = _("The time to answer has passed.")
        return f" {escape(passed)}"
    return " " + escape(_("A reply is due by %(by)s.")) % {"by": moment(conversation.due_at, "time")}


# Messages


def _message(message: Message, page: _Page) -> str:
    said, speaks = message.interaction, speaker(message)
    side = {"internal": " message--note", "out": " message--ours"}.get(said.direction, "")
    ask, answer = (ask_in(message), answer_in(message)) if said.direction == "internal" else (None, None)
    return (
        f'<li><article class="message{side}{" message--automatic" if said.is_automatic else ""}" id="message-{message.pk}" '
        f'aria-labelledby="m{message.pk}"><header class="message__head">{face(speaks.name, ours=speaks.is_ours)}'
        f'<h3 id="m{message.pk}">{escape(speaks.name)}</h3><span class="message__way">{_way(message, ask, answer, page)}</span>'
        f"{moment(said.happened_at, 'exact')}</header>{_erased() if said.erased_at else _inside(message, ask, answer, page)}</article></li>"
    )


def _way(message: Message, ask: Ask | None, answer: AskAnswer | None, page: _Page) -> str:
    """How it came, or whom it is for."""
    said = message.interaction
    if ask or answer:
        return page.render("web/_inner_way.html", message=message, ask=ask, answer=answer)
    if said.direction == "internal":
        return escape(_("Note, only colleagues see it"))
    if message.kind == "acknowledgement":
        return escape(_("said that it arrived"))
    if said.is_automatic:
        return escape(_("automatic message"))
    if said.channel != "portal":
        return escape(_("by e-mail"))
    on_their_page = {
        "not_yet": _("says: not solved yet"),
        "not_me": _("says: this is not me"),
        "correction": _("corrects us, on their own page"),
    }
    return escape(on_their_page.get(said.kind) or _("on their own page"))


def _erased() -> str:
    word = _("Erased at the person’s wish.")
    return f'<div class="message__body"><p class="quiet">{escape(word)}</p></div>'


def _inside(message: Message, ask: Ask | None, answer: AskAnswer | None, page: _Page) -> str:
    """The words, and under them what belongs to them."""
    said = message.interaction
    signals = numbered_address("web:signals", message.pk)
    may_mark = page.can_write and said.direction != "out" and not said.is_automatic
    mark = f' data-mark="{signals}"' if may_mark else ""
    return (
        f'<div class="message__body"><div class="message__said"{mark}>{said_words(said)}</div>{_quoted(said)}</div>{_promised(message)}'
        f'<div class="message__foot">{_given(message)}{_files(said)}{_meanings(said, signals)}{_marking(signals) if may_mark else ""}'
        f"{delivery_chip(message)}{_asked(ask, answer, page)}{_details(message) if said.direction != 'internal' else ''}</div>"
    )


def _quoted(said: Interaction) -> str:
    if not said.quoted:
        return ""
    more = _("Show the quoted rest")
    return f'<details class="message__quoted"><summary class="message__more">{escape(more)}</summary>{paragraphs(said.quoted)}</details>'


def _promised(message: Any) -> str:
    """What was promised with this message: `promised`, which the page's view has put there."""
    shown = "".join(promise(one.what, one.terms, one.state, tone=one.tone, share=one.share, url=one.url) for one in message.promised)
    return f'<div class="promises message__promises">{shown}</div>' if shown else ""


def _given(message: Any) -> str:
    return "".join(chip("plain", one, "gift") for one in message.given)


def _files(said: Interaction) -> str:
    shown = (file for file in said.attachments.all() if not file.is_inline)
    return "".join(file_link(numbered_address("web:attachment", one.pk), one.name, one.content_type, one.size) for one in shown)


def _meanings(said: Interaction, signals: str) -> str:
    return "".join(
        f'<a class="chip chip--signal" href="{signals}#signal-{one.signal_id}">{icon("highlighter")}{escape(one.name)}</a>'
        for one in meanings_of(said)
    )


def _marking(signals: str) -> str:
    words = _("Mark words")
    return f'<a class="link small message__mark" href="{signals}">{escape(words)}</a>'


def _asked(ask: Ask | None, answer: AskAnswer | None, page: _Page) -> str:
    """What became of a question; and, under an automatic reply to one, that it was the answer after all."""
    state = page.render("web/_ask_state.html", ask=ask) if ask else ""
    if answer and answer.is_automatic and answer.ask.is_open and page.can_write:
        state += page.render("web/_is_answer.html", answer=answer)
    return state


def _details(message: Message) -> str:
    details, alone = _("Details"), _("Show the message by itself")
    return (
        f'<details class="message__details" hx-get="{numbered_address("web:message_details", message.pk)}" hx-trigger="toggle once" '
        f'hx-target="find .facts" hx-swap="outerHTML"><summary class="link small">{escape(details)}</summary><p class="facts small">'
        f'<a href="{numbered_address("web:message", message.pk)}">{escape(alone)}</a></p></details>'
    )
