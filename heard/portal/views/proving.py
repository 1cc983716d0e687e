"""Who has proved the address in this browser: a signed cookie for half an hour, which a forwarded link does not carry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from heard.conversations.customer_links import PATH
from heard.lib.time import now
from heard.portal.links import OpenPage, was_revoked_since

COOKIE = "heard_proof"
SALT = "customer's address proved"
LASTS = timedelta(minutes=30)


def prove(response: HttpResponse, identity_id: int) -> None:
    """Remember in this browser that the address of this identity was proved just now."""
    value = signing.dumps({"identity": identity_id, "at": now().timestamp()}, salt=SALT)
    response.set_cookie(
        COOKIE, value, max_age=int(LASTS.total_seconds()), path=PATH, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )


def proved_by(request: HttpRequest, page: OpenPage) -> bool:
    """Whether this browser proved the address of this very identity, within half an hour and since the last revocation."""
    value = request.COOKIES.get(COOKIE, "")
    if not value:
        return False
    try:
        said = signing.loads(value, salt=SALT)
        identity, at = int(said["identity"]), datetime.fromtimestamp(float(said["at"]), UTC)
    except (signing.BadSignature, KeyError, TypeError, ValueError, OverflowError):
        return False
    if identity != page.identity.pk or not timedelta(0) <= now() - at <= LASTS:
        return False
    return not was_revoked_since([page.link.conversation_id, page.conversation.pk], identity, at)
