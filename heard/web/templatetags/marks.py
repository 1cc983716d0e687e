"""The words of a message as paragraphs, with what was marked in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from heard.insights.rules import stretches
from heard.insights.selectors import Mark
from heard.timeline.models import Interaction
from heard.ui.paragraphs import LINKS, LONGEST_SHOWN, _with_links, paragraphs

register = template.Library()
_BETWEEN = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing that a message shows, for the chip under it."""

    name: str
    signal_id: int


@register.simple_tag
def said_words(said: Interaction) -> SafeString:
    """What was said, in paragraphs, with marked words underlined: `said.marks`, which the page's view has put there."""
    marks: Sequence[Mark] = getattr(said, "marks", ())
    if not marks:
        return paragraphs(said.text)
    cut = said.text[:LONGEST_SHOWN]
    shown = format_html_join("", "<p>{}</p>", ((_block(cut, start, end, marks),) for start, end in _blocks(cut)))
    if len(said.text) > LONGEST_SHOWN:
        shown += format_html("<p>{}</p>", _("The rest is in the original."))
    return shown


def meanings_of(said: Interaction) -> list[Meaning]:
    """What a message shows, each once: its themes, or the kind where there is no theme."""
    found: dict[str, Meaning] = {}
    for mark in getattr(said, "marks", ()):
        name = mark.theme or capfirst(mark.kind_name)
        found.setdefault(name, Meaning(name, mark.signal_id))
    return list(found.values())


def _blocks(text: str) -> Iterable[tuple[int, int]]:
    """Where the paragraphs of a text stand, as `paragraphs` cuts them."""
    begun = 0
    for end, following in [*((gap.start(), gap.end()) for gap in _BETWEEN.finditer(text)), (len(text), len(text))]:
        block = text[begun:end]
        if block.strip():
            start = begun + len(block) - len(block.lstrip("\n"))
            yield start, begun + len(block.rstrip("\n"))
        begun = following


def _block(text: str, start: int, end: int, marks: Sequence[Mark]) -> SafeString:
    pieces, place = [], start
    for line in text[start:end].split("\n"):
        pieces.append(_line(line, place, marks))
        place += len(line) + 1
    return mark_safe("<br>".join(pieces))  # noqa: S308 (each piece is escaped in _line)


def _line(line: str, at: int, marks: Sequence[Mark]) -> str:
    parts = stretches(len(line), [(mark.start - at, mark.end - at) for mark in marks])
    cuts = {part.start for part in parts}
    is_link_cut = any(cut for link in LINKS.finditer(line) for cut in cuts if link.start() < cut < link.end())
    pieces = []
    for part in parts:
        words = line[part.start : part.end]
        shown = format_html("{}", words) if is_link_cut else mark_safe(_with_links(words))  # noqa: S308 (escaped there)
        if part.covered_by:
            title = " · ".join(_title(marks[number]) for number in part.covered_by)
            shown = format_html('<mark class="signal" title="{}">{}</mark>', title, shown)
        pieces.append(str(shown))
    return "".join(pieces)


def _title(mark: Mark) -> str:
    return f"{capfirst(mark.kind_name)}: {mark.theme}" if mark.theme else capfirst(mark.kind_name)
