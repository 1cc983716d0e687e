"""`translate`, `url` and `csrf_token` as Django has them, with what stays the same remembered.

A page of the workspace asks for fifty fixed words and fifteen addresses, and Django works out each of them anew: a tenth of the page's time.
Loaded as a builtin and, since templates say `{% load i18n %}`, in the place of Django's `i18n`, all of whose other tags it passes on.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template.base import Node, Parser, Token, Variable
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as django_url
from django.templatetags import i18n
from django.templatetags.i18n import TranslateNode
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


class RememberedWords(TranslateNode):
    """Fixed words, put into each language once."""

    said: dict[str | None, str]

    def render(self, context: Context) -> str:
        language = get_language()
        words = self.said.get(language)
        if words is None:
            words = self.said[language] = super().render(context)
        return words


@register.tag("translate")
@register.tag("trans")
def translate(parser: Parser, token: Token) -> TranslateNode:
    """`{% translate "Inbox" %}`. Words from variables, with a filter, a context or a name to be kept in are Django's own work."""
    node: TranslateNode = i18n.do_translate(parser, token)
    words = node.filter_expression
    is_fixed = isinstance(words.var, Variable) and words.var.literal is not None and not words.filters
    if is_fixed and not (node.noop or node.asvar or node.message_context):
        node.__class__ = RememberedWords
        node.said = {}  # type: ignore[attr-defined]
    return node


class RememberedAddress(URLNode):
    """The address of a page that is told by numbers and words in order."""

    def render(self, context: Context) -> str:
        arguments = tuple(argument.resolve(context) for argument in self.args)
        if not all(type(argument) in (int, str) for argument in arguments):
            return super().render(context)  # type: ignore[no-any-return]
        address = _address(self.view_name.resolve(context), arguments, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())
        return escape(address)


def numbered_address(name: str, number: int) -> str:
    """The address of a page whose only argument is a number, worked out once for all numbers; needs no escaping."""
    begin, _, end = _address(name, (0,), get_urlconf() or settings.ROOT_URLCONF, get_script_prefix()).rpartition("0")
    return f"{begin}{number}{end}"


@lru_cache(maxsize=20_000)
def _address(name: str, arguments: tuple[Any, ...], urlconf: Any, prefix: str) -> str:
    return reverse(name, urlconf=urlconf, args=arguments)


@register.tag("url")
def url(parser: Parser, token: Token) -> URLNode:
    """`{% url "web:message" 12 %}`. With names for the arguments, or kept under a name (where it may be missing), it is Django's own work."""
    node: URLNode = django_url(parser, token)
    if not node.kwargs and not node.asvar:
        node.__class__ = RememberedAddress
    return node


class Proof(Node):
    """The hidden field that proves a form is ours: a conversation's page has sixteen."""

    child_nodelists = ()

    def render(self, context: Context) -> SafeString | str:
        token = str(context.get("csrf_token") or "")
        if token in ("", "NOTPROVIDED"):
            return ""
        return mark_safe(f'<input type="hidden" name="csrfmiddlewaretoken" value="{escape(token)}">')  # noqa: S308 (escaped)


@register.tag("csrf_token")
def csrf_token(parser: Parser, token: Token) -> Node:
    """`{% csrf_token %}`, as Django writes it."""
    return Proof()
