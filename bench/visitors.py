"""Somebody who is logged in already, for acts that ask for pages."""

from __future__ import annotations

from typing import Any


def session_of(user: Any) -> str:
    """The key of a new session of the user, to be sent as the cookie `heard_session`. Call it inside the installation."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)
