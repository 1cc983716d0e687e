"""The rows of the inbox. Fifty of them, each of twenty pieces, take a template engine longer than all else on the page: a function writes them."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from heard.conversations.models import Conversation
from heard.ui.templatetags.quick import numbered_address
from heard.ui.templatetags.ui import beginning, chip, face
from heard.web.inbox_rows import Row

register = template.Library()
LONGEST_WORDS = 160


@register.simple_tag
def inbox_rows(rows: Iterable[Row]) -> SafeString:
    """Conversations as rows: who, about what and the last words, what is owed, and with whom it is."""
    written = (_row(row, numbered_address("web:conversation", row.conversation.pk)) for row in rows)
    return mark_safe("".join(written))  # noqa: S308 (each piece is escaped below)


def _row(row: Row, address: str) -> str:
    one = row.conversation
    name = one.customer.display_name if one.customer else ""
    unknown, without = _("Name unknown"), _("No subject")
    who = escape(name) if name else f'<span class="quiet">{escape(unknown)}</span>'
    owed = chip(row.chip.tone, row.chip.text) if row.chip else ""
    return (
        f'<li class="row"><p class="row__who">{face(name)}<span>{who}</span></p>'
        f'<div class="row__talk"><a class="row__link" href="{address}">{escape(one.subject or without)}</a>{_words(one)}</div>'
        f'<p class="row__owed">{owed}</p><p class="row__meta">{_with_whom(one)}</p></li>'
    )


def _words(one: Conversation) -> str:
    words = escape(beginning(getattr(one, "words", None) or "", LONGEST_WORDS))
    if one.last_direction != "out":
        return f'<p class="row__words">{words}</p>'
    we = _("We:")
    return f'<p class="row__words row__words--ours">{escape(we)} {words}</p>'


def _with_whom(one: Conversation) -> str:
    if one.assignee is None:
        return escape(_("Unassigned"))
    word = _("With")
    said = f'<span class="hidden">{escape(word)} </span>'
    return f"{said}{face(one.assignee.name, 'small', ours=True)} {escape(one.assignee.first_name)}"
