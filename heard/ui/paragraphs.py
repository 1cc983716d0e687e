"""Plain text as HTML paragraphs; nothing in it is taken as HTML."""

from __future__ import annotations

import re
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

LINKS = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")
LONGEST_SHOWN = 60_000


def paragraphs(text: str) -> SafeString:
    """Plain text as paragraphs, with line breaks and links; nothing in it is taken as HTML."""
    cut = text[:LONGEST_SHOWN]
    blocks = [block.strip("\n") for block in re.split(r"\n\s*\n", cut) if block.strip()]
    shown = [f"<p>{'<br>'.join(map(_with_links, block.split(chr(10))))}</p>" for block in blocks]
    if len(text) > LONGEST_SHOWN:
        rest = _("The rest is in the original.")
        shown.append(f"<p>{escape(rest)}</p>")
    return mark_safe("".join(shown))  # noqa: S308 (each line is escaped in _with_links)


def _with_links(line: str) -> str:
    if "://" not in line:
        return escape(line)
    pieces, end = [], 0
    for match in LINKS.finditer(line):
        address = escape(match.group(0))
        pieces.append(escape(line[end : match.start()]))
        pieces.append(f'<a href="{address}" rel="noopener noreferrer nofollow" target="_blank">{address}</a>')
        end = match.end()
    pieces.append(escape(line[end:]))
    return "".join(pieces)
