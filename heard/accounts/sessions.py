"""Sessions and accounts as Django keeps them, looked up by queries whose SQL is worked out once: every page begins with both."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from heard.accounts.models import User
from heard.lib.prepared import prepared_look_up


class SessionStore(db.SessionStore):
    """Sessions in the database."""

    def _get_session_from_db(self) -> Session | None:
        found = _session(self.session_key, timezone.now()) if self.session_key else []
        if not found:
            self._session_key = None
        return found[0] if found else None


class Colleagues(ModelBackend):
    """Log-in by e-mail address and password."""

    def get_user(self, user_id: Any) -> User | None:
        found = _user(int(user_id))
        return found[0] if found and self.user_can_authenticate(found[0]) else None


@prepared_look_up
def _session(key: str, moment: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=moment)


@prepared_look_up
def _user(number: int) -> QuerySet[User]:
    return User.objects.filter(pk=number)
