"""Keys to the API: made for one program each, shown once, kept as a hash, taken away at any moment."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heard.accounts.models import ApiToken, Role, Team, User
from heard.accounts.services.users import set_teams
from heard.events import record_event
from heard.lib.db import lock
from heard.lib.errors import Refusal
from heard.lib.text import storable
from heard.lib.time import now

PREFIX = "heard_"
SCOPES = {
    "conversations:read": gettext_lazy("read conversations"),
    "conversations:write": gettext_lazy("answer, leave notes, close and open"),
    "people:read": gettext_lazy("read people and their story"),
    "people:write": gettext_lazy("say who is one person, and who looks after whom"),
    "promises:read": gettext_lazy("read promises"),
    "promises:write": gettext_lazy("promise, and keep promises"),
    "orders:read": gettext_lazy("read orders"),
    "orders:write": gettext_lazy("bring orders"),
    "offerings:read": gettext_lazy("read offerings"),
    "offerings:write": gettext_lazy("bring offerings"),
    "gestures:read": gettext_lazy("read gestures"),
    "gestures:write": gettext_lazy("give, and say that it was done"),
    "improvements:read": gettext_lazy("read themes, signals and improvements"),
}
"""What a token may be allowed, in words for whoever makes one."""
SEEN_ONCE_IN = timedelta(minutes=1)


class NoToken(Refusal):
    """A token cannot be made like this; the message says why."""


@transaction.atomic
def make_token(
    name: str, *, scopes: Iterable[str], teams: Iterable[Team], role: str, by: User, expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """A new program called `name`, and its token with the words that are shown this once. Raises NoToken.

    The program reads what `teams` read and acts under its own name, so that everybody sees what it did.
    """
    chosen, name = sorted(set(scopes)), storable(" ".join(name.split()), 120)
    if not name:
        raise NoToken(_("Give the program a name: colleagues see it beside what it does."))
    if not chosen or set(chosen) - set(SCOPES):
        raise NoToken(_("Choose at least one thing that the token may do."))
    if role == Role.ADMIN or role not in Role.values:
        raise NoToken(_("A program does not administer."))
    if expires_at is not None and expires_at <= now():
        raise NoToken(_("This token would have ended already."))
    words = PREFIX + secrets.token_urlsafe(32)
    user = User.objects.create_user(f"program-{secrets.token_hex(8)}@programs.invalid", name=name, role=role, is_program=True)
    record_event("user.added", user, actor=by, role=role)
    set_teams(user, teams, by=by)
    token = ApiToken.objects.create(
        user=user, digest=digest_of(words), beginning=words[:12], scopes=chosen, made_by=by, made_at=now(), expires_at=expires_at
    )
    record_event("api_token.made", token, actor=by, user_id=user.pk)
    return token, words


@transaction.atomic
def revoke_token(token: ApiToken, *, by: User) -> ApiToken:
    """From this moment it opens nothing, and its program is gone. Twice changes nothing."""
    token = lock(token)
    if token.revoked_at is None:
        token.revoked_at, token.revoked_by = now(), by
        token.save(update_fields=["revoked_at", "revoked_by"])
        User.objects.filter(pk=token.user_id, is_program=True).update(is_active=False)
        record_event("api_token.revoked", token, actor=by, user_id=token.user_id)
    return token


def token_of(words: str) -> ApiToken | None:
    """The token with these words and its user, if it still opens anything. One query; notes at most once a minute that it was used."""
    if not words.startswith(PREFIX) or len(words) > 200:
        return None
    token = ApiToken.objects.select_related("user").filter(digest=digest_of(words), revoked_at=None).first()
    moment = now()
    if token is None or not token.user.is_active or (token.expires_at is not None and token.expires_at <= moment):
        return None
    if token.last_used_at is None or token.last_used_at < moment - SEEN_ONCE_IN:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=moment)
    return token


def digest_of(words: str) -> str:
    """What is kept of a token: 256 random bits need no slow hash."""
    return hashlib.sha256(words.encode(errors="replace")).hexdigest()
