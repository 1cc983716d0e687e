"""One's own menu, which stands on every page of the workspace: written by a function, as it is a tenth of a short page."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from heard.ui.navigation import Navigation, address_of
from heard.ui.templatetags.quick import proof_field
from heard.ui.templatetags.ui import face, icon, menu_links

register = template.Library()


@register.simple_tag(takes_context=True)
def me_menu(context: template.Context) -> SafeString:
    """Who is logged in, the pages that have no room elsewhere, light and dark, language, keys, and the way out."""
    user, proof = context["user"], proof_field(context)
    who = f"{face(user.name, ours=True)}<span>{escape(user.name)}<small>{escape(user.get_role_display())}</small></span>"
    keys = f'<p data-opens="keys" hidden><button class="menu__item" type="button">{icon("keyboard")}{escape(_("Keys"))}</button></p>'
    inside = f"{_pages(context['navigation'])}{_choices(context, proof)}{keys}{_way_out(proof)}"
    return mark_safe(  # noqa: S308 (each piece is escaped)
        f'<details class="menu me-menu"><summary class="me">{who}</summary><div>{inside}</div></details>'
    )


def _pages(shown: Navigation) -> str:
    """What the rail and, on a phone, the five places below leave out."""
    if shown.is_operating:
        return _list(menu_links(shown.operate[5:]), is_narrow=True) + _list(menu_links(shown.main))
    operations = ""
    if shown.operate:
        address, words = escape(shown.operate[0].url), escape(_("Operations"))
        operations = f'<li><a class="menu__item" href="{address}">{icon("wrench")}{words}</a></li>'
    return _list(menu_links(shown.main[5:]) + menu_links(shown.company), is_narrow=True) + _list(operations)


def _list(lines: str, *, is_narrow: bool = False) -> str:
    return f'<ul class="me-menu__more{" me-menu__more--narrow" if is_narrow else ""}">{lines}</ul>' if lines else ""


def _choices(context: template.Context, proof: str) -> str:
    theme, language = context["theme"], get_language()
    themes = ("light", "sun", _("Light")), ("dark", "moon", _("Dark")), ("system", "monitor", _("As this device"))
    lights = "".join(
        f'<button class="menu__choice" name="theme" value="{value}" aria-pressed="{_said((theme or "system") == value)}">'
        f"{icon(sign)}{escape(words)}</button>"
        for value, sign, words in themes
    )
    languages = "".join(
        f'<button class="menu__choice" name="language" value="{code}" lang="{code}" aria-pressed="{_said(code == language)}">'
        f"{escape(_(name))}</button>"
        for code, name in settings.LANGUAGES
    )
    back = f'<input type="hidden" name="next" value="{escape(context["request"].get_full_path())}">'
    return (
        f'<theme-choice><form class="me-menu__choices" method="post" action="{address_of("ui:preferences")}">{proof}{back}'
        f"<fieldset><legend>{escape(_('Light and dark'))}</legend>{lights}</fieldset>"
        f"<fieldset><legend>{escape(_('Language'))}</legend>{languages}</fieldset></form></theme-choice>"
    )


def _way_out(proof: str) -> str:
    address = address_of("accounts:logout")
    if address is None:
        return ""
    words = escape(_("Log out"))
    return f'<form method="post" action="{address}">{proof}<button class="menu__item">{icon("log-out")}{words}</button></form>'


def _said(value: Any) -> str:
    return "true" if value else "false"
