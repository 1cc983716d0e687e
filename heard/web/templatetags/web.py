"""Small words of the workspace's pages: who speaks, paragraphs, why a message is where it is."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heard.conversations.models import Ask, AskAnswer, DeliveryState, Message
from heard.conversations.thread import InnerWait
from heard.lib.time import now
from heard.timeline.models import Interaction
from heard.ui.moments import duration_in_words, moment_in_words
from heard.ui.paragraphs import paragraphs
from heard.ui.templatetags.ui import chip, elapsed
from heard.web.asked import undelivered

register = template.Library()
register.filter("paragraphs", paragraphs)

REASONS = {
    "own_loop": gettext_lazy("our own mail came back"),
    "same_mail": gettext_lazy("the same mail came by another mailbox"),
    "signed_token": gettext_lazy("it answers a mail of ours, which only we can have signed"),
    "header_known_participant": gettext_lazy("it names a mail of this conversation, and its sender takes part in it"),
    "header_colleague": gettext_lazy("a colleague sent it in answer to a mail of this conversation"),
    "child_came_first": gettext_lazy("a mail that answers this one had come before it"),
    "header_stranger": gettext_lazy("it names a mail of another conversation, in which its sender takes no part"),
    "header_failed_authentication": gettext_lazy("it names another conversation, but perhaps somebody else wrote it in the sender’s name"),
    "headers_do_not_thread": gettext_lazy("it names another conversation; here only signed answers are joined"),
    "closed_long_ago": gettext_lazy("what it answers was closed long ago"),
    "message_id_reused": gettext_lazy("its id was another mail’s already"),
    "conversation_gone": gettext_lazy("what it answers is no longer here"),
    "reference_unknown": gettext_lazy("it answers something we have never seen"),
    "customer_page": gettext_lazy("written on the customer’s own page"),
    "no_reference": gettext_lazy("it answers nothing: a new conversation"),
}


@dataclass(frozen=True, slots=True)
class Speaker:
    name: str
    is_ours: bool


@dataclass(frozen=True, slots=True)
class People:
    role: str
    names: str


@register.simple_tag
def speaker(message: Message) -> Speaker:
    """Who says this: a colleague, the company itself, or the customer by name or address. No query for a loaded thread."""
    said = message.interaction
    if said.author is not None:
        return Speaker(said.author.name, True)
    if said.direction == "internal" and (answer := answer_in(message)) is not None:
        return Speaker(answer.who or _("Erased"), True)
    if said.direction != "in":
        return Speaker(message.mailbox.name if message.mailbox else _("We"), True)
    for party in said.parties.all():
        if party.role == "from":
            address = next((identifier.value for identifier in party.identity.identifiers.all()), "")
            return Speaker(party.identity.display_name or address or _("Name unknown"), False)
    return Speaker(_("Name unknown"), False)


@register.simple_tag
def inner_wait(wait: InnerWait) -> str:
    """How long a colleague or a team took to answer a question from inside; or since when they are asked."""
    who = wait.who or _("Somebody")
    if wait.until is not None:
        took = duration_in_words((wait.until - wait.since).total_seconds())
        return _("%(who)s took %(duration)s to answer") % {"who": who, "duration": took}
    return format_html(_("{who} has been asked for {duration}"), who=who, duration=elapsed(wait.since))


@register.simple_tag
def ask_trouble(ask: Ask) -> SafeString | str:
    """That a question did not reach whom it was for; nothing when it did."""
    return chip("late", _("Did not arrive: the address does not take it")) if ask.is_open and undelivered(ask) else ""


def ask_in(message: Message) -> Ask | None:
    """The question between colleagues that this message is, if it is one. A query for a note that was not loaded with it."""
    if message.interaction.kind != "ask":
        return None
    if "asked" not in message.__dict__:
        message.__dict__["asked"] = Ask.objects.filter(question=message).select_related("user", "team", "withdrawn_by").first()
    found: Ask | None = message.__dict__["asked"]
    return found


def answer_in(message: Message) -> AskAnswer | None:
    """What a colleague answered with this message, if they did. A query for an answer that was not loaded with it."""
    if message.interaction.kind not in ("answer", "automatic_answer"):
        return None
    if "answering" not in message.__dict__:
        rows = AskAnswer.objects.filter(message=message).select_related("user", "ask__user", "ask__team")
        message.__dict__["answering"] = rows.first()
    found: AskAnswer | None = message.__dict__["answering"]
    return found


@register.simple_tag
def recipients(said: Interaction) -> list[People]:
    """From, to and copy of a loaded interaction, as lines."""
    titles = {"from": _("From"), "to": _("To"), "cc": _("Copy to")}
    found: dict[str, list[str]] = {}
    for party in said.parties.all():
        address = next((identifier.value for identifier in party.identity.identifiers.all()), "")
        name = party.identity.display_name
        found.setdefault(party.role, []).append(f"{name} <{address}>" if name and address else name or address or _("Erased"))
    return [People(titles[role], ", ".join(found[role])) for role in titles if role in found]


@register.filter
def thread_reason(reason: str) -> str:
    """Why a message is where it is, as a sentence without its beginning."""
    return str(REASONS.get(reason, reason))


@register.simple_tag
def authentication(said: Interaction) -> str:
    """What is known of who really sent this."""
    if said.channel == "portal":
        return _("proved by a code to the address") if said.authentication == "pass" else _("by the link we sent to the address")
    if said.authentication == "pass":
        return _("proved by %(domain)s") % {"domain": said.authentication_domain or said.authentication_method}
    if said.authentication == "fail":
        return _("not proved: perhaps somebody else wrote in this name")
    return _("not proved")


def delivery_chip(message: Message) -> SafeString | str:
    """How the sending of our message went; nothing for what was sent without trouble, and nothing for what came in."""
    delivery = getattr(message, "delivery", None)
    if delivery is None:
        return ""
    if delivery.state == DeliveryState.WAITING:
        if delivery.next_attempt_at and delivery.attempts:
            text = _("Waiting to be sent, next try %(moment)s") % {
                "moment": moment_in_words(delivery.next_attempt_at, now=now(), style="exact")
            }
            return chip("soon", text)
        return chip("waiting", _("Being sent"))
    if delivery.state == DeliveryState.BOUNCED:
        return chip("late", _("Came back: the address does not take it"))
    if delivery.state == DeliveryState.FAILED:
        return chip("late", _("Could not be sent"))
    return chip("kept", _("Sent"))
