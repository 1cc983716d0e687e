"""`{% load timeline %}`: the lines of a time line, put together here because a page has dozens and a template takes ten times as long."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from django import template
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from heard.lib.time import now
from heard.ui import icons, moments
from heard.web.story_filters import StoryForm
from heard.web.timeline import TimelineLine

register = template.Library()
SHOWN = 200
BETWEEN = mark_safe(" · ")


@register.simple_tag
def timeline_items(lines: Iterable[TimelineLine]) -> SafeString:
    """`<li>` for each line: what happened, their words in their voice, what these mean; and under it when, by which way, by whom."""
    moment = now()
    return mark_safe("".join(_item(one, moments.moment_in_words(one.at, now=moment, style="exact")) for one in lines))  # noqa: S308 (each is safe)


def _item(one: TimelineLine, when: str) -> SafeString:
    line = one.line
    what = format_html('<a href="{}">{}</a>', line.url, line.what) if line.url else conditional_escape(line.what)
    if line.words:
        said = line.words if len(line.words) <= SHOWN else f"{line.words[: SHOWN - 1].rstrip()}…"
        what += format_html(': <span class="words">{}</span>' if one.is_theirs else ": <span>{}</span>", said)
    for meaning in one.meanings:
        what += format_html(' <span class="chip chip--signal">{}{}</span>', icons.svg("highlighter"), meaning)
    dot = f"timeline__dot timeline__dot--{one.tone}" if one.tone else "timeline__dot"
    under = [
        _("by %(way)s") % {"way": one.way} if one.way else "",
        line.by,
        _("owed by %(who)s") % {"who": one.owner} if one.owner else "",
        one.via,
        format_html('<span class="timeline__stage">{}</span>', one.stage) if one.stage else "",
    ]
    return format_html(
        '<li class="timeline__item"><span class="{}">{}</span><p class="timeline__what">{}</p>'
        '<p class="timeline__when"><time datetime="{}">{}</time>{}</p></li>',
        dot, icons.svg(line.icon), what, one.at.isoformat(), when,
        mark_safe("".join(BETWEEN + conditional_escape(part) for part in under if part)),  # noqa: S308 (escaped)
    )  # fmt: skip


@register.simple_tag
def story_filter(form: StoryForm) -> SafeString:
    """The form that narrows a story. One in which nothing is chosen is the same for everybody, and made once for each language."""
    return _filter(form) if form.is_in_use else _plain_filter(get_language() or "")


@cache
def _plain_filter(language: str) -> SafeString:
    return _filter(StoryForm({}))


def _filter(form: StoryForm) -> SafeString:
    return render_to_string("web/_story_filter.html", {"form": form})
