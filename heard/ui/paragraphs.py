"""Plain text as HTML paragraphs; nothing in it is taken as HTML."""

from __future__ import annotations

import re

from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

LINKS = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")
LONGEST_SHOWN = 60_000


def paragraphs(text: str) -> SafeString:
    """Plain text as paragraphs, with line breaks and links; nothing in it is taken as HTML."""
    cut = text[:LONGEST_SHOWN]
    blocks = [block.strip("\n") for block in re.split(r"\n\s*\n", cut) if block.strip()]
    shown = format_html_join("", "<p>{}</p>", ((_lines(block),) for block in blocks))
    if len(text) > LONGEST_SHOWN:
        shown += format_html_join("", "<p>{}</p>", ((_("The rest is in the original."),),))
    return shown


def _lines(block: str) -> SafeString:
    escaped = "<br>".join(_with_links(line) for line in block.split("\n"))
    return mark_safe(escaped)  # noqa: S308 (each piece is escaped in _with_links)


def _with_links(line: str) -> str:
    pieces, end = [], 0
    for match in LINKS.finditer(line):
        address = escape(match.group(0))
        pieces.append(str(escape(line[end : match.start()])))
        pieces.append(f'<a href="{address}" rel="noopener noreferrer nofollow" target="_blank">{address}</a>')
        end = match.end()
    pieces.append(str(escape(line[end:])))
    return "".join(pieces)
