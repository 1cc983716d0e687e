"""What can be done with a conversation as a whole: to give it to somebody, to snooze it, to close it. Written by a function, see `rows`."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from heard.accounts.models import Team, User
from heard.conversations.models import Conversation
from heard.ui.templatetags.quick import numbered_address, proof_field
from heard.ui.templatetags.ui import face, icon

register = template.Library()
PLAIN = "button button--plain"


@register.simple_tag(takes_context=True)
def conversation_acts(context: template.Context) -> SafeString:
    """The menus above a conversation; nothing for whoever may not write."""
    if not context["user"].can_write:
        return mark_safe("")
    conversation, proof = context["conversation"], proof_field(context)
    given = _giving(conversation, context["colleagues"], context["other_teams"], proof)
    if conversation.is_open:
        further = _snoozing(conversation, context["snooze_times"], proof) + _closing(conversation, context["close_reasons"], proof)
    else:
        further = _form("web:closure_end", conversation, proof, _button("e", icon("rotate-ccw"), _("Reopen")))
    return mark_safe(given + further)  # noqa: S308 (each piece is escaped below)


def _giving(conversation: Conversation, colleagues: Iterable[User], teams: Iterable[Team], proof: str) -> str:
    now = conversation.assignee
    shown = f"{face(now.name, 'small', ours=True)} {escape(now.first_name)}" if now else f"{icon('user-plus')}{escape(_('Assign'))}"
    away = f' <span class="quiet">{escape(_("away"))}</span>'
    choices = "".join(
        _choice("assignee", one.pk, f"{face(one.name, 'small', ours=True)} {escape(one.name)}{away if one.is_away else ''}", now == one)
        for one in colleagues
    )
    choices += _choice("assignee", "", f"{icon('user-x')}{escape(_('Nobody'))}", now is None)
    lines = [_form("web:assignment", conversation, proof, choices), *(_handing(conversation, team, proof) for team in teams)]
    inside = "".join(f"<li>{line}</li>" for line in lines)
    return f'<details class="menu"><summary class="{PLAIN}" data-key="a">{shown}{icon("chevron-down")}</summary><ul>{inside}</ul></details>'


def _handing(conversation: Conversation, team: Team, proof: str) -> str:
    words = _("Hand to %(team)s") % {"team": team.name}
    return (
        f'<form method="post" action="{numbered_address("web:move", conversation.pk)}">{proof}<input type="hidden" name="team" value="{team.pk}">'
        f'<button class="menu__item">{icon("arrow-right")}{escape(words)}</button></form>'
    )


def _snoozing(conversation: Conversation, times: Iterable[tuple[str, Any]], proof: str) -> str:
    if conversation.snoozed_until:
        return _form("web:snooze_end", conversation, proof, _button("s", icon("alarm-clock-off"), _("Take it back now")))
    named = _form("web:snooze", conversation, proof, "".join(_choice("until", value, escape(str(name))) for value, name in times))
    at = (
        f'<input type="hidden" name="until" value="at"><label class="field"><span class="field__label">{escape(_("Another time"))}</span>'
        '<input class="input" type="datetime-local" name="at" required></label>'
        f'<button class="{PLAIN} button--small">{escape(_("Snooze until then"))}</button>'
    )
    return _menu("s", icon("alarm-clock"), _("Snooze"), named + _form("web:snooze", conversation, proof, at, css="stack"))


def _closing(conversation: Conversation, reasons: Iterable[tuple[str, Any]], proof: str) -> str:
    choices = "".join(_choice("reason", value, escape(str(name))) for value, name in reasons)
    return _menu("e", icon("check"), _("Close"), _form("web:closure", conversation, proof, choices))


def _menu(key: str, sign: str, words: str, inside: str) -> str:
    return f'<details class="menu"><summary class="{PLAIN}" data-key="{key}">{sign}{escape(words)}</summary><div>{inside}</div></details>'


def _button(key: str, sign: str, words: str) -> str:
    return f'<button class="{PLAIN}" data-key="{key}">{sign}{escape(words)}</button>'


def _choice(name: str, value: Any, inside: str, is_so: bool | None = None) -> str:
    """One of several; `is_so` where one of them holds already."""
    pressed = "" if is_so is None else f' aria-pressed="{"true" if is_so else "false"}"'
    return f'<button class="menu__choice" name="{name}" value="{escape(str(value))}"{pressed}>{inside}</button>'


def _form(name: str, conversation: Conversation, proof: str, inside: str, *, css: str = "") -> str:
    address, of_kind = numbered_address(name, conversation.pk), f' class="{css}"' if css else ""
    return (
        f'<form{of_kind} method="post" action="{address}" hx-post="{address}" hx-target="#work" hx-swap="outerHTML">{proof}{inside}</form>'
    )
