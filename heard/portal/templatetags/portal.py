"""Small words of a customer's page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heard.conversations.models import DeliveryState, Message, MessageKind
from heard.lib.time import now
from heard.people.models import Identity
from heard.ui.moments import duration_in_words, moment_in_words
from heard.ui.templatetags.ui import beginning, chip

register = template.Library()

SPELLED = {"kind", "direction", "channel", "source", "state", "conversation", "page", "how", "purpose", "reason", "proved_by"}
"""Fields whose values are words of ours: on a page they are shown only as VALUES say."""
VALUES = {
    ("direction", "in"): gettext_lazy("you to us"),
    ("direction", "out"): gettext_lazy("we to you"),
    ("channel", "email"): gettext_lazy("by e-mail"),
    ("channel", "portal"): gettext_lazy("on your page"),
    ("kind", "acknowledgement"): gettext_lazy("said that it arrived"),
    ("kind", "email"): gettext_lazy("e-mail"),
    ("kind", "name"): gettext_lazy("name"),
    ("kind", "phone"): gettext_lazy("telephone"),
    ("proved_by", "code"): gettext_lazy("by a code"),
    ("state", "open"): gettext_lazy("in hand"),
    ("state", "kept"): gettext_lazy("kept"),
    ("state", "released"): gettext_lazy("let go"),
    ("answer", "solved"): gettext_lazy("solved"),
    ("answer", "not_yet"): gettext_lazy("not yet"),
    ("verdict", "same"): gettext_lazy("the same person"),
    ("verdict", "different"): gettext_lazy("not the same person"),
    ("reason", "not_me"): gettext_lazy("you said: this is not me"),
    ("reason", "colleague"): gettext_lazy("a colleague stopped them"),
}


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks, and how it came."""

    name: str
    is_ours: bool
    way: str


def speaking(message: Message, identity: Identity) -> Speaker:
    """A colleague, the company, or the customer: “you”. No query for a loaded thread."""
    said = message.interaction
    if said.direction == "in":
        way = {"not_yet": _("you said"), "correction": _("you corrected"), "not_me": _("you said")}.get(said.kind, _("you wrote"))
        return Speaker(identity.display_name or _("You"), False, way)
    name = said.author.name if said.author is not None else message.mailbox.name if message.mailbox else _("We")
    way = _("said that it arrived") if message.kind == MessageKind.ACKNOWLEDGEMENT else _("to you")
    return Speaker(name, True, way)


def waited(since: datetime, until: datetime) -> str:
    """How long, in words."""
    return duration_in_words((until - since).total_seconds())


def not_arrived(message: Message) -> SafeString | str:
    """That a mail of ours did not reach them; nothing for all others."""
    delivery = getattr(message, "delivery", None)
    if delivery is not None and delivery.state in (DeliveryState.BOUNCED, DeliveryState.FAILED):
        return chip("late", _("This never reached your mailbox. Here it is."))
    return ""


@register.filter
def phone_digits(phone: str) -> str:
    """A telephone number as a link needs it: digits, and the plus before them."""
    return ("+" if phone.strip().startswith("+") else "") + "".join(letter for letter in phone if letter.isdigit())


@register.filter
def phone_unbroken(phone: str) -> str:
    """A telephone number that stays on one line."""
    return phone.strip().replace(" ", "\N{NO-BREAK SPACE}")


@register.simple_tag
def held_row(row: dict[str, Any]) -> SafeString:
    """One row of what we hold: its words first, then what else it says, in words of people."""
    words = str(next((row[name] for name in ("text", "what", "value", "name", "who") if row.get(name)), ""))
    files = ", ".join(file["name"] for file in row.get("files", ()))
    parts = [*(_detail(name, value) for name, value in row.items()), files]
    details = " · ".join(dict.fromkeys(part for part in parts if part and part != words))
    form = '<span class="words">{}</span><br>' if row.get("direction") == "in" else "{}<br>"  # serif is the customer's voice alone
    said = format_html(form, beginning(words, 400)) if words else ""
    return format_html('{}<span class="quiet small">{}</span>', said, details)


def _detail(name: str, value: Any) -> str:
    if name in ("files", "text", "what"):
        return ""
    if isinstance(value, bool):
        return f"{_label(name)}: {_('yes') if value else _('no')}"
    if name.endswith("at"):
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            return ""
        return f"{_label(name)} {moment_in_words(moment, now=now(), style='exact')}".strip()
    said = VALUES.get((name, str(value)))
    return str(said) if said is not None else "" if name in SPELLED else str(value)


def _label(name: str) -> str:
    """What a moment means, as a word before it; none where it is plain."""
    return {
        "first_seen_at": _("first heard of"), "last_seen_at": _("last heard of"), "mail_came_back_at": _("mail came back"),
        "proved_at": _("proved"), "taken_back_at": _("taken back"), "erased_at": _("erased"), "told_at": _("told"),
        "first_due_at": _("first said for"), "due_at": _("due"), "kept_at": _("kept"), "broken_at": _("broken"), "is_allowed": _("allowed"),
    }.get(name, "")  # fmt: skip
