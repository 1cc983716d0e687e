"""Who asks: a token, its scopes, and the role and teams of its program."""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from heard.accounts.models import User
from heard.accounts.services.tokens import token_of
from heard.api.problems import Problem
from heard.lib.text import storable

LONGEST_KEY = 200


class Scope(HttpBearer):
    """Lets in tokens with a scope. A token without it is 403, no token 401; a `:write` scope asks for a role that writes, too."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        known = token_of(token)
        if known is None:
            return None
        if self.scope not in known.scopes:
            raise Problem(403, _("This token may not do that: it lacks the scope %(scope)s.") % {"scope": self.scope})
        if self.scope.endswith(":write") and not known.user.can_write:
            raise Problem(403, _("This token’s program may read and not write."))
        request.user = known.user
        return known


def may(scope: str) -> Scope:
    """So that an operation reads as a sentence: `auth=may("orders:read")`."""
    return Scope(scope)


def actor(request: HttpRequest) -> User:
    """The program that asks: an ordinary colleague to every service."""
    user = request.user
    assert isinstance(user, User), "an operation without may(…)"
    return user


def once(request: HttpRequest) -> UUID | None:
    """The `Idempotency-Key` as the mark that makes a second request harmless; any text will do. Raises Problem for a long one."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key:
        return None
    if len(key) > LONGEST_KEY:
        raise Problem(400, _("An Idempotency-Key has at most %(most)s characters.") % {"most": LONGEST_KEY})
    try:
        return UUID(key)
    except ValueError:
        return uuid5(NAMESPACE_URL, f"heard:{actor(request).pk}:{storable(key)}")
