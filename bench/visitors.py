"""Whoever asks for pages over HTTP: a session for somebody who is logged in already, and timed visits."""

from __future__ import annotations

import gc
import http.client
import time
from typing import Any

from bench.grounds import Ground
from bench.processes import cpu_seconds

WARM, TIMES = 40, 300


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


def visit(app: Any, ground: Ground, path: str, *, session: str = "", status: int = 200) -> tuple[list[float], float]:
    """Milliseconds of each visit after some to warm up, and CPU seconds of web process and database for all of them."""
    connection, seen, before = http.client.HTTPConnection("127.0.0.1", app.port, timeout=60), [], 0.0
    servers = [app.process.pid, *([ground.server] if ground.server else [])]
    headers = {"Cookie": f"heard_session={session}"} if session else {}
    for turn in range(WARM + TIMES):
        if turn == WARM:
            gc.disable()
            before = sum(cpu_seconds(pid) for pid in servers)
        begun = time.perf_counter()
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        response.read()
        if response.status != status:
            raise RuntimeError(f"{path} answered {response.status}")
        if turn >= WARM:
            seen.append(1000 * (time.perf_counter() - begun))
    gc.enable()
    connection.close()
    return seen, sum(cpu_seconds(pid) for pid in servers) - before
