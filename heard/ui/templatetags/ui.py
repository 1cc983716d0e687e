"""`{% load ui %}`: icons, faces, chips, moments, waits, and what the skeleton of a page needs."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django import template
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import conditional_escape, escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from heard.lib.time import now
from heard.ui import icons, inserts, moments, notices, panels
from heard.ui.navigation import Count, Link
from heard.ui.paragraphs import paragraphs
from heard.ui.scripts import import_map as import_map_json
from heard.ui.stylesheet import stylesheet
from heard.ui.words import words_for_scripts

register = template.Library()
register.filter("paragraphs", paragraphs)

HERE = ' aria-current="page"'

# One meaning, one icon (docs: design, "Colour by meaning").
TONE_ICONS = {
    "kept": "check",
    "soon": "clock",
    "late": "circle-alert",
    "waiting": "hourglass",
    "note": "lock",
    "promise": "handshake",
    "signal": "highlighter",
    "improvement": "sprout",
}


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """`{% icon "inbox" %}`, `{% icon "inbox" "large" %}`. Raises UnknownIcon for a name that Lucide does not have."""
    return icons.svg(name, f"icon icon--{size}" if size else "icon")


@register.simple_tag
def chip(tone: str, text: str, icon: str = "", url: str = "") -> SafeString:
    """A state in a word: `{% chip "late" "2 days late" %}`. The tone brings its icon; `plain` and "" have none."""
    name = icon or TONE_ICONS.get(tone, "")
    inside = f"{icons.svg(name) if name else ''}{conditional_escape(text)}"
    css = escape(f"chip chip--{tone}" if tone else "chip")
    shown = f'<a class="{css}" href="{escape(url)}">{inside}</a>' if url else f'<span class="{css}">{inside}</span>'
    return mark_safe(shown)  # noqa: S308 (each piece is escaped)


@register.simple_tag
def face(name: str, size: str = "", *, ours: bool = False) -> SafeString:
    """Initials of a person: `{% face user.name "small" ours=True %}`. The name stands beside it, so it is hidden to ears."""
    css = f"face{' face--ours' if ours else ''}{f' face--{escape(size)}' if size else ''}"
    shown = f'<span class="{css}" aria-hidden="true">{escape(moments.initials(str(name or "")))}</span>'
    return mark_safe(shown)  # noqa: S308 (each piece is escaped)


@register.filter
def initials(name: str) -> str:
    return moments.initials(str(name or ""))


@register.simple_tag
def moment(value: datetime | date | None, style: moments.Style = "short", *, capital: bool = False) -> str:
    """`<time>` with the moment in words: styles short, exact, day, time, long. Empty for None."""
    if value is None:
        return ""
    words = moments.moment_in_words(value, now=now(), style=style)
    words = capfirst(words) if capital else words
    written = f'<time datetime="{value.isoformat()}" title="{escape(moments.exact_moment(value))}">{escape(words)}</time>'
    return mark_safe(written)  # noqa: S308 (each piece is escaped)


@register.filter
def duration(value: float | timedelta | None) -> str:
    """Seconds or a timedelta in words: "1 h 52 min", "2 days". Empty for None."""
    if value is None:
        return ""
    return moments.duration_in_words(value.total_seconds() if isinstance(value, timedelta) else value)


@register.simple_tag
def elapsed(since: datetime | None) -> str:
    """The time since then, which a script keeps true while the page is open."""
    if since is None:
        return ""
    words = moments.duration_in_words((now() - since).total_seconds())
    return format_html('<elapsed-time since="{}">{}</elapsed-time>', since.isoformat(), words)


@register.simple_tag
def wait(since: datetime, until: datetime | None, name: str) -> str:
    """The wait as the person felt it: "Ada waited 1 h 52 min"; while it runs, "Ada has been waiting for 1 h 44 min"."""
    if until is None:
        return format_html(_("{name} has been waiting for {duration}"), name=name, duration=elapsed(since))
    words = moments.duration_in_words((until - since).total_seconds())
    return format_html(_("{name} waited {duration}"), name=name, duration=words)


def waited_line(words: str, *, is_late: bool) -> str:
    """A line of a thread between two messages: how long somebody waited, in `words` that are escaped already."""
    if not is_late:
        return f'<li class="wait">{icons.svg("hourglass")}<span>{words}</span></li>'
    late = _("longer than we meant to")
    return f'<li class="wait wait--long">{icons.svg("circle-alert")}<span>{words}, {escape(late)}</span></li>'


def file_link(address: str, name: str, content_type: str, size: int) -> str:
    """A file under a message, to be kept by whoever reads it."""
    sign, shown = icons.svg("image" if content_type.startswith("image/") else "paperclip"), escape(name or _("file"))
    length = f'<span class="quiet">{escape(filesizeformat(size))}</span>'
    return f'<a class="message__file" href="{escape(address)}" download>{sign}{shown} {length}</a>'


@register.simple_tag(name="count")
def count_(number: int | None, tone: str = "", label: str = "") -> str:
    """A number beside a name, "1,000+" above a thousand. Empty for None; `label` is read out before it."""
    if number is None:
        return ""
    css = f"count count--{tone}" if tone else "count"
    said = format_html('<span class="hidden">{}: </span>', label) if label else ""
    return format_html('<span class="{}">{}{}</span>', css, said, moments.count_in_words(number))


@register.filter
def beginning(text: str, length: int) -> str:
    """The first `length` characters, with … when there are more: `truncatechars` without its look at every single one."""
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


@register.filter
def in_thousands(number: int) -> str:
    """A number with the language's own grouping, never cut: 31,204 or 31.204."""
    return moments.count_in_words(number, most=10**18)


