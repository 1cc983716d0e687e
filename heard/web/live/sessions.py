"""Who holds a session: what Django's session and log-in middlewares decide for one request, decided for many in a few queries."""

import asyncio
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.http import parse_cookie
from django.utils.crypto import constant_time_compare

from heard.accounts.models import User
from heard.lib.time import now
from heard.web.live.rights import Reader, readers
from heard.web.live.threads import DatabaseThread

KEYS_AT_ONCE = 500


def session_key_of(cookies: str) -> str:
    """The session key in a Cookie header; empty when there is none."""
    return str(parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME, ""))


def holders(session_keys: Iterable[str]) -> dict[str, Reader]:
    """Who holds each of these sessions; those that ended, or whose colleague is inactive or has another password, are left out.

    Four queries for 500 keys.
    """
    keys = sorted(set(session_keys))
    found: dict[str, Reader] = {}
    for start in range(0, len(keys), KEYS_AT_ONCE):
        found |= _holders(keys[start : start + KEYS_AT_ONCE])
    return found


def _holders(keys: list[str]) -> dict[str, Reader]:
    store = SessionStore()
    rows = Session.objects.filter(session_key__in=keys, expire_date__gt=now()).values_list("session_key", "session_data")
    claims = {key: store.decode(data) for key, data in rows}
    user_ids = {key: _user_id(claim) for key, claim in claims.items()}
    users = User.objects.filter(pk__in={pk for pk in user_ids.values() if pk}, is_active=True).in_bulk()
    hashes = {pk: _hashes(user) for pk, user in users.items()}
    proven = {key: pk for key, pk in user_ids.items() if pk and pk in users and _proves(claims[key], hashes[pk])}
    known = readers(set(proven.values()))
    return {key: known[pk] for key, pk in proven.items() if pk in known}


def _user_id(claim: dict[str, Any]) -> int | None:
    text = str(claim.get(SESSION_KEY, ""))
    return int(text) if text.isdecimal() else None


def _hashes(user: User) -> list[str]:
    return [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]


def _proves(claim: dict[str, Any], hashes: list[str]) -> bool:
    """Whether the log-in behind a session still holds: another password ends it."""
    is_ours = claim.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
    return is_ours and any(constant_time_compare(str(claim.get(HASH_SESSION_KEY, "")), each) for each in hashes)


class Doorkeeper:
    """Answers who holds a session; those who come at once, as after a restart, are looked up together."""

    def __init__(self, thread: DatabaseThread) -> None:
        self._thread = thread
        self._asked: list[tuple[str, asyncio.Future[Reader | None]]] = []
        self._answering: asyncio.Task[None] | None = None

    async def holder(self, session_key: str) -> Reader | None:
        """Who holds this session now; None for nobody. Raises what the database raises."""
        if not session_key:
            return None
        answer: asyncio.Future[Reader | None] = asyncio.get_running_loop().create_future()
        self._asked.append((session_key, answer))
        if self._answering is None or self._answering.done():
            self._answering = asyncio.create_task(self._answer())
        return await answer

    async def _answer(self) -> None:
        while self._asked:
            asked, self._asked = self._asked, []
            try:
                found = await self._thread.run(holders, [key for key, _ in asked])
            except Exception as error:
                for _, answer in asked:
                    if not answer.done():
                        answer.set_exception(error)
                continue
            for key, answer in asked:
                if not answer.done():
                    answer.set_result(found.get(key))
