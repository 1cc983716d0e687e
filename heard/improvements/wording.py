"""What we say to those who raised something, beside the words of whoever tells them: greeting, first draft, links, their own words."""

from __future__ import annotations

import re
from functools import lru_cache

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from heard.improvements.models import Decision, State

_NOT_A_NAME = re.compile(r"[@,\d/|]")


def greeting(name: str, language: str) -> str:
    """The first line, with the first name where there is one; an address or a company's style of name is none."""
    first = "" if _NOT_A_NAME.search(name) else next(iter(name.split()), "")
    named, nameless = _hello(language)
    return named % {"name": first} if first else nameless


@lru_cache
def _hello(language: str) -> tuple[str, str]:
    with translation.override(language):
        # Translators: the first line of a mail to a customer.
        return _("Hello %(name)s,"), _("Hello,")


def first_draft(decision: Decision, language: str) -> str:
    """Words to begin with, from what was decided and its public reason."""
    title, reason = decision.improvement.title, decision.public_reason
    with translation.override(language):
        sentences = {
            State.CONSIDERING: _("You told us about something, and we are looking into it: %(title)s."),
            State.PLANNED: _("You told us about something, and we are going to change it: %(title)s."),
            State.DOING: _("You told us about something, and we are changing it: %(title)s."),
            State.DONE: _("You told us about something, and it is done: %(title)s."),
            State.DECLINED: _("You asked us for something, and after careful thought we said no: %(title)s."),
        }
        # Translators: the end of a mail that tells customers what came of what they said.
        thanks = pgettext("end of a mail to customers", "Thank you for telling us.")
        parts = [sentences[State(decision.state)] % {"title": title.rstrip(".")}, reason, thanks]
    return "\n\n".join(part for part in parts if part)


def own_words(words: str, day: str) -> str:
    """The reminder of what they had said, in the present language. Empty when there are no words any more."""
    return _("On %(day)s you told us: “%(words)s”") % {"day": day, "words": " ".join(words.split())} if words.strip() else ""


def question(address: str) -> str:
    """The lines with the link by which they say whether it helped, in the present language."""
    return _("Did that solve it, or is it not for you? Tell us with one click:") + f"\n{address}"


def farewell(address: str) -> str:
    """The line with the link by which they end such mail, in the present language."""
    return _("If you would rather not hear what comes of what you tell us:") + f"\n{address}"