@register.simple_tag
def nav_links(links: Iterable[Link]) -> SafeString:
    """Lines of the rail. Written here, since every page has a dozen of them."""
    lines = (
        f'<li><a class="nav__link" href="{escape(link.url)}"{HERE if link.is_here else ""}>'
        f"{icons.svg(link.icon)}<span>{escape(link.name)}</span>{_badge(link.count)}</a></li>"
        for link in links
    )
    return mark_safe("".join(lines))  # noqa: S308 (each piece is escaped)


@register.simple_tag
def menu_links(links: Iterable[Link]) -> SafeString:
    """The same pages as lines of one's own menu."""
    lines = (f'<li><a class="menu__item" href="{escape(link.url)}">{icons.svg(link.icon)}{escape(link.name)}</a></li>' for link in links)
    return mark_safe("".join(lines))  # noqa: S308 (each piece is escaped)


def _badge(count: Count | None) -> str:
    return count_(count.number, count.tone, str(count.label)) if count else ""


@register.simple_tag
def promise(
    what: str, terms: str = "", state: str = "", *, tone: str = "", share: float | None = None, inline: bool = False, url: str = ""
) -> SafeString:
    """A promise as an object. `tone`: "" (in time), soon, late, kept, target; `share` of its time gone, 0 to 1; `url` is its own page."""
    css = f"promise{f' promise--{escape(tone)}' if tone else ''}{' promise--inline' if inline else ''}"
    inside = f'<a href="{escape(url)}">{conditional_escape(what)}</a>' if url else conditional_escape(what)
    further = (
        f'<p class="promise__{name}">{conditional_escape(words)}</p>' for name, words in (("terms", terms), ("state", state)) if words
    )
    written = f'<article class="{css}">{_ring(tone, share)}<p class="promise__what">{inside}</p>{"".join(further)}</article>'
    return mark_safe(written)  # noqa: S308 (each piece is escaped)


def _ring(tone: str, share: float | None) -> str:
    """How much of the time is gone; what is late or kept has a sign instead."""
    filled = round(100 * min(max(share or 0, 0), 1))
    signs = {
        "late": '<circle cx="11" cy="11" r="8.5" stroke-width="2"/><path d="M11 6.5v5M11 15v.1" stroke-width="2.2"/>',
        "kept": '<circle cx="11" cy="11" r="8.5" stroke-width="2"/><path d="m7.5 11.2 2.4 2.4 4.6-4.8" stroke-width="2"/>',
    }
    running = (
        '<circle class="promise__track" cx="11" cy="11" r="8.5" stroke-width="2.5"/><circle cx="11" cy="11" r="8.5" stroke-width="2.5" '
        f'pathLength="100" stroke-dasharray="{filled} 100" transform="rotate(-90 11 11)"/>'
    )
    return f'<svg class="promise__ring" viewBox="0 0 22 22" aria-hidden="true">{signs.get(tone, running)}</svg>'


@register.simple_tag(takes_context=True)
def panels_at(context: template.Context, place: str, *args: Any, **kwargs: Any) -> SafeString:
    """Other apps' panels at a place of this page, each loaded by itself: `{% panels_at "conversation.aside" 12 %}`."""
    addresses = panels.addresses(place, *args, **kwargs)
    return format_html_join(
        "",
        '<div class="panel-place" hx-get="{}" hx-trigger="load" hx-swap="outerHTML"></div>',
        ((address,) for address in addresses),
    )


@register.simple_tag(takes_context=True)
def inserts_at(context: template.Context, place: str) -> SafeString:
    """What other apps put at a place of the frame: `{% inserts_at "page.top" %}`. Nothing when nobody does."""
    return inserts.inserted(place, context.get("request"))


@register.simple_tag(takes_context=True)
def pending_notices(context: template.Context) -> list[notices.Notice]:
    """What was told and not yet shown; under htmx nothing, because the middleware sends it beside the fragment."""
    request: HttpRequest | None = context.get("request")
    if request is None or request.headers.get("HX-Request") == "true" or not hasattr(request, "_messages"):
        return []
    return notices.pending_notices(request)


@register.simple_tag
def stylesheet_address() -> str:
    return reverse("ui:stylesheet", args=[stylesheet().digest])


@register.simple_tag
def import_map() -> SafeString:
    return mark_safe(import_map_json())  # noqa: S308  (json.dumps with "<" escaped)


@register.simple_tag
def words() -> str:
    return words_for_scripts()


@register.simple_tag
def keys() -> SafeString:
    """The dialog of keys, written once for each language: it is the same on every page."""
    return _keys(get_language() or "")


@cache
def _keys(language: str) -> SafeString:
    return render_to_string("ui/_keys.html")


@register.simple_tag
def htmx_config() -> str:
    return HTMX_CONFIG


# htmx 2 swaps no 4xx by itself; forms answer 422 with themselves and refusals are 409. No eval, no injected style.
HTMX_CONFIG = (
    '{"responseHandling":[{"code":"204","swap":false},{"code":"[23]..","swap":true},'
    '{"code":"(409|422)","swap":true,"error":false},{"code":"[45]..","swap":false,"error":true}],'
    '"includeIndicatorStyles":false,"allowEval":false,"historyCacheSize":0,"selfRequestsOnly":true}'
)
